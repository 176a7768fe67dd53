"""A CSV row is treated exactly as ingest treats a report."""

import gzip
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from core.errors import InvalidError
from ingest.decode import decode
from yinling.backtest import csvfile
from yinling.backtest.csvfile import CsvRead
from yinling.backtest.history import ALL_KINDS, Wearer

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = 1_793_059_200.0  # 2026-10-27 08:00 in Shanghai


def read(folder: Path, text: str, alike: Wearer | None = None) -> CsvRead:
    file = folder / "reports.csv"
    file.write_text(text, encoding="utf-8")
    return csvfile.read(file, SHANGHAI, alike or Wearer(""))


def test_local_and_zoned_and_epoch_times_are_the_same_instant(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "senior,time,seq\na,2026-10-27T08:00:00,1\na,2026-10-27 08:00:00,2\n"
        "a,2026-10-27T00:00:00Z,3\na,2026-10-27T08:00:00.0004+08:00,4\n"
        f"a,{EIGHT:.0f},5\n",
    )
    assert found.history.reports["time_s"].tolist() == [EIGHT] * 5


def test_rows_come_in_any_order_and_repeats_count_once(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "time,senior,heart_rate\n2026-10-27T08:02:00,a,72\n2026-10-27T08:00:00,b,60\n"
        "2026-10-27T08:00:00,a,70\n2026-10-27T08:02:00,a,99\n",
    )
    reports = found.history.reports
    assert reports["heart_rate"].tolist() == [60.0, 70.0, 72.0]
    assert [one.senior for one in found.history.wearers] == ["a", "b"]
    assert found.repeats == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"heart_rate": "0"},
        {"heart_rate": "19.9", "spo2": "101"},
        {"heart_rate": "250", "systolic": "49", "diastolic": "80"},
        {"temperature": "36.55", "motion": "-0.1", "battery": "100.5"},
        {"steps": "2410.5"},
        {"steps": "2410", "worn": "false"},
        {"latitude": "34.3"},
        {"latitude": "0", "longitude": "0", "accuracy": "5"},
        {"latitude": "34.3416", "longitude": "108.9398", "location_source": "wifi"},
        {"latitude": "34.3416", "longitude": "108.9398", "coordinates": '"gcj02"'},
        {"latitude": "91", "longitude": "108.9398", "location_source": "moon"},
    ],
)
def test_a_row_says_what_the_same_report_would(
    tmp_path: Path, cells: dict[str, str]
) -> None:
    names = ["senior", "time", *cells]
    row = ["a", "2026-10-27T00:00:00Z", *(one.strip('"') for one in cells.values())]
    mine = read(tmp_path, f"{','.join(names)}\n{','.join(row)}\n").history.reports[0]
    report = {"time": "2026-10-27T00:00:00Z"}
    report |= {
        name: json.loads(text) if _is_json(text) else text
        for name, text in cells.items()
    }
    decoded = decode([json.dumps(report).encode()], [int(EIGHT * 1e6)])
    theirs = decoded.rows[0]
    for name in ("heart_rate", "systolic", "diastolic", "spo2", "temperature"):
        assert mine[name] == pytest.approx(theirs[name], rel=1e-6, nan_ok=True)
    for name in ("latitude", "longitude", "accuracy", "steps", "motion", "battery"):
        assert mine[name] == pytest.approx(theirs[name], rel=1e-6, nan_ok=True)
    assert mine["worn"] == theirs["worn"]
    assert mine["location_source"] == theirs["location_source"]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def test_what_cannot_be_used_is_counted_with_its_first_line(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "senior,time,heart_rate,worn,colour\n"
        "a,2026-10-27T08:00:00,300,maybe,red\n"
        "a,soon,70,true,red\n"
        ",2026-10-27T08:01:00,70,true,red\n"
        "\n"
        "a,2026-10-27T08:02:00\n"
        "a,2026-10-27T08:03:00,many,true,red\n",
    )
    said = "\n".join(found.remarks())
    assert len(found.history.reports) == 2
    assert "heart_rate: outside 20 to 250 1/min (1 times, first on line 2)" in said
    assert (
        "worn: wrong type: true or false is expected (1 times, first on line 2)" in said
    )
    assert "time: neither RFC 3339 nor a local time (1 times, first on line 3)" in said
    assert "senior: missing (1 times, first on line 4)" in said
    assert "row: 2 values where the header has 5 (1 times, first on line 6)" in said
    assert (
        "heart_rate: wrong type: a number is expected (1 times, first on line 7)"
        in said
    )
    assert "columns that mean nothing here: colour" in said


