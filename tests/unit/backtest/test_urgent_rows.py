"""Urgent rows of a CSV file: each press told once, and none lost for a bad cell."""

from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from yinling.backtest import csvfile
from yinling.backtest.csvfile import CsvRead
from yinling.backtest.history import ALL_KINDS, Wearer
from yinling.backtest.replay import replay
from yinling.backtest.rules import Rulebook

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = 1_793_066_400.0  # 2026-10-27 10:00 in Shanghai
HEAD = "senior,time,seq,received,trigger\n"


def read(folder: Path, text: str) -> CsvRead:
    file = folder / "urgent.csv"
    for minute in ("10:00", "10:01", "10:09", "10:11", "10:40"):
        text = text.replace(f",{minute},", f",2026-10-27T{minute}:00,")
    file.write_text(text, encoding="utf-8")
    return csvfile.read(file, SHANGHAI, Wearer(""))


def alerts(found: CsvRead) -> list[tuple[str, float]]:
    """Kind of each alert, and minutes after ten at which it was opened."""
    told = replay(found.history, Rulebook("shipped"), SHANGHAI).alerts
    minutes = (told["opened_s"] - TEN) / 60
    kinds = [str(ALL_KINDS[kind]) for kind in told["kind"]]
    return list(zip(kinds, minutes.tolist(), strict=True))


@pytest.mark.parametrize("trigger", ["button", "fall"])
@pytest.mark.parametrize(
    ("first", "again", "opened"),
    [
        ("a,10:00,7,10:00,", "a,10:00,7,10:40,", 1),
        ("a,10:00,,10:00,", "a,10:00,,10:40,", 1),
        ("a,,7,10:00,", "a,,7,10:09,", 1),
        ("a,,7,10:00,", "a,,7,10:40,", 2),
        ("a,,,10:00,", "a,,,10:40,", 2),
        ("a,10:00,7,10:00,", "a,10:00,8,10:40,", 2),
        ("a,10:00,7,10:00,", "a,10:01,7,10:40,", 2),
        ("a,10:00,7,10:00,", "b,10:00,7,10:40,", 2),
    ],
)
def test_a_resend_opens_nothing_after_the_alert_was_closed(
    tmp_path: Path, trigger: str, first: str, again: str, opened: int
) -> None:
    found = read(tmp_path, f"{HEAD}{first}{trigger}\n{again}{trigger}\n")
    kind = "sos" if trigger == "button" else "fall"
    assert [one for one, _ in alerts(found)] == [kind] * opened


def test_seq_alone_is_known_for_ten_minutes_from_the_press(tmp_path: Path) -> None:
    rows = "".join(f"a,,7,10:{m},button\n" for m in ("00", "09", "11"))
    found = read(tmp_path, HEAD + rows)
    assert ((found.history.presses["received_s"] - TEN) / 60).tolist() == [0, 11]
    assert found.resends == 1
    assert "1 urgent events sent again left out" in found.remarks()


def test_a_resend_is_known_by_the_time_it_claims(tmp_path: Path) -> None:
    rows = (
        "a,2031-01-01T00:00:00,7,10:00,button\na,2031-01-01T00:00:00,7,10:40,button\n"
    )
    found = read(tmp_path, HEAD + rows)
    assert alerts(found) == [("sos", 0)]
    assert found.history.presses["observed_s"].tolist() == [TEN]


@pytest.mark.parametrize("time", ["", "soon"])
def test_an_urgent_row_without_a_time_is_an_sos_at_its_arrival(
    tmp_path: Path, time: str
) -> None:
    found = read(tmp_path, f"{HEAD}a,{time},7,10:40,button\n")
    assert alerts(found) == [("sos", 40)]
    assert found.history.presses["observed_s"].tolist() == [TEN + 2400]
    said = "\n".join(found.remarks())
    assert "trigger: taken at its arrival (1 times, first on line 2)" in said


def test_only_with_neither_time_is_it_left_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}a,soon,7,later,button\na,10:00,8,10:00,fall\n")
    assert alerts(found) == [("fall", 0)]
    said = "\n".join(found.remarks())
    neither = "neither its time nor its arrival can be read: left out"
    assert f"trigger: {neither} (1 times, first on line 2)" in said


@pytest.mark.parametrize(
    ("trigger", "kind"), [("FALL!", "sos"), ("panic", "sos"), (" fall ", "fall")]
)
def test_an_unknown_trigger_is_an_sos(tmp_path: Path, trigger: str, kind: str) -> None:
    found = read(tmp_path, f"{HEAD}a,10:00,7,10:00,{trigger}\n")
    assert alerts(found) == [(kind, 0)]


@pytest.mark.parametrize(
    "row",
    [
        "a,10:00,7,10:00,button,9",
        "a,10:00,7,10:00,panic,9",
        "a,10:00,7,button",
        "a,10:00,button",
        "a,10:40,10:00,7,10:00,button",
        "a,soon,10:00,button",
        '"a,10:00,7,10:00,button',
        'a,10:00,7,10:00,"button',
    ],
)
def test_a_cell_too_few_or_many_loses_no_urgent_event(tmp_path: Path, row: str) -> None:
    found = read(tmp_path, f"{HEAD}{row}\nb,10:00,1,10:00,\n".replace("10:40", "x"))
    assert [kind for kind, _ in alerts(found)] == ["sos"]
    assert found.history.wearers[0].senior == "a"
    said = "\n".join(found.remarks())
    assert (
        "row: an urgent event all the same, and taken as one"
        " (1 times, first on line 2)" in said
    )


def test_a_broken_report_is_no_urgent_event(tmp_path: Path) -> None:
    head = "senior,time,heart_rate,worn,location_source,trigger\n"
    found = read(
        tmp_path,
        head + "a,10:00,70,true,wifi,\na,10:00,70,5,true,wifi,\na,10:00,70,5,7,wifi,\n"
        "a,10:00,70,1,2,3,4\na,10:01,70\n",
    )
    assert not len(found.history.presses)
    assert len(found.history.reports) == 1


def test_shuffling_rows_changes_nothing(tmp_path: Path) -> None:
    rows = [
        "b,10:00,4,10:40,,135\n",
        "b,10:01,5,10:40,,70\n",
        "b,10:01,6,10:40,,140\n",
        "a,10:00,1,10:40,,135\n",
        "a,10:01,2,10:40,button,\n",
        "a,10:01,2,10:40,fall,\n",
    ]
    head = "senior,time,seq,received,trigger,heart_rate\n"
    texts: set[str] = set()
    for order in permutations(rows):
        history = read(tmp_path, head + "".join(order)).history
        told = replay(history, Rulebook("shipped"), SHANGHAI)
        names = [one.senior for one in history.wearers]
        texts.add(repr((names, history.reports, history.presses, told.alerts)))
    assert len(texts) == 1
    assert np.diff(history.reports["seq"][history.reports["row"] == 1]).min() > 0
