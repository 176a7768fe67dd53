"""The benches run and tell the truth, on a small scale."""

import pytest

from bench import ingest, sos

pytestmark = [pytest.mark.slow, pytest.mark.db, pytest.mark.broker]


def quiet(_phase: str, _done: int, _total: int) -> None:
    """Say nothing."""


@pytest.mark.timeout(180)
def test_every_press_is_told_idle_and_under_load() -> None:
    options = sos.Options(presses=10, rate=500, wristbands=50)
    result = sos.run(options, quiet)
    for one in (result.idle, result.loaded):
        assert one.told == one.presses == 10
        assert 0 < one.median_s <= one.p99_s <= one.max_s
    assert result.loaded.committed_per_s > 250


@pytest.mark.timeout(180)
def test_what_is_published_is_stored_beside_what_is_counted() -> None:
    options = ingest.Options(reports=5_000, warm_up=500, wristbands=50)
    result = ingest.run(options, quiet)
    assert [one.reports for one in result.end_to_end] == [5_000]
    assert result.end_to_end[0].per_s > 100
    assert result.counting[0].per_s > 100