def test_a_zipped_file_reads_alike(tmp_path: Path) -> None:
    file = tmp_path / "reports.csv.gz"
    text = "senior,time,heart_rate\na,2026-10-27T08:00:00,70\n"
    file.write_bytes(gzip.compress(text.encode()))
    found = csvfile.read(file, SHANGHAI, Wearer(""))
    assert found.history.reports["heart_rate"].tolist() == [70.0]


def test_arrivals_make_reports_late_and_replace_times_ahead_of_them(
    tmp_path: Path,
) -> None:
    found = read(
        tmp_path,
        "senior,time,received\n"
        "a,2026-10-27T08:00:00,2026-10-27T08:30:00\n"
        "a,2026-10-27T08:10:00,2026-10-27T08:10:01\n"
        "a,2026-10-27T09:00:00,2026-10-27T08:11:00\n"
        "a,2026-10-27T08:12:00,\n",
    )
    reports = found.history.reports
    minutes = (reports["time_s"] - EIGHT) / 60
    assert minutes.tolist() == [10.0, 11.0, 12.0, 0.0]
    assert found.history.wearers[0].judge_silence


def test_urgent_events_are_no_reports(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "senior,time,trigger,heart_rate\na,2026-10-27T08:00:00,,70\n"
        "a,2026-10-27T08:01:00,fall,80\na,2026-10-27T08:02:00,pressed,\n",
    )
    assert len(found.history.reports) == 1
    kinds = [str(ALL_KINDS[kind]) for kind in found.history.presses["kind"]]
    assert kinds == ["fall", "sos"]


def test_columns_describe_the_senior(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "senior,time,conditions,place,risk,home_latitude,home_longitude\n"
        "a,2026-10-27T08:00:00,dementia;copd,North;Elm St,high,34.3,108.9\n",
        Wearer("", conditions=("hypertension",), expected_interval_s=60),
    )
    (wearer,) = found.history.wearers
    assert wearer.conditions == ("dementia", "copd")
    assert wearer.place == ("North", "Elm St")
    assert (wearer.risk, wearer.expected_interval_s) == ("high", 60)
    assert wearer.geofences[0]["shape"]["radius"] == 500.0


def test_bare_measurements_are_not_held_to_be_all_that_was_sent(tmp_path: Path) -> None:
    alike = Wearer("", judge_silence=False)
    found = read(tmp_path, "senior,time,heart_rate\na,2026-10-27T08:00:00,7\n", alike)
    assert not found.history.wearers[0].judge_silence
    assert any("offline is not judged" in one for one in found.remarks())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "who,time\na,2026-10-27T08:00:00\n",
            "line 1: the header has no column 'senior'",
        ),
        ("senior,time,spo2,spo2\n", "line 1: column 'spo2' stands there twice"),
        ("senior,time\n", "there is no row below the header"),
        ("senior,time\na,soon\n", "first on line 2"),
        ("", "reports.csv is empty: a header and rows are expected"),
        ("\nsenior,time\n", "line 1 is blank"),
        ('senior,"time\n', "line 1: a quote that does not close"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_line(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(InvalidError, match=says):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("home_latitude", "91"), ("expected_interval_s", "0"), ("home_longitude", "x")],
)
def test_what_is_said_of_a_senior_is_checked(
    tmp_path: Path, name: str, text: str
) -> None:
    about = {"home_latitude": "34", "home_longitude": "108"} | {name: text}
    head, cells = ",".join(about), ",".join(about.values())
    with pytest.raises(InvalidError, match=f"{name} of a is '{text}': a number from"):
        read(tmp_path, f"senior,time,{head}\na,2026-10-27T08:00:00,{cells}\n")


def test_large_sequence_numbers_stay_exact(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "senior,time,seq\na,2026-10-27T08:00:00,9007199254740993\n"
        "a,2026-10-27T08:00:00,-4\na,2026-10-27T08:00:01,\n",
    )
    assert found.history.reports["seq"].tolist() == [-1, 9007199254740993, -1]
    assert np.isnan(found.history.reports["heart_rate"]).all()
