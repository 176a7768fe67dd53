"""A cohort's files hold what their schema says, the same bytes for the same seed."""

import csv
import json
import threading
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.errors import UsageError
from simulators.offline import command, schema
from simulators.offline.command import Options
from tests.support.cohorts import cells, written
from yinling.commands import simulate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cohort") / "one"
    return written(out, events_per_senior_month=3.0)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_equal_seeds_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again", events_per_senior_month=3.0)
    assert contents(again) == contents(folder)
    other = written(tmp_path / "other", events_per_senior_month=3.0, seed=6)
    assert contents(other).keys() == contents(folder).keys()
    assert contents(other)["labels.csv"] != contents(folder)["labels.csv"]


def test_a_senior_does_not_depend_on_the_others(folder: Path, tmp_path: Path) -> None:
    alone = written(tmp_path / "alone", events_per_senior_month=3.0, seniors=2)
    few = pq.read_table(alone / "reports")
    many = pq.read_table(folder / "reports", filters=[("senior", "<", 2)])
    assert few.num_rows == many.num_rows
    for name in few.column_names:
        ours, theirs = few[name].to_numpy(), many[name].to_numpy()
        assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f"), name


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("reports/part-00000", schema.REPORTS),
        ("seniors", schema.SENIORS),
        ("urgent", schema.URGENT),
        ("events", schema.EVENTS),
        ("labels", schema.LABELS),
    ],
)
def test_every_file_has_its_columns(folder: Path, name: str, layout: object) -> None:
    assert pq.read_schema(folder / f"{name}.parquet").equals(layout)


def test_reports_are_sorted_whole_and_possible(folder: Path) -> None:
    table = pq.read_table(folder / "reports")
    assert not any(column.null_count for column in table.columns)
    senior = table["senior"].to_numpy()
    time = table["time"].to_numpy()
    assert (np.diff(senior) >= 0).all()
    assert (np.diff(time)[np.diff(senior) == 0] > np.timedelta64(0)).all()
    assert (table["received"].to_numpy() > time).all()
    for name, low, high in (
        *(("heart_rate", 0, 250), ("systolic", 50, 260), ("diastolic", 30, 160)),
        *(("spo2", 50, 100), ("temperature", 15, 43), ("accuracy", 0, 5000)),
        *(("steps", 0, 200_000), ("motion", 0, 1), ("battery", 0, 100)),
    ):
        values = table[name].to_numpy()
        seen = values[~np.isnan(values)]
        assert len(seen), name
        assert seen.min() >= low, name
        assert seen.max() <= high, name
    both = table.filter(np.isfinite(table["systolic"].to_numpy()))
    assert (both["systolic"].to_numpy() > both["diastolic"].to_numpy()).all()


def test_json_and_csv_agree_with_the_tables(folder: Path) -> None:
    about = json.loads((folder / "cohort.json").read_text())
    counts = about["counts"]
    assert counts["reports"] == pq.read_table(folder / "reports").num_rows
    assert counts["urgent"] == pq.read_table(folder / "urgent.parquet").num_rows
    events = pq.read_table(folder / "events.parquet").to_pylist()
    assert sum(counts["events"].values()) == len(events)
    assert [event["event"] for event in events] == list(range(len(events)))
    labels = pq.read_table(folder / "labels.parquet").to_pylist()
    known = [label for label in labels if label["known_by"] is not None]
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(known) > 20
    ids = pq.read_table(folder / "seniors.parquet")["id"].to_pylist()
    assert len(set(ids)) == 6
    for row, label in zip(rows, known, strict=True):
        assert row["senior"] == ids[label["senior"]]
        assert (row["kind"], row["start"][:19]) == (
            label["kind"],
            label["start"].strftime("%Y-%m-%dT%H:%M:%S"),
        )
    for label in labels:
        assert label["start"] <= label["end"]
        if label["event"] >= 0:
            event = events[label["event"]]
            assert (event["senior"], event["what"]) == (label["senior"], label["cause"])


def test_presses_are_labelled(folder: Path) -> None:
    presses = pq.read_table(folder / "urgent.parquet").to_pylist()
    labels = pq.read_table(folder / "labels.parquet").to_pylist()
    told = {(one["senior"], one["start"]) for one in labels if one["cause"] == "fall"}
    falls = [one for one in presses if one["trigger"] == "fall"]
    assert falls
    assert {(one["senior"], one["time"]) for one in falls} & told


def test_without_events_nothing_happens(tmp_path: Path) -> None:
    calm = written(tmp_path / "calm", events_per_senior_month=0.0, days=1)
    assert pq.read_table(calm / "events.parquet").num_rows == 0
    assert pq.read_table(calm / "urgent.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"interval_s": 7}, "divides a day"),
        ({"days": 0}, "whole days"),
        ({"seed": -1}, "seed"),
        ({"events": ("cough",)}, "cough"),
        ({"events_per_senior_month": -1.0}, "times a month"),
    ],
)
def test_wrong_usage_is_said(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        written(tmp_path / "out", **change)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(UsageError, match="not empty"):
        written(folder)
    assert contents(folder) == before


def test_a_stop_leaves_no_cohort_json(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    counts = command.run(Options(tmp_path / "out", seniors=2, days=1), stop)
    assert counts.reports == 0
    assert not (tmp_path / "out" / "cohort.json").exists()


def test_any_even_interval_will_do(tmp_path: Path) -> None:
    often = written(tmp_path / "often", days=1, interval_s=60, seniors=2)
    assert pq.read_table(often / "reports").num_rows > 2500
    rarely = written(tmp_path / "rarely", days=8, interval_s=7200, seniors=2)
    assert pq.read_table(rarely / "reports").num_rows <= 2 * 12 * 8
    assert cells(2, 60).per_day == 1440


def test_the_command_line_says_what_is_missing(tmp_path: Path) -> None:
    usual = {
        "seniors": 1,
        "days": 1,
        "seed": 5,
        "interval_s": None,
        "events": "sos, fall",
        "events_per_senior_month": 0.4,
    }
    simulate.write(out=tmp_path / "one", **usual)  # type: ignore[arg-type]
    about = json.loads((tmp_path / "one" / "cohort.json").read_text())
    assert about["event_weights"] == {"sos": 1.0, "fall": 1.0}
    assert about["interval_s"] == 300
    with pytest.raises(UsageError, match="--out"):
        simulate.write(out=None, **usual)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="whole seconds"):
        simulate.write(out=tmp_path / "b", **{**usual, "interval_s": 0.5})  # type: ignore[arg-type]
