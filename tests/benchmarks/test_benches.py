"""The benches run and tell the truth, on a small scale."""

import numpy as np
import pytest

from bench import detect, ingest, sos
from bench.detect import OutcomeError
from bench.plain.wristband import Wristband

SMALL = detect.Options(
    fleets=(40, 400), live=30, history=20, bulk=100, least=960, beside=200
)


def quiet(_phase: str, _done: int, _total: int) -> None:
    """Say nothing."""


@pytest.mark.slow
@pytest.mark.db
@pytest.mark.broker
@pytest.mark.timeout(180)
def test_every_press_is_told_idle_and_under_load() -> None:
    options = sos.Options(presses=10, rate=500, wristbands=50)
    result = sos.run(options, quiet)
    for one in (result.idle, result.loaded):
        assert one.told == one.presses == 10
        assert 0 < one.median_s <= one.p99_s <= one.max_s
    assert result.loaded.committed_per_s > 250


@pytest.mark.slow
@pytest.mark.db
@pytest.mark.broker
@pytest.mark.timeout(180)
def test_what_is_published_is_stored_beside_what_is_counted() -> None:
    options = ingest.Options(reports=5_000, warm_up=500, wristbands=50)
    result = ingest.run(options, quiet)
    assert [one.reports for one in result.end_to_end] == [5_000]
    assert result.end_to_end[0].per_s > 100
    assert result.counting[0].per_s > 100


def test_detection_is_measured_beside_plain_objects_that_tell_the_same() -> None:
    phases: list[str] = []
    result = detect.run(SMALL, lambda phase, *_: phases.append(phase))
    assert [one.wristbands for one in result.history] == [40, 400]
    assert [one.reports for one in result.live] == [960, 960]
    assert [one.reports for one in result.history] == [960, 960]
    assert [one.reports for one in result.bulk] == [960, 1200]
    assert result.flatness(result.history) > 0
    assert result.engine.reports == result.plain.reports == 200 * 24
    assert 4 < result.engine.readings / result.engine.reports < 9
    assert result.told > 10
    assert set(phases) == {"beside plain objects", "40 wristbands", "400 wristbands"}


def test_another_outcome_of_the_plain_objects_is_no_measurement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Wristband, "take", lambda *_: None)
    with pytest.raises(OutcomeError, match="0 told by the objects alone"):
        detect.run(SMALL, quiet)


def test_readings_are_the_metrics_that_are_there() -> None:
    reports = detect.fleet(1, 7).reports(np.arange(1), 1)
    assert detect.readings(reports) == 8
    reports["battery"], reports["spo2"] = np.nan, np.nan
    assert detect.readings(reports) == 6
