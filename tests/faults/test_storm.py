"""A crash in the middle of 20,000 reports loses none, doubles none, hides no SOS."""

import hashlib
import json
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.support import servers
from tests.support.band import Band, worn
from tests.support.descendants import crash
from tests.support.phones import Phones
from tests.support.waiting import until
from tests.support.world import World

pytestmark = [
    pytest.mark.db,
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
BANDS = 10
DISTINCT_PER_BAND = 1600
BAD_PER_BAND = 20
SENT_PER_BAND = 2000


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    with Phones() as ringing:
        yield ringing


@pytest.fixture(scope="module")
def yinling(phones: Phones) -> Iterator[servers.Yinling]:
    with servers.running_yinling({"YINLING_NOTIFY_HOSTS": phones.host}) as running:
        yield running


def _payloads(seed: int) -> list[bytes]:
    """One wristband's messages: distinct, bad, repeated, then shuffled."""
    rng = random.Random(seed)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    good = [
        json.dumps(
            {
                "time": (begin + timedelta(seconds=10 * n)).isoformat(),
                "seq": n,
                "heart_rate": rng.randint(60, 90),
                "steps": n,
            }
        ).encode()
        for n in range(DISTINCT_PER_BAND)
    ]
    bad = [f"garbage {seed} {n}".encode() for n in range(BAD_PER_BAND)]
    repeats = rng.choices(good, k=SENT_PER_BAND - len(good) - len(bad))
    everything = good + bad + repeats
    rng.shuffle(everything)
    return everything


def _publish(band: Band, payloads: list[bytes]) -> None:
    for payload in payloads:
        band.raw(f"wb/{band.device_id}/telemetry", payload, 60)


def _counts(url: str, devices: list[str]) -> tuple[int, int]:
    """Readings and rejected items of these wristbands, (0, 0) while it is away."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            readings = connection.execute(
                "SELECT count(*) FROM reading r JOIN wristband w ON w.key ="
                " r.wristband_key WHERE device_id = ANY(%s)",
                (devices,),
            ).fetchone()
            topics = [f"wb/{device}/telemetry" for device in devices]
            rejected = connection.execute(
                "SELECT count(*) FROM rejected WHERE topic = ANY(%s)", (topics,)
            ).fetchone()
    except psycopg.OperationalError:
        return 0, 0
    assert readings
    assert rejected
    return readings[0], rejected[0]


@pytest.mark.parametrize("victim", ["ingest", "nats-server", "postgres", "alerts"])
def test_a_crash_in_the_middle_changes_neither_count_nor_any_sos(
    yinling, phones, victim
):
    world = World(yinling.client, phones)
    world.build("district", "building")
    wearers = [world.wearer(f"老人{n}") for n in range(BANDS)]
    head = f"head-{victim}-{wearers[0].device_id}"
    world.person(head, "building_head", "building")
    devices = [wearer.device_id for wearer in wearers]
    stack = [worn(w, yinling.mqtt_host, yinling.mqtt_port) for w in wearers]
    bands = [context.__enter__() for context in stack]
    try:
        threads = [
            threading.Thread(target=_publish, args=(band, _payloads(n)), daemon=True)
            for n, band in enumerate(bands)
        ]
        for thread in threads:
            thread.start()
        until(lambda: _counts(yinling.database_url, devices)[0] > 2000, 60, "a start")
        for band in bands[:5]:
            band.sos(seq=1, time=datetime.now(UTC).isoformat())
        crash(yinling.child.pid, victim)
        for band in bands[5:]:
            band.raw(f"wb/{band.device_id}/sos", b'{"seq": 1}', 60)
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        expected = (BANDS * DISTINCT_PER_BAND, BANDS * BAD_PER_BAND)
        until(
            lambda: _counts(yinling.database_url, devices) == expected,
            60,
            f"counts {expected}, last {_counts(yinling.database_url, devices)}",
        )
        for wearer in wearers:
            alerts = until(
                lambda w=wearer: world.alerts(senior_id=w.senior_id, kind="sos"),
                30,
                f"the SOS of {wearer.device_id}",
            )
            assert len(alerts) == 1
            phones.wait(head, 30, alert_id=alerts[0]["id"])
    finally:
        for context in stack:
            context.__exit__(None, None, None)


def test_a_rejected_item_is_known_by_its_content(yinling, phones):
    """The same bad bytes, again and again: listed once, counted each time."""
    world = World(yinling.client, phones)
    world.build("district")
    wearer = world.wearer()
    payload = b'{"time": "not a time", "heart_rate": 70}'
    with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
        for _ in range(3):
            band.raw(f"wb/{wearer.device_id}/telemetry", payload)
        topic = f"wb/{wearer.device_id}/telemetry"

        def mine() -> list[dict[str, object]]:
            items = world.admin.get("/v1/rejected", params={"limit": 1000}).json()
            return [item for item in items["items"] if item["topic"] == topic]

        until(lambda: [item for item in mine() if item["count"] == 3], what="3 counts")
    (item,) = mine()
    assert item["payload"] == payload.decode()
    assert item["reasons"][0]["field"] == "time"
    with psycopg.connect(yinling.database_url) as connection:
        row = connection.execute(
            "SELECT sha256 FROM rejected WHERE topic = %s", (topic,)
        ).fetchone()
    assert row is not None
    assert row[0] == hashlib.sha256(payload).digest()
