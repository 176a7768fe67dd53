"""After an outage all wristbands come back at once; bad logins do not stop them."""

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime

import psycopg
import pytest

from tests.support import gate
from tests.support.servers import Broker

pytestmark = [pytest.mark.db, pytest.mark.broker]
WRISTBANDS = 500


@pytest.fixture
def passwords(database_url: str) -> dict[str, str]:
    """Device id to password of many wristbands."""
    made = {f"wb-{n:05}": secrets.token_urlsafe(24) for n in range(WRISTBANDS)}
    now = datetime.now(UTC)
    rows = [
        (device_id, hashlib.sha256(password.encode()).digest(), now)
        for device_id, password in made.items()
    ]
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO wristband (device_id, password_sha256, created_at)"
            " VALUES (%s, %s, %s)",
            rows,
        )
    return made


def test_all_enter_at_once(
    broker: Broker, database_url: str, passwords: dict[str, str]
) -> None:
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        answers = asyncio.run(_together(broker.mqtt_port, passwords))
    assert answers == [0] * WRISTBANDS


def test_strangers_do_not_keep_wristbands_out(
    broker: Broker, database_url: str, passwords: dict[str, str]
) -> None:
    strangers = {f"stranger-{n:05}": "guess" for n in range(WRISTBANDS)}
    guesses = dict.fromkeys(list(passwords)[: WRISTBANDS // 2], "guess")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        outcome = asyncio.run(_together(broker.mqtt_port, strangers, guesses))
        assert set(outcome) == {5}, "not authorized, every one"
        answers = asyncio.run(_together(broker.mqtt_port, passwords))
    assert answers == [0] * WRISTBANDS


async def _together(port: int, *groups: dict[str, str]) -> list[int]:
    logins = [login for group in groups for login in group.items()]
    return await asyncio.gather(*(_log_in(port, *login) for login in logins))


async def _log_in(port: int, device_id: str, password: str) -> int:
    """Return code of the CONNACK."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_connect(device_id, password))
    answer = await reader.readexactly(4)
    writer.close()
    return answer[3]


def _connect(device_id: str, password: str) -> bytes:
    """A CONNECT packet of MQTT 3.1.1 with a clean session and a keep-alive of 60 s."""
    texts = ["MQTT", device_id, device_id, password]
    name, *rest = (len(t).to_bytes(2, "big") + t.encode() for t in texts)
    body = name + bytes([4, 0b1100_0010, 0, 60]) + b"".join(rest)
    assert len(body) < 128, "one byte of length"
    return bytes([0x10, len(body)]) + body
