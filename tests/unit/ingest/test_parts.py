"""The small parts: addresses, topics, the queue, failures, pace, the newest values."""

from datetime import UTC, datetime
from threading import Event

import numpy as np
import psycopg
import pytest
from psycopg import errors

from core.clock import FixedClock
from core.errors import SettingsError, UnavailableError
from ingest import address, newest
from ingest.copying import NEVER
from ingest.decode import READING
from ingest.failures import Remedy, remedy
from ingest.inbox import Inbox
from ingest.message import Message, origin
from ingest.pace import Pace
from ingest.stage import Distinct, first_of_each
from ingest.state import LATEST
from tests.support.batches import Hand

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_an_address_is_taken_apart() -> None:
    found = address.parse("mqtts://me:p%40ss@broker.example")
    assert found == address.Address("broker.example", 8883, "me", "p@ss", tls=True)
    assert address.parse("mqtt://h:1").port == 1


@pytest.mark.parametrize("url", ["", "http://h", "mqtt://", "mqtt://h:x", "h:1883"])
def test_a_wrong_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="YINLING_MQTT_URL"):
        address.parse(url)


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("wb/a-1/telemetry", ("wb/a-1/telemetry", "a-1")),
        ("wbp/3/a-1/telemetry", ("wb/a-1/telemetry", "a-1")),
        ("wb/a.1/sos", ("wb/a.1/sos", "a.1")),
        ("wb//sos", ("wb//sos", "")),
        ("", ("", "")),
    ],
)
def test_origin_of_a_topic(topic: str, expected: tuple[str, str]) -> None:
    assert origin(topic) == expected


def _message(hand: Hand, generation: int = 1, size: int = 10) -> Message:
    return Message(hand, generation, 1, origin("wb/a/telemetry"), bytes(size), 0)  # pyright: ignore[reportArgumentType]


def test_the_queue_drops_what_an_older_connection_brought() -> None:
    hand, stop = Hand(generation=2), Event()
    stop.set()
    inbox = Inbox(FixedClock(NOON), 3, 0.01)
    old, new = _message(hand, 1), _message(hand, 2)
    inbox.put([old, new, old, new, new, new])
    assert inbox.take(stop) == [new, new, new]
    inbox.put_back([new])
    assert inbox.take(stop) == [new, new]
    assert (len(inbox), inbox.size_bytes, inbox.oldest_us()) == (0, 0, None)


def _large(hand: Hand, count: int) -> list[Message]:
    return [_message(hand, size=1 << 20) for _ in range(count)]


def test_the_queue_is_bounded_in_bytes() -> None:
    inbox, late = Inbox(FixedClock(NOON), 3, 0.01), Hand()
    assert inbox.roomy(late)  # pyright: ignore[reportArgumentType]
    for _ in range(9):
        inbox.put(_large(Hand(), 30))
    assert inbox.full(late)  # pyright: ignore[reportArgumentType]
    assert not inbox.roomy(late)  # pyright: ignore[reportArgumentType]


def test_a_session_fills_only_its_share_of_the_queue() -> None:
    greedy, modest = Hand(), Hand()
    inbox = Inbox(FixedClock(NOON), 3, 0.01)
    inbox.put(_large(greedy, 33))
    assert inbox.full(greedy)  # pyright: ignore[reportArgumentType]
    assert inbox.roomy(modest)  # pyright: ignore[reportArgumentType]


def test_sessions_take_turns() -> None:
    greedy, modest, stop = Hand(), Hand(), Event()
    inbox = Inbox(FixedClock(NOON), 100, 0.01)
    inbox.put(_large(greedy, 30))
    inbox.put([_message(modest), _message(modest)])
    batch = inbox.take(stop)
    assert [one.session for one in batch[:3]] == [greedy, modest, modest]
    inbox.put_back(batch)
    assert inbox.size_bytes == 30 * ((1 << 20) + 400) + 2 * 410


