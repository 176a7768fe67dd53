"""MQTT topics of the contract, and the broker's partitions of them."""

import re
from typing import Final, NamedTuple

DEVICE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
PARTITIONS: Final = 16
SERVICE_USERS: Final = frozenset(
    {"yinling-ingest", "yinling-alerts", "yinling-gatekeeper"}
)
"""Whom the broker knows itself: a wristband of that name could never log in."""
MAX_PAYLOAD_BYTES: Final = 64 * 1024
MAX_ARRAY_LENGTH: Final = 1000


class Topic(NamedTuple):
    """A wristband's topic taken apart."""

    device_id: str
    channel: str


def is_device_id(text: str) -> bool:
    """Whether `text` is a device id: 1–64 of letters, digits, ``_`` and ``-``."""
    return DEVICE_ID.fullmatch(text) is not None


def device_id_fault(text: str) -> str | None:
    """Why `text` may not be a wristband's device id, or None where it may."""
    if not is_device_id(text):
        return "a device id is 1 to 64 of letters, digits, _ and -"
    if text in SERVICE_USERS:
        return "this is the name of one of the service's own users at the broker"
    return None


def telemetry(device_id: str) -> str:
    """Topic a wristband publishes reports on."""
    return f"wb/{device_id}/telemetry"


def sos(device_id: str) -> str:
    """Topic a wristband publishes urgent events on."""
    return f"wb/{device_id}/sos"


def command(device_id: str) -> str:
    """Topic a wristband receives its commands on."""
    return f"wb/{device_id}/command"


def parse(topic: str) -> Topic | None:
    """Take ``wb/{id}/{channel}`` or ``wbp/{n}/{id}/{channel}`` apart.

    Returns None where the topic is neither, or the id is no device id.
    """
    parts = topic.split("/")
    if len(parts) == 4 and parts[0] == "wbp":
        parts = ["wb", *parts[2:]]
    if len(parts) != 3 or parts[0] != "wb" or not is_device_id(parts[1]):
        return None
    return Topic(parts[1], parts[2])


def partition(device_id: str, partitions: int = PARTITIONS) -> int:
    """Partition the broker puts a device in: FNV-1a 32 of its id, modulo.

    The same as NATS's ``{{partition(16,1)}}`` subject mapping.
    """
    digest = 0x811C9DC5
    for byte in device_id.encode():
        digest = ((digest ^ byte) * 0x01000193) & 0xFFFFFFFF
    return digest % partitions
