"""What people read of who comes, hand-over, calls for help and follow-ups."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.notify.wordings import ANSWERED
from alerts.notify.wordings.coming import STEPS
from alerts.notify.wordings.followup import SAID
from alerts.notify.wordings.phrases import OUTCOMES, REQUESTS, ROLES
from alerts.notify.wordings.request_news import STATES
from core.model import LEVEL_UP, DepartmentKind, Outcome, Role
from tests.unit.alerts.notify.test_message import LETTER, NOON, PAPER

MESSAGE = replace(LETTER, alert_id=None, step="message", severity="info", status="")
ABOUT = {
    "name": "王五",
    "role": "grid_worker",
    "kind": "sos",
    "drill": False,
    "at": NOON.isoformat(),
}
NEWS = {"to": "hospital", "called": None, "status": "overdue"}
LATER = NOON.isoformat()


def written(kind: str, locale: str = "zh-CN", **content: Any) -> Any:
    letter = replace(MESSAGE, kind=kind, content=ABOUT | content, locale=locale)
    return PAPER.write(letter)


def test_every_word_there_may_be():
    assert {*ROLES} == {*Role}
    assert {*OUTCOMES} == {*Outcome}
    assert {*REQUESTS} == {*DepartmentKind, LEVEL_UP}


@pytest.mark.parametrize(
    ("kind", "content", "chinese", "english"),
    [
        *(
            ("coming", {"event": event}, "王五（网格员）", "王五 (grid worker)")
            for event in STEPS
        ),
        ("family_with", {}, "王五 已在身边", "王五 is with them"),
        ("hand_over", {}, "请您接手：李秀英，SOS 呼救", "Hand-over: 李秀英, SOS"),
        (
            "hand_over",
            {"declined": True},
            "不能接手：李秀英",
            "cannot take over: 李秀英",
        ),
        ("whistle", {"due_at": LATER}, "吹哨求助：李秀英", "Help wanted: 李秀英"),
        *(
            ("request_news", NEWS | {"status": status}, "医院（120）", "hospital (120)")
            for status in STATES
        ),
        ("request_news", NEWS | {"called": "和平物业"}, "和平物业", "和平物业"),
        *(("followup", {"say": say, "by": LATER}, "李秀英", "李秀英") for say in SAID),
    ],
)
def test_titles(kind: str, content: dict[str, Any], chinese: str, english: str):
    assert chinese in written(kind, **content).title
    there = written(kind, "en", **content)
    assert english in there.title
    plain = there.title + there.body
    for name in ("王五", "李秀英", "和平物业", "区", "楼"):
        plain = plain.replace(name, "")
    assert plain.isascii() or "›" in plain


def test_only_what_asks_has_a_link():
    token = "https://yinling.example/r/"
    for kind, content in (
        ("hand_over", {}),
        ("whistle", {"due_at": LATER}),
        ("followup", {"say": "ask", "by": LATER}),
    ):
        message = written(kind, **content)
        assert kind in ANSWERED
        assert message.fields["answer_url"].startswith(token)
        assert message.fields["answer_url"] in message.body
        assert message.fields["acknowledge_url"] == ""
    news = written("coming", event="departed")
    assert news.fields["answer_url"] == ""


def test_how_it_ended_in_plain_words():
    ended = written("coming", event="resolved", outcome="hospital")
    assert ended.body.startswith("结果：已送往医院。")
    assert written("coming", "en", event="resolved", outcome="helped").body.startswith(
        "李秀英 has been helped and is all right now."
    )


def test_a_drill_is_said_first():
    assert written("coming", event="departed", drill=True).title.startswith("【演练】")
    drill = written("family_with", "en", drill=True, note="at home")
    assert drill.title.startswith("[DRILL] ")
    assert "Note: at home" in drill.body


def test_an_outage_has_a_place_for_a_name():
    letter = replace(MESSAGE, senior=None, kind="coming", locale="en")
    content = ABOUT | {"event": "acknowledged", "kind": "area_outage"}
    assert PAPER.write(replace(letter, content=content)).title.startswith("楼: ")
    nowhere = replace(letter, content=content, place=[])
    assert PAPER.write(nowhere).title.startswith("the Yinling service: ")


def test_a_department_reads_where_to_come():
    content = {"due_at": LATER, "address": "1 单元 302", "note": "带钥匙"}
    lines = written("whistle", **content).body.splitlines()
    assert lines[:2] == ["区 › 楼", "1 单元 302"]
    assert "备注：带钥匙" in lines


@pytest.mark.parametrize("kind", ["whistle", "hand_over"])
def test_a_long_note_leaves_room_for_the_link(kind: str):
    message = written(kind, due_at=LATER, note="请带轮椅。" * 400)
    assert "请带轮椅。" in message.body
    assert message.body.endswith(message.fields["answer_url"])
    assert len(message.body.encode()) < 2048  # what WeCom takes