def test_a_new_connection_drops_what_the_old_one_brought() -> None:
    hand = Hand()
    inbox = Inbox(FixedClock(NOON), 3, 0.01)
    inbox.put(_large(hand, 30))
    hand.generation = 2
    inbox.put([_message(hand, 2)])
    assert (len(inbox), inbox.size_bytes) == (1, 410)


@pytest.mark.parametrize(
    ("error", "alone", "expected"),
    [
        (psycopg.OperationalError(), True, Remedy.AGAIN),
        (errors.AdminShutdown(), True, Remedy.AGAIN),
        (errors.DeadlockDetected(), False, Remedy.AGAIN),
        (errors.QueryCanceled(), False, Remedy.SPLIT),
        (errors.QueryCanceled(), True, Remedy.AGAIN),
        (UnavailableError(), True, Remedy.AGAIN),
        (errors.UndefinedTable(), False, Remedy.GIVE_UP),
        (psycopg.ProgrammingError(), False, Remedy.SPLIT),
        (errors.NumericValueOutOfRange(), False, Remedy.SPLIT),
        (errors.NumericValueOutOfRange(), True, Remedy.SET_ASIDE),
        (ValueError(), True, Remedy.SET_ASIDE),
        (SettingsError(), False, Remedy.SPLIT),
    ],
)
def test_remedies(error: Exception, alone: bool, expected: Remedy) -> None:
    assert remedy(error, alone=alone) is expected


def test_a_partition_is_current_once_calm_for_a_while() -> None:
    clock = FixedClock(NOON)
    pace = Pace(clock)
    pace.look(None)
    assert not pace.current(0, subscribed=True)
    clock.at = datetime(2026, 11, 21, 4, 0, 6, tzinfo=UTC)
    assert pace.current(0, subscribed=True)
    pace.look(round(clock.at.timestamp() * 1e6) - 3_000_000)
    assert not pace.current(0, subscribed=True)
    clock.at = datetime(2026, 11, 21, 4, 0, 12, tzinfo=UTC)
    assert pace.current(0, subscribed=True)
    assert not pace.current(0, subscribed=False)
    assert not pace.current(0, subscribed=True)


def _readings(**columns: list[float]) -> np.ndarray:
    rows = np.zeros(len(next(iter(columns.values()))), READING)
    for name in READING.names or ():
        if READING[name].kind == "f":
            rows[name] = np.nan
    rows["worn"] = rows["seq"] = -1
    for name, values in columns.items():
        rows[name] = values
    return rows


def test_repeats_within_a_batch_are_left_out() -> None:
    rows = _readings(wristband=[1, 2, 1, 1], claimed_ms=[5, 5, 5, 5], seq=[1, 1, 1, -1])
    assert first_of_each(rows).tolist() == [0, 1, 3]
    assert first_of_each(rows[:0]).tolist() == []


def test_replaced_times_are_distinct_and_no_whole_milliseconds() -> None:
    rows = _readings(received_us=[7_000] * 2000, replaced=[True] * 2000)
    Distinct().stamp(rows)
    assert len(set(rows["time_us"].tolist())) == 2000
    assert not (rows["time_us"] % 1000 == 0).any()


def test_of_two_values_at_one_instant_the_later_arrival_counts() -> None:
    latest = np.zeros(2, LATEST)
    for name in LATEST.names or ():
        latest[name] = NEVER if name.endswith("_us") else 0
    rows = _readings(
        time_us=[10, 20, 20, 5], heart_rate=[1, 2, 3, 4], received_us=[1, 2, 3, 4]
    )
    newest.update(latest, rows, np.array([1, 1, 1, 0]))
    assert latest["heart_rate"].tolist() == [4, 3]
    assert latest["heart_rate_us"].tolist() == [5, 20]
    assert latest["received_us"].tolist() == [4, 3]
    assert latest["battery_us"].tolist() == [NEVER, NEVER]


def test_silence_is_due_once_patience_ends() -> None:
    due = newest.silence_due_us(
        np.array([1_000_000, NEVER, 5]), np.array([900.0, 900.0, np.nan])
    )
    assert due.tolist() == [901_000_000, NEVER, NEVER]
