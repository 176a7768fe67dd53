"""A fleet without a network: what it would send, in order, as fast as it can be made."""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from simulators.messages import Message
from simulators.wristband import Wristband


class Sent(NamedTuple):
    """A message as it left a wristband."""

    at_s: float
    device_id: str
    message: Message


def record(wristbands: Sequence[Wristband], until_s: float) -> Iterator[Sent]:
    """Everything the wristbands send before `until_s`, answered as a service would.

    An SOS is answered at once, so nothing is sent again; while a wristband is out of
    range it keeps its reports and sends them when it is back.

    Parameters
    ----------
    wristbands : fresh ones; they are used up.
    until_s : end of the recording [s since 1970].
    """
    agenda = [(one.next_at_s, index) for index, one in enumerate(wristbands)]
    heapq.heapify(agenda)
    connected = [False] * len(wristbands)
    while agenda and agenda[0][0] < until_s:
        at_s, index = heapq.heappop(agenda)
        wristband = wristbands[index]
        out = _mind_connection(wristband, connected, index, at_s)
        out += wristband.advance(at_s)
        for message in out:
            _answer(wristband, message, at_s)
            yield Sent(at_s, wristband.device_id, message)
        heapq.heappush(agenda, (wristband.next_at_s, index))


def _mind_connection(
    wristband: Wristband, connected: list[bool], index: int, at_s: float
) -> list[Message]:
    up = wristband.reachable(at_s)
    if up == connected[index]:
        return []
    connected[index] = up
    return wristband.connected(up)


def _answer(wristband: Wristband, message: Message, at_s: float) -> None:
    if message.topic.endswith("/sos"):
        seq = orjson.loads(message.payload)["seq"]
        answer = {"command": "sos_received", "seq": seq}
        wristband.receive(orjson.dumps(answer), at_s)
