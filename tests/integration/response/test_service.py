"""The alerts service does by itself what falls due after people act."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from alerts import service
from alerts.incidents import store
from alerts.incidents.helping import requests
from alerts.incidents.helping.requests import Whistle
from alerts.incidents.types import Opening
from core.model import Kind, PlaceLevel, Role, Severity
from core.settings import Settings
from tests.support.servers import Broker
from tests.support.sink import Sink
from tests.support.town import Town
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def test_overdue_and_afterwards(
    town: Town, database_url: str, broker: Broker, tmp_path: Path
):
    now = datetime.now(UTC)
    stop = threading.Event()
    settings = Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        mqtt_url=SecretStr(broker.alerts_url),
        notify_hosts=("127.0.0.1",),
        followup_after_s=0.5,
        followup_hours=(0, 24),
    )  # pyright: ignore[reportCallIssue]
    with Sink() as sink:
        grid = town.person(
            Role.GRID_WORKER, PlaceLevel.COMPOUND, "王五", sink.url("grid")
        )
        town.relative(["alerts"], name="女儿", url=sink.url("daughter"), locale="en")
        opening = Opening(Kind.SOS, Severity.CRITICAL, now, town.senior)
        alert = store.open_alerts(town.conn, [opening], now)[0]
        assert alert is not None
        asked = Whistle("hospital", 1)
        requests.whistle(town.conn, alert, asked, grid, datetime.now(UTC))
        town.conn.commit()
        running = threading.Thread(target=service.run, args=(settings, stop))
        running.start()
        try:
            waited(sink, "grid", "吹哨（李秀英）：医院（120） 到时未出发")
            step = {"outcome": "hospital"}
            store.act(town.conn, alert, "resolve", grid, datetime.now(UTC), **step)
            town.conn.commit()
            waited(sink, "daughter", "李秀英: It is over; 王五 (grid worker)")
            asks = waited(sink, "daughter", "How is 李秀英 now?")
            assert asks["answer_url"].rpartition("/")[0].endswith("/r")
            waited(sink, "grid", "请回访：李秀英")
        finally:
            stop.set()
            running.join(10)


def waited(sink: Sink, phone: str, title: str) -> dict:
    """The first message to a phone whose title begins so."""

    def found() -> list[dict]:
        return [body for body in sink.to(phone) if body["title"].startswith(title)]

    return until(found, 20, f"{title} at {phone}")[0]
