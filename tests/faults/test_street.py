"""A street's day: every alert is told in time to whom it concerns, killed or not.

`YINLING_STREET=whole` plays the street of the size that the service is made for: 6,000
seniors, 1,200 staff, 9,000 relatives, 300 alerts, the alerts service killed 20 times.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from core.secrets import signing_key
from core.settings import Settings
from simulators.street import Size
from tests.street.checker import Checker, Story, Timing
from tests.street.day import Day
from tests.street.ledger import stories
from tests.street.street import SMALL, WHOLE, Builder, Street
from tests.support import servers
from tests.support.descendants import crash
from tests.support.sink import Sink

WHOLE_IS_PLAYED = os.environ.get("YINLING_STREET") == "whole"
TIMING = (
    Timing((6.0, 18.0, 40.0), 20.0, 30.0, 40.0)
    if WHOLE_IS_PLAYED
    else Timing((2.0, 4.0, 6.0), 5.0, 6.0, 6.0)
)
SETTINGS = {
    "YINLING_NOTIFY_HOSTS": "127.0.0.1",
    "YINLING_ESCALATION_DELAYS_S": ",".join(map(str, TIMING.climb_s)),
    "YINLING_TOP_REPEAT_S": str(TIMING.repeat_s),
    "YINLING_ACK_EXPIRY_S": str(TIMING.ack_expiry_s),
    "YINLING_ARRIVAL_EXPIRY_S": str(TIMING.arrival_expiry_s),
}
SETTLED_S = TIMING.climb_s[-1] + TIMING.ack_expiry_s + 3
"""After the last alert was raised, each has reached the top by then or was answered."""


DELAYED_S = 30.0
"""Longer than a killed service may be away on a busy machine; nothing is judged by it."""


@dataclass(frozen=True)
class Play:
    """How much happens in one run."""

    size: Size
    alerts: int
    within_s: float
    kills: int
    kill_every_s: float


CALM = Play(WHOLE, 300, 240, 0, 0) if WHOLE_IS_PLAYED else Play(SMALL, 24, 6, 0, 0)
KILLED = Play(WHOLE, 300, 260, 20, 12) if WHOLE_IS_PLAYED else Play(SMALL, 24, 12, 3, 6)

pytestmark = [
    pytest.mark.db,
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.timeout(1200 if WHOLE_IS_PLAYED else 120),
]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as phones:
        yield phones


@pytest.fixture
def yinling() -> Iterator[servers.Yinling]:
    with servers.running_yinling(SETTINGS) as running:
        yield running


def play(
    play: Play, yinling: servers.Yinling, sink: Sink, seed: int
) -> tuple[Street, list[Story], datetime]:
    """One run; what the ledger holds of it, and when it ended."""
    builder = Builder(play.size, sink.host, seed)
    street, report = builder.build(yinling, SETTINGS)
    assert report["applied"]
    begin = datetime.now(UTC) - timedelta(seconds=1)
    turn = timedelta(seconds=max(8.0, play.within_s / 6))
    assert builder.take_turns(street, yinling, begin, turn, 8) > 0
    key = signing_key(Settings(data_dir=yinling.data_dir))
    day = Day(street, sink, yinling.api, key, seed)
    seniors = random.Random(seed).sample(sorted(street.homes), play.alerts)
    day.raise_alerts(seniors, play.within_s, yinling.client)
    killer = threading.Thread(target=_kill, args=(play, yinling), name="killer")
    killer.start()
    day.live(max(play.within_s, play.kills * play.kill_every_s) + SETTLED_S)
    killer.join()
    until = datetime.now(UTC)
    found = stories(yinling.database_url, day.raised)
    failures = day.end()
    assert not failures, (failures[:3], yinling.errors[-10:])
    assert len(found) == play.alerts
    return street, found, until


def _kill(play: Play, yinling: servers.Yinling) -> None:
    """Kill the alerts service now and then, as a crash would."""
    for _ in range(play.kills):
        begin = time.monotonic()
        time.sleep(play.kill_every_s / 2)
        crash(yinling.child.pid, "alerts")
        time.sleep(max(0.0, begin + play.kill_every_s - time.monotonic()))


def _check(
    played: tuple[Street, list[Story], datetime], tolerance_s: float
) -> tuple[Checker, list[str]]:
    street, found, until = played
    checker = Checker(TIMING, timedelta(seconds=tolerance_s))
    faults: list[str] = []
    for story in found:
        senior = story.senior
        faults += checker.faults(story, street.homes[senior], until)
    return checker, faults


def _settled(story: Story, rungs: list[str]) -> bool:
    """Whether somebody took it on at some time, or the top of the ladder was told."""
    events = {entry.event for entry in story.entries}
    told = {entry.detail["level"] for entry in story.entries if entry.event == "told"}
    return "acknowledged" in events or rungs[-1] in told


def _all_settled(played: tuple[Street, list[Story], datetime]) -> None:
    street, found, _ = played
    for story in found:
        assert _settled(story, street.homes[story.senior].rungs()), story.alert


def _tried(found: list[Story]) -> None:
    """Dead phones have their failures on record, living ones their delivery."""
    statuses = {one.status for story in found for one in story.sent}
    assert {"sent", "failed"} <= statuses or {"sent", "overtaken"} <= statuses


def test_a_day_is_told_in_time(yinling: servers.Yinling, sink: Sink) -> None:
    """No step more than 2 s late, none skipped, none twice, by the ledger alone."""
    played = play(CALM, yinling, sink, seed=11)
    checker, faults = _check(played, 2.0)
    assert not faults, (len(faults), faults[:10])
    _all_settled(played)
    _tried(played[1])
    assert checker.tellings >= CALM.alerts
    print(f"\n{checker.tellings} tellings, the latest {checker.latest} late")  # noqa: T201 - with -s


def test_killing_the_alerts_service_changes_nothing_but_delay(
    yinling: servers.Yinling, sink: Sink
) -> None:
    played = play(KILLED, yinling, sink, seed=12)
    checker, faults = _check(played, DELAYED_S)
    assert not faults, (len(faults), faults[:10])
    _all_settled(played)
    print(f"\n{checker.tellings} tellings, the latest {checker.latest} late")  # noqa: T201 - with -s
    with psycopg.connect(yinling.database_url) as conn:
        row = conn.execute("SELECT count(*) FROM alert WHERE senior_id IS NULL")
        assert row.fetchone() == (0,)
