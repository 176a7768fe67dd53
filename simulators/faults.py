"""A bad line between wristband and broker: repeats, shuffles and garbage."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import orjson

from core import topics
from simulators.messages import Message, ReportId, instant
from simulators.scenarios import Faults

_Garbage = Callable[[str, float, int], Message]
_HUGE: Final = 70_000
"""More bytes than a payload may have."""


class Line:
    """Decides what becomes of each report on its way.

    Parameters
    ----------
    device_id : whose line it is.
    faults : how bad it is.
    interval_s : time between reports, the measure of delays [s].
    rng : the line's own stream.
    """

    def __init__(
        self,
        device_id: str,
        faults: Faults,
        interval_s: float,
        rng: np.random.Generator,
    ) -> None:
        self._device_id = device_id
        self._faults = faults
        self._interval_s = interval_s
        self._rng = rng
        self.skew_s = 0.0
        if rng.random() < faults.skewed_share:
            self.skew_s = faults.skew_s if rng.random() < 0.5 else -faults.skew_s

    def carry(self, message: Message, now_s: float) -> list[tuple[float, Message]]:
        """The copies of one report that arrive, each with its instant [s].

        Always at least one: a line delays and repeats, it loses nothing.
        """
        chance = self._rng.random(5)
        at_s = now_s
        if chance[0] < self._faults.shuffle:
            at_s += self._interval_s * (1 + 2 * chance[1])
        sent = [(at_s, message)]
        if chance[2] < self._faults.duplicate:
            sent.append((at_s + self._interval_s * 2 * chance[3], message))
        if chance[4] < self._faults.garbage:
            sent.append((now_s, self.garbage(now_s)))
        return sent

    def goes_out_of_range(self) -> float | None:
        """Seconds the wristband is now out of range for, or None."""
        if self._rng.random() >= self._faults.out_of_range:
            return None
        return float(self._rng.exponential(self._faults.out_of_range_s))

    def garbage(self, now_s: float) -> Message:
        """One payload with something wrong in it, of a kind drawn by the stream."""
        kind = _KINDS[int(self._rng.integers(len(_KINDS)))]
        nonce = int(self._rng.integers(1, 2**31))
        return kind(self._device_id, now_s, nonce)


def _no_json(device_id: str, now_s: float, nonce: int) -> Message:
    payload = f"AT+CSQ={nonce};{now_s:.0f}".encode() + b"\xff\xfe"
    return Message(topics.telemetry(device_id), payload, rejects=(-1,))


def _cut_off(device_id: str, now_s: float, nonce: int) -> Message:
    payload = f'{{"time":"{instant(now_s)}","seq":{nonce},"heart_ra'.encode()
    return Message(topics.telemetry(device_id), payload, rejects=(-1,))


def _no_time(device_id: str, now_s: float, nonce: int) -> Message:  # noqa: ARG001
    payload = orjson.dumps({"seq": nonce, "heart_rate": 71})
    return Message(topics.telemetry(device_id), payload, rejects=(-1,))


def _out_of_range(device_id: str, now_s: float, nonce: int) -> Message:
    body = {"time": instant(now_s), "seq": nonce, "heart_rate": 999, "battery": 50}
    return _partly_kept(device_id, now_s, nonce, body)


def _wrong_type(device_id: str, now_s: float, nonce: int) -> Message:
    body = {"time": instant(now_s), "seq": nonce, "battery": "full", "motion": 0.01}
    return _partly_kept(device_id, now_s, nonce, body)


def _half_position(device_id: str, now_s: float, nonce: int) -> Message:
    body = {"time": instant(now_s), "seq": nonce, "latitude": 34.3, "motion": 0.01}
    return _partly_kept(device_id, now_s, nonce, body)


def _partly_kept(
    device_id: str, now_s: float, nonce: int, body: Mapping[str, object]
) -> Message:
    kept = (ReportId(round(now_s * 1000), nonce),)
    payload = orjson.dumps(dict(body))
    return Message(topics.telemetry(device_id), payload, kept, rejects=(-1,))


def _bad_element(device_id: str, now_s: float, nonce: int) -> Message:
    good = [
        {"time": instant(now_s), "seq": nonce + extra, "motion": 0.01}
        for extra in range(2)
    ]
    payload = orjson.dumps([good[0], f"noise {nonce}", good[1]])
    milliseconds = round(now_s * 1000)
    reports = tuple(ReportId(milliseconds, nonce + extra) for extra in range(2))
    return Message(topics.telemetry(device_id), payload, reports, rejects=(1,))


def _too_large(device_id: str, now_s: float, nonce: int) -> Message:
    padding = "x" * _HUGE
    body = {"time": instant(now_s), "seq": nonce, "padding": padding}
    return Message(topics.telemetry(device_id), orjson.dumps(body), rejects=(-1,))


_KINDS: Final[tuple[_Garbage, ...]] = (
    _no_json,
    _cut_off,
    _no_time,
    _out_of_range,
    _wrong_type,
    _half_position,
    _bad_element,
    _too_large,
)
