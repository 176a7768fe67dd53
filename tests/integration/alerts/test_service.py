"""The whole alerts service: database, broker and hooks, real time."""

import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from alerts import service
from alerts.incidents import store
from alerts.incidents.types import Press
from alerts.notify import commands
from core.clock import SystemClock
from core.errors import SettingsError
from core.model import PlaceLevel, Role
from core.settings import Settings
from tests.support.servers import Broker
from tests.support.sink import Sink
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(60)]


def now() -> datetime:
    return datetime.now(UTC)


class Running:
    """The service in threads of this process."""

    def __init__(self, database_url: str, broker: Broker, data_dir: Path) -> None:
        self.settings = Settings(
            data_dir=data_dir,
            database_url=SecretStr(database_url),
            mqtt_url=SecretStr(broker.alerts_url),
            notify_hosts=("127.0.0.1",),
            escalation_delays_s=(0.5, 1.0, 2.0),
            top_repeat_s=60,
        )  # pyright: ignore[reportCallIssue]
        self.stop = threading.Event()
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            service.run(self.settings, self.stop)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def running(
    town: Town, database_url: str, broker: Broker, tmp_path: Path
) -> Iterator[Running]:
    with Running(database_url, broker, tmp_path) as running:
        until(lambda: beats(town), 10, "the first heartbeat")
        yield running


def beats(town: Town) -> list:
    rows = town.conn.execute("SELECT at FROM service_heartbeat").fetchall()
    town.conn.commit()
    return rows


def press(town: Town, seq: int) -> None:
    one = Press(town.device_id, town.senior, None, None, seq, now(), now(), "button")
    store.press(town.conn, [one], now())
    town.conn.commit()


def test_climbs_in_time(town: Town, running: Running, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, url=sink.url("grid"))
    for level in ("community", "street", "district"):
        role = Role(f"{level}_manager")
        town.person(role, PlaceLevel(level), url=sink.url(level))
    press(town, 1)
    sink.wait_for(4)
    assert [call.path for call in sink.calls] == [
        "/grid", "/community", "/street", "/district",
    ]  # fmt: skip
    begin = sink.calls[0].at_s
    for call, due in zip(sink.calls[1:], (0.5, 1.0, 2.0), strict=True):
        assert due - 0.3 < call.at_s - begin < due + 0.8
    assert running.error is None


def test_press_to_hook_is_quick(
    town: Town, running: Running, sink: Sink, record_property
):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, url=sink.url("grid"))
    spans: list[float] = []
    for n in range(30):
        begin = time.monotonic()
        press(town, n)
        begin = (begin + time.monotonic()) / 2  # about its commit
        sink.wait_for(n + 1)
        spans.append(sink.calls[n].at_s - begin)
    median_ms = statistics.median(spans) * 1000
    record_property("commit_to_hook_median_ms", round(median_ms, 1))
    assert median_ms < 500
    assert running.error is None


def test_departing_reaches_the_wristband(
    town: Town, running: Running, database_url: str
):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=None)
    alert = store.open_by_hand(town.conn, town.senior, "sos", grid, None, now())
    store.act(town.conn, alert, "depart", grid, now())
    town.conn.commit()

    def sent() -> list:
        with psycopg.connect(database_url) as other:
            return other.execute(
                "SELECT sent_at FROM command_outbox WHERE sent_at IS NOT NULL"
            ).fetchall()

    until(sent, 10, "the command's confirmation")
    assert running.error is None


def test_survives_the_database_going_away(town: Town, running: Running, sink: Sink):
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, url=sink.url("grid"))
    town.conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name LIKE 'yinling alerts%'"
        " AND datname = current_database()"
    )
    town.conn.commit()
    press(town, 1)
    sink.wait_for(1, seconds=15)
    assert running.thread.is_alive()


def test_dead_part_ends_the_service(
    database_url: str, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def die(*_: object) -> float:
        raise ZeroDivisionError

    monkeypatch.setattr(service.silence, "run_silent", die)
    with Running(database_url, broker, tmp_path) as running:
        running.thread.join(10)
    assert isinstance(running.error, ZeroDivisionError)


def test_needs_its_addresses(tmp_path: Path):
    settings = Settings(data_dir=tmp_path)  # pyright: ignore[reportCallIssue]
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        service.run(settings, threading.Event())


def queue(town: Town, expires_in: float = 60) -> None:
    at = now()
    town.conn.execute(
        "INSERT INTO command_outbox (id, device_id, command, created_at, expires_at,"
        ' due_at) VALUES (gen_random_uuid(), %s, \'{"command":"locate"}\', %s, %s, %s)',
        (town.device_id, at, at + timedelta(seconds=expires_in), at),
    )
    town.conn.commit()


def test_commands_wait_for_the_broker_and_expire(town: Town, broker: Broker):
    queue(town)
    queue(town, expires_in=-1)
    sender = commands.Broker(broker.alerts_url)
    assert commands.send_due(town.conn, sender, SystemClock()) == 0
    sender.start()
    try:
        assert sender.connected(10)
        assert commands.send_due(town.conn, sender, SystemClock()) == 2
        rows = town.conn.execute(
            "SELECT sent_at IS NOT NULL, due_at FROM command_outbox ORDER BY created_at"
        ).fetchall()
        assert rows == [(True, None), (False, None)]
        broker.kill()
        until(lambda: not sender.connected(), 10, "the lost connection")
        queue(town)
        assert commands.send_due(town.conn, sender, SystemClock()) == 0
        broker.restart()
        assert sender.connected(15)
        assert commands.send_due(town.conn, sender, SystemClock()) == 1
    finally:
        sender.stop()


def test_wrong_address_of_the_broker():
    with pytest.raises(SettingsError):
        commands.Broker("http://localhost")


def test_refused_login_is_not_connected(broker: Broker):
    url = broker.alerts_url.replace("yinling-alerts:", "yinling-alerts:wrong")
    sender = commands.Broker(url)
    sender.start()
    try:
        assert not sender.connected(1)
    finally:
        sender.stop()
