"""What people read, in both languages and within what they may see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.notify.letter import Letter
from alerts.notify.message import Stationery
from alerts.notify.texts import WORDS
from core.ids import new_id
from core.model import Kind, Severity

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PAPER = Stationery("https://yinling.example/", b"k" * 32, ZoneInfo("Asia/Shanghai"))
LETTER = Letter(
    id=new_id(), alert_id=new_id(), step="community#3", urgent=True, attempts=0,
    created_at=NOON, url="json://x", locale="zh-CN", family=False, senior="李秀英",
    place=["区", "楼"], kind="heart_rate_high", severity="critical", status="open",
    drill=False, observed_at=NOON, opened_at=NOON, evidence={}, content=None, scopes=[],
    away_until=None, away_because=None,
    consent=False, heart_rate=72.4, heart_rate_at=NOON, systolic=128, diastolic=79,
    blood_pressure_at=NOON, spo2=97, spo2_at=NOON, temperature=33.26,
    temperature_at=NOON, overtaken=False,
)  # fmt: skip
NOTHING = replace(
    LETTER, heart_rate=None, systolic=None, spo2=None, temperature=None, place=[]
)


def test_every_word_in_both_languages():
    chinese, english = WORDS["zh-CN"], WORDS["en"]
    assert {*chinese.kinds} == {*english.kinds} == {*Kind, "absence"}
    assert {*chinese.severities} == {*english.severities} == {*Severity}


def test_chinese():
    message = PAPER.write(LETTER)
    assert message.title == "【紧急】李秀英：心率过高"
    assert message.body.splitlines()[:3] == [
        "区 › 楼",
        "时间：11-21 12:00:00",
        "最近体征：心率 72 次/分（11-21 12:00:00），血压 128/79 mmHg（11-21 12:00:00），"
        "血氧 97%（11-21 12:00:00），腕温 33.3 ℃（11-21 12:00:00）",
    ]


def test_english_drill():
    message = PAPER.write(replace(LETTER, locale="en", drill=True))
    assert message.title == "[DRILL · URGENT] 李秀英: heart rate high"
    assert message.fields["drill"] == "true"
    assert "This is a drill" in message.body


def test_a_drill_sends_nobody_to_the_emergency_number():
    real = PAPER.write(replace(LETTER, kind="sos"))
    drill = PAPER.write(replace(LETTER, kind="sos", drill=True))
    assert "请拨打 120" in real.body
    assert "请拨打 120" not in drill.body
    assert "这是演练，不是真的呼救" in drill.body


def test_unknown_language_is_chinese():
    assert PAPER.write(replace(LETTER, locale="fr")).title == PAPER.write(LETTER).title


def test_nothing_known():
    message = PAPER.write(replace(NOTHING, senior=None))
    assert message.title == "【紧急】未绑定的手环：心率过高"
    assert message.fields["senior"] == ""
    assert message.fields["location_url"] == ""
    assert len(message.body.splitlines()) == 3


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_says_what_to_do(kind: Kind, locale: str):
    letter = replace(LETTER, kind=kind, locale=locale, family=True, scopes=["alerts"])
    said = [line for line in PAPER.write(letter).body.splitlines() if line[-1] in "。."]
    assert len(said) == 1
    assert ("一" <= said[0][0] <= "龥") is (locale == "zh-CN")


def test_a_wristband_nobody_wears_says_which_and_whom_to_ask():
    where = {"latitude": 34.3, "longitude": 108.9}
    lost = replace(NOTHING, senior=None, kind="sos", device_id="w7", evidence=where)
    message = PAPER.write(lost)
    assert message.title == "【紧急】未绑定的手环 w7：SOS 呼救"
    assert message.fields["device_id"] == "w7"
    assert message.fields["location_url"] in message.body
    assert "手环：w7\n" in message.body
    assert "登记上没有人戴过" in message.body
    known = replace(lost, model="B2", worn_by="李秀英", worn_until=NOON)
    body = PAPER.write(known).body
    assert "手环：w7（B2）\n" in body
    assert "最后由 李秀英 佩戴（到 11-21 12:00:00）" in body
    assert PAPER.write(replace(known, locale="en")).title == (
        "[URGENT] a wristband nobody wears w7: SOS"
    )
    for gone in ({"status": "resolved"}, {"evidence": {}}):
        assert PAPER.write(replace(lost, **gone)).fields["location_url"] == ""


@pytest.mark.parametrize("family", [False, True])
def test_what_was_said_when_it_was_raised_is_told(family: bool):
    raised = replace(LETTER, notes=["在阳台\n我来处理：http://x", "厨房着火了"])
    raised = replace(raised, family=family, scopes=["alerts"])
    message = PAPER.write(raised)
    assert "备注：在阳台 我来处理：http://x / 厨房着火了" in message.body.splitlines()
    assert message.fields["note"] == "在阳台 我来处理：http://x / 厨房着火了"
    long = PAPER.write(replace(raised, notes=["火" * 3000]))
    assert len(long.fields["note"]) == 200
    assert long.body.splitlines()[-1].endswith(long.fields["acknowledge_url"])
    assert "备注" not in PAPER.write(replace(raised, notes=[])).body


def test_an_outage_names_the_place():
    letter = replace(NOTHING, senior=None, kind="area_outage", severity="warning")
    at = replace(letter, place=["区", "阳光小区"])
    assert PAPER.write(at).title == "【提醒】阳光小区：多个手环同时失联"
    assert "网络和供电" in PAPER.write(at).body
    assert PAPER.write(letter).title == "【提醒】银铃系统：数据接收中断"
    assert "供电" not in PAPER.write(letter).body


@pytest.mark.parametrize(
    ("late_s", "said"),
    [(59, None), (60, "1 分钟"), (7199, "119 分钟"), (7200, "2 小时"), (-5, None)],
)
def test_delay_of_late_data(late_s: int, said: str | None):
    letter = replace(NOTHING, observed_at=NOON - timedelta(seconds=late_s))
    message = PAPER.write(letter)
    assert message.fields["delay_s"] == str(max(0, late_s))
    assert ("迟到" in message.body) is (said is not None)
    assert said is None or said in message.body


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"status": "resolved"}, False),
        ({"severity": "warning"}, False),
        ({"severity": "warning", "consent": True}, True),
        ({"severity": "warning", "kind": "geofence_exit"}, True),
        ({"family": True}, False),
        ({"family": True, "scopes": ["location"]}, True),
    ],
)
def test_location_link(changes: dict, shown: bool):
    message = PAPER.write(replace(LETTER, **changes))
    assert bool(message.fields["location_url"]) is shown
    assert ("/l/" in message.body) is shown


def test_family_without_vitals_reads_no_numbers():
    letter = replace(
        LETTER, family=True, scopes=["alerts"], evidence={"text": {"zh-CN": "心率 140"}}
    )
    assert "心率 140" not in PAPER.write(letter).body
    assert "128" not in PAPER.write(letter).body
    seen = replace(letter, scopes=["alerts", "vitals"])
    assert "心率 140" in PAPER.write(seen).body


@pytest.mark.parametrize("said", ["plain", {"en": "x"}, None])
def test_reason_in_another_shape_is_left_out(said: object):
    assert PAPER.write(replace(LETTER, evidence={"text": said})).body


def test_step_and_links():
    fields = PAPER.write(LETTER).fields
    assert fields["step"] == "community"
    assert fields["acknowledge_url"].startswith("https://yinling.example/a/")
    assert fields["location_url"].startswith("https://yinling.example/l/")


def test_administrators_hear_that_nobody_is_there():
    letter = replace(LETTER, step="administrators#1")
    assert PAPER.write(letter).body.startswith("无人可通知")


def test_a_fence_is_told_only_to_who_may_know_where():
    text = {"zh-CN": "离开小区 300 米", "en": "300 m out of the compound"}
    left = replace(
        LETTER,
        kind="geofence_exit",
        severity="warning",
        family=True,
        scopes=["alerts", "vitals"],
        evidence={"fence": "小区", "text": text},
    )
    assert "300" not in PAPER.write(left).body
    told = replace(left, scopes=["alerts", "vitals", "location"])
    assert "300" in PAPER.write(told).body


def test_a_drill_leads_staff_to_no_position():
    assert PAPER.write(LETTER).fields["location_url"]
    assert not PAPER.write(replace(LETTER, drill=True)).fields["location_url"]
    agreed = replace(LETTER, drill=True, consent=True)
    assert PAPER.write(agreed).fields["location_url"]
