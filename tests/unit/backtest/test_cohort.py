"""A simulated cohort is replayed in parts, alike on one process and on several."""

import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidError
from core.rules import book
from simulators.offline import command
from tests.unit.detection.played import SHANGHAI
from yinling.backtest import cohort, evaluation, findings
from yinling.backtest.rules import Rulebook
from yinling.backtest.run import Plan, run
from yinling.backtest.scoring import score


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "cohort"
    options = command.Options(
        out=out, seniors=40, days=3, seed=3, events_per_senior_month=8.0
    )
    command.run(options, threading.Event())
    return out


def test_parts_and_processes_change_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan([Rulebook("shipped")], SHANGHAI, 1800.0)
    (whole,) = run(cohort.source(folder), plan, workers=1)
    shard = cohort.shards(folder)[0]
    halves = [shard.some(20), cohort.CohortShard(
        shard.folder, shard.file, shard.first + 20, shard.last, 1
    )]  # fmt: skip
    source = cohort.source(folder)
    monkeypatch.setattr(cohort, "shards", lambda _: halves)
    (spread,) = run(cohort.source(folder), plan, workers=2)
    assert len(whole.alerts) > 20
    assert source.labels is not None
    for name in ("row", "kind", "level", "observed_s", "opened_s"):
        assert np.array_equal(
            np.sort(whole.alerts[name]), np.sort(spread.alerts[name])
        ), name
    ours, theirs = (score(one, source.labels).as_json() for one in (whole, spread))
    assert ours == theirs
    assert ours["critical"]["events"] > 10
    assert ours["critical"]["in_time"] >= 0.97 * ours["critical"]["events"]


def test_what_a_process_cannot_do_is_said_in_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = book.RuleSet({"spo2_low.warning": 80.0, "spo2_low.critical": 88.0})
    shard = cohort.shards(folder)[0]
    monkeypatch.setattr(cohort, "shards", lambda _: [shard.some(2), shard.some(3)])
    plan = Plan([Rulebook("new.toml", wrong)], SHANGHAI, 1800.0)
    with pytest.raises(InvalidError, match="must lie below"):
        run(cohort.source(folder), plan, workers=2)


def test_a_file_of_reports_is_enough(folder: Path) -> None:
    (file,) = (folder / "reports").glob("*.parquet")
    one, whole = cohort.source(file), cohort.source(folder)
    assert [shard.size for shard in one.shards] == [s.size for s in whole.shards]


@pytest.mark.slow
def test_an_evaluation_beats_plain_thresholds_and_keeps_what_was_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "SWEEP", {"heart_rate_high.warning": (105, 111)})
    found = evaluation.simulated(folder, SHANGHAI, workers=1)
    ours, plain = (
        sum(one.whole.false.values()) for one in (found.scores, found.baseline)
    )
    assert ours < plain / 5
    (swept,) = found.sweep
    assert [value for value, _ in swept.scores] == [105.0, 111.0]
    page = tmp_path / "evaluation.md"
    page.write_text(
        f"Figures of last year\n{findings.BY_HAND}\n\nWhat we think of it.\n"
    )
    what = findings.Findings(
        day=date(2026, 11, 22), seed=3, days=3, people=[], cohort=found
    )
    assert findings.write(what, tmp_path) == page
    text = page.read_text(encoding="utf-8")
    assert "What we think of it." in text
    assert "last year" not in text
    assert "40 seniors × 3 days" in text
    assert (tmp_path / "images" / findings.PICTURE).read_text().startswith("<svg")
    before = text
    findings.write(what, tmp_path)
    assert page.read_text(encoding="utf-8") == before
