"""Public exports become the CSV of the contract, nothing filled in."""

import csv
import gzip
from pathlib import Path

from yinling.backtest import exports


def test_heart_rates_get_the_steps_of_their_minute_spread_evenly(
    tmp_path: Path,
) -> None:
    seconds, minutes = tmp_path / "seconds.csv.gz", tmp_path / "minutes.csv"
    seconds.write_bytes(
        gzip.compress(
            b"id,time_local,hr_bpm\n7,2016-04-12T07:21:00,97\n7,2016-04-12T07:21:30,99\n"
            b"7,2016-04-12T07:22:15,98\n7,2016-04-12T09:00:00,70\n"
        )
    )
    minutes.write_text(
        "id,time_local,hr_bpm,intensity,steps,hr_interpolated\n"
        "7,2016-04-12T07:21:00,97,1,20,0\n7,2016-04-12T07:22:00,97,1,8,0\n"
    )
    out = exports.fitbit(seconds, minutes, tmp_path / "out.csv")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["steps"] for row in rows] == ["0", "10", "22", ""]
    assert rows[0] == {
        "senior": "7",
        "time": "2016-04-12T07:21:00",
        "heart_rate": "97",
        "steps": "0",
    }


def test_records_that_count_minutes_get_a_date(tmp_path: Path) -> None:
    minutes = tmp_path / "afdb.csv"
    minutes.write_text("record,minute,hr_bpm\n04015,0,87.3\n04015,61,91\n")
    out = exports.afdb(minutes, tmp_path / "out.csv")
    assert out.read_text().splitlines()[1:] == [
        "04015,2026-01-01T00:00:00,87.3,",
        "04015,2026-01-01T01:01:00,91,",
    ]
