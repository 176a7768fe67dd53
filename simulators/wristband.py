"""One wristband: what it sends, keeps, repeats and answers; no network inside."""

import heapq
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from simulators import messages
from simulators.faults import Line
from simulators.life import Life
from simulators.messages import Message, Value
from simulators.scenarios import Happening, What
from simulators.sensors import Sensors
from simulators.streams import Streams

FIRST_RESEND_S: Final = 2.0
RESEND_S: Final = 5.0
MEASURE_TAKES_S: Final = 40.0
LOCATE_TAKES_S: Final = 8.0
KEPT_REPORTS: Final = 20_000
_Deed = Callable[[float], None]


@dataclass(slots=True)
class Tally:
    """What a wristband did and was told."""

    presses: int = 0
    answered: int = 0
    resent: int = 0
    commands: int = 0
    notices: int = 0
    lost: int = 0


class Wristband:
    """A wristband on its wearer's arm.

    It is told the time and whether it is connected, and says what to publish. Given
    the same of both it says the same to the byte.

    Parameters
    ----------
    device_id : its name, also on the wire.
    life : the wearer.
    script : what happens to the wearer or the wristband.
    line : what becomes of its reports on their way.
    streams : its own generators.
    start_s : instant of its start [s since 1970].
    interval_s : from one report to the next [s].
    blood_pressure_every_s : from one cuffless measurement to the next [s].
    """

    def __init__(
        self,
        *,
        device_id: str,
        life: Life,
        script: Sequence[Happening],
        line: Line,
        streams: Streams,
        start_s: float,
        interval_s: float,
        blood_pressure_every_s: float,
    ) -> None:
        self.device_id = device_id
        self.interval_s = interval_s
        self.tally = Tally()
        self._line = line
        self._sensors = Sensors(life, streams.device, blood_pressure_every_s)
        self._replies = streams.replies
        self._seq = itertools.count(1)
        self._agenda: list[tuple[float, int, _Deed]] = []
        self._order = itertools.count()
        self._connected = False
        self._silences = [each for each in script if each.kind is What.SILENCE]
        self._out_of_range_until_s = float("-inf")
        self._waiting: dict[int, Message] = {}
        self._kept: list[Message] = []
        self._out: list[Message] = []
        first_s = start_s + float(streams.device.uniform(0.01, interval_s))
        self._at(round(first_s, 3), self._report_and_go_on)
        for happening in script:
            self._write_in(happening)

    @property
    def next_at_s(self) -> float:
        """When :meth:`advance` has something to do next [s since 1970]."""
        return self._agenda[0][0]

    def advance(self, now_s: float) -> list[Message]:
        """Do all that is due; return what to publish now, in order."""
        while self._agenda[0][0] <= now_s:
            due_s, _, deed = heapq.heappop(self._agenda)
            deed(due_s)
        return self._taken()

    def reachable(self, now_s: float) -> bool:
        """Whether its radio reaches the broker."""
        if now_s < self._out_of_range_until_s:
            return False
        return not any(each.start_s <= now_s < each.end_s for each in self._silences)

    def connected(self, up: bool) -> list[Message]:
        """Learn that the connection is there or gone; return what to publish now."""
        self._connected = up
        if up:
            self._out.extend(self._waiting.values())
            self._send_kept()
        return self._taken()

    def receive(self, payload: bytes, now_s: float) -> None:
        """Take a command; what cannot be read is passed over."""
        try:
            command: Any = msgspec.json.decode(payload)
            name = command["command"]
        except (msgspec.DecodeError, TypeError, KeyError):
            return
        self.tally.commands += 1
        if name == "sos_received" and self._waiting.pop(command.get("seq"), None):
            self.tally.answered += 1
        elif name == "notice":
            self.tally.notices += 1
        elif name == "measure":
            takes_s = MEASURE_TAKES_S + float(self._replies.uniform(-5, 5))
            self._at(now_s + takes_s, self._answer_measure)
        elif name == "locate":
            self._at(now_s + LOCATE_TAKES_S, self._answer_locate)
        elif name == "configure":
            self._configure(command.get("interval_s"))

    def _configure(self, interval_s: object) -> None:
        if isinstance(interval_s, int | float) and 1 <= interval_s <= 3600:
            self.interval_s = float(interval_s)

    def _at(self, at_s: float, deed: _Deed) -> None:
        heapq.heappush(self._agenda, (at_s, next(self._order), deed))

    def _taken(self) -> list[Message]:
        out, self._out = self._out, []
        return out

    def _write_in(self, happening: Happening) -> None:
        if happening.kind is What.SOS:
            self._at(happening.start_s, lambda now_s: self._press(now_s, "button"))
        elif happening.kind is What.FALL:
            self._at(happening.start_s, lambda now_s: self._press(now_s, "fall"))

    def _report_and_go_on(self, now_s: float) -> None:
        self._at(round(now_s + self.interval_s, 3), self._report_and_go_on)
        gap_s = self._line.goes_out_of_range()
        if gap_s is not None:
            self._out_of_range_until_s = max(self._out_of_range_until_s, now_s + gap_s)
        self._report(now_s, self._sensors.read(now_s, self.interval_s))

    def _answer_measure(self, now_s: float) -> None:
        self._sensors.ask_blood_pressure()
        self._report_now(round(now_s, 3))

    def _answer_locate(self, now_s: float) -> None:
        self._sensors.ask_fix()
        self._report_now(round(now_s, 3))

    def _report_now(self, now_s: float) -> None:
        self._report(now_s, self._sensors.read_now(now_s))

    def _report(self, now_s: float, fields: Mapping[str, Value]) -> None:
        claimed_s = now_s + self._line.skew_s
        message = messages.report(self.device_id, claimed_s, next(self._seq), fields)
        for at_s, copy in self._line.carry(message, now_s):
            if at_s <= now_s:
                self._send(copy, now_s)
            else:
                self._at(at_s, lambda due_s, copy=copy: self._send(copy, due_s))

    def _send(self, message: Message, now_s: float) -> None:
        if self._connected and self.reachable(now_s):
            self._send_kept()
            self._out.append(message)
            return
        self._kept.append(message)
        if len(self._kept) > KEPT_REPORTS:
            del self._kept[0]
            self.tally.lost += 1

    def _send_kept(self) -> None:
        kept, self._kept = self._kept, []
        self._out.extend(messages.together(kept))

    def _press(self, now_s: float, trigger: str) -> None:
        fields = self._sensors.urgent(now_s)
        seq = next(self._seq)
        claimed_s = now_s + self._line.skew_s
        event = messages.urgent(self.device_id, claimed_s, seq, trigger, fields)
        self.tally.presses += 1
        self._waiting[seq] = event
        if self._connected and self.reachable(now_s):
            self._out.append(event)
        self._at(now_s + FIRST_RESEND_S, lambda due_s: self._press_again(seq, due_s))

    def _press_again(self, seq: int, now_s: float) -> None:
        event = self._waiting.get(seq)
        if event is None:
            return
        self._at(now_s + RESEND_S, lambda due_s: self._press_again(seq, due_s))
        if self._connected and self.reachable(now_s):
            self.tally.resent += 1
            self._out.append(event)
