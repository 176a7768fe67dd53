"""The few MQTT 3.1.1 packets a load needs, encoded without a client in between."""

import struct
from typing import Final

KEEPALIVE_S: Final = 0
"""No pings: a connection of the load is never idle for long."""
_CONNECT: Final = 0x10
_CONNACK: Final = 0x20
_PUBLISH_QOS_1: Final = 0x32
_PUBACK: Final = 0x40
_CLEAN_WITH_PASSWORD: Final = 0xC2
_PUBACK_BYTES: Final = 4


def connect(client_id: str, password: str) -> bytes:
    """A CONNECT with clean session; the client id is the user name too."""
    body = b"\x00\x04MQTT\x04" + bytes((_CLEAN_WITH_PASSWORD,))
    body += struct.pack("!H", KEEPALIVE_S)
    for text in (client_id, client_id, password):
        body += _text(text)
    return bytes((_CONNECT,)) + _length(len(body)) + body


def is_accepted(packet: bytes) -> bool:
    """Whether `packet` is a CONNACK that says yes."""
    return len(packet) == 4 and packet[0] == _CONNACK and packet[3] == 0


def publish(topic: bytes, packet_id: int, payload: bytes) -> bytes:
    """A PUBLISH with QoS 1.

    Parameters
    ----------
    topic : as :func:`topic_field` made it.
    packet_id : 1–65,535, not in use on this connection.
    payload : what is published.
    """
    body_bytes = len(topic) + 2 + len(payload)
    head = bytes((_PUBLISH_QOS_1,)) + _length(body_bytes)
    return head + topic + struct.pack("!H", packet_id) + payload


def topic_field(topic: str) -> bytes:
    """A topic as it stands in a PUBLISH."""
    return _text(topic)


def count_pubacks(received: bytearray) -> int:
    """Take whole PUBACKs off the front of `received`; how many there were.

    Raises
    ------
    ValueError
        If something else is there: the load asked for nothing else.
    """
    count = len(received) // _PUBACK_BYTES
    for at in range(0, count * _PUBACK_BYTES, _PUBACK_BYTES):
        if received[at] != _PUBACK:
            raise ValueError(f"expected a PUBACK, got packet type {received[at]:#x}")
    del received[: count * _PUBACK_BYTES]
    return count


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("!H", len(encoded)) + encoded


def _length(size: int) -> bytes:
    """MQTT's remaining length: seven bits a byte, least first."""
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)
