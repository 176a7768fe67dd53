"""One wearer's life as a wristband can see it: routine, body and scripted events."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from simulators import routine, streams
from simulators.physiology import CALM, Activity, Body, Person, Strain, Vitals
from simulators.routine import HOME, Day, Neighbourhood, Position, Spot, Whereabouts
from simulators.scenarios import Happening, ScriptedEvent, What
from simulators.streams import Streams

_STILL: Final = frozenset(
    {What.BRADYCARDIA, What.TACHYCARDIA, What.HYPERTENSION, What.HYPOXIA}
    | {What.FALL, What.WANDERING}
)
"""Events before and after which the wearer stays quietly at home."""


class Scene(NamedTuple):
    """A wearer at an instant; `motion_g` is acceleration beyond gravity."""

    position: Position
    activity: Activity
    outdoors: bool
    steps: int
    motion_g: float
    vitals: Vitals


class Life:
    """A wearer's days, with the script written into them.

    Parameters
    ----------
    seed, index : whose streams the days are drawn from.
    person : the wearer's traits.
    home : where they live.
    script : what happens to them, in order.
    zone : local time.
    own : the wristband's streams.
    """

    def __init__(
        self,
        *,
        seed: int,
        index: int,
        person: Person,
        home: Position,
        script: Sequence[Happening],
        zone: ZoneInfo,
        own: Streams,
    ) -> None:
        self.person = person
        self._seed, self._index = seed, index
        self._home, self.zone = home, zone
        self._around: Neighbourhood = routine.draw_neighbourhood(own.person)
        self._body = Body(person, own.body)
        self._rng = own.body
        self._script = list(script)
        self._rests = rest_windows(script)
        self._days: dict[date, Day] = {}

    def at(self, now_s: float) -> Scene:
        """What there is to see at an instant [s since 1970]; ask with rising times."""
        local = datetime.fromtimestamp(now_s, UTC).astimezone(self.zone)
        second = local.hour * 3600 + local.minute * 60 + local.second
        where = self._whereabouts(now_s, local.date(), second)
        strain = self._strain(now_s)
        vitals = self._body.at(now_s, second / 3600, where.activity, strain)
        return Scene(
            position=routine.globe(self._home, where.spot),
            activity=where.activity,
            outdoors=where.outdoors,
            steps=math.floor(where.steps),
            motion_g=self._motion(now_s, where.activity),
            vitals=vitals,
        )

    def _whereabouts(self, now_s: float, day: date, second: float) -> Whereabouts:
        usual = self._day(day).at(second)
        steps = self._steps(now_s, day, second)
        walk = self._happening(now_s, What.WANDERING)
        if walk is not None:
            return Whereabouts(self._astray(walk, now_s), Activity.WALKING, True, steps)
        if any(start <= now_s < end for start, end in self._rests):
            asleep = usual.activity is Activity.ASLEEP
            activity = Activity.ASLEEP if asleep else Activity.SITTING
            return Whereabouts(HOME, activity, False, steps)
        return usual._replace(steps=steps)

    def _astray(self, happening: Happening, now_s: float) -> Spot:
        metres = _wandered_m(happening, now_s)
        bearing = math.radians(_bearing(happening.event, self._index))
        return Spot(metres * math.sin(bearing), metres * math.cos(bearing))

    def _steps(self, now_s: float, day: date, second: float) -> float:
        """Steps since midnight: the plan's outside of rests, and those astray."""
        plan = self._day(day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        midnight_s = midnight.timestamp()
        steps = plan.at(second).steps
        for start_s, end_s in self._rests:
            start, end = start_s - midnight_s, end_s - midnight_s
            if start < second and end > 0:
                rested = plan.at(max(start, 0.0)).steps
                steps -= plan.at(min(end, second)).steps - rested
        for happening in self._script:
            if happening.kind is What.WANDERING and happening.start_s >= midnight_s:
                steps += _wandered_m(happening, now_s) / routine.STEP_LENGTH_M
        return steps

    def _day(self, day: date) -> Day:
        if day not in self._days:
            if len(self._days) > 2:
                self._days.clear()
            rng = streams.of_day(self._seed, self._index, day.toordinal())
            self._days[day] = routine.plan_day(self.person, self._around, rng)
        return self._days[day]

    def _motion(self, now_s: float, activity: Activity) -> float:
        noise = float(abs(self._rng.normal(0, 1)))
        if self._happening(now_s, What.FALL) is not None:
            return 0.0
        scale = {Activity.ASLEEP: 0.003, Activity.SITTING: 0.015}
        if activity is Activity.WALKING:
            return 0.18 + 0.04 * noise
        return 0.005 + scale.get(activity, 0.03) * noise

    def _happening(self, now_s: float, kind: What) -> Happening | None:
        for happening in self._script:
            if happening.kind is kind and happening.start_s <= now_s < happening.end_s:
                return happening
        return None

    def _strain(self, now_s: float) -> Strain:
        for happening in self._script:
            if happening.start_s <= now_s < happening.end_s:
                strain = strain_of(happening.event)
                if strain is not CALM:
                    return strain
        return CALM


def strain_of(event: ScriptedEvent) -> Strain:
    """What an event forces on the body, with its kind's defaults filled in."""
    if event.kind is What.BRADYCARDIA:
        return Strain(heart_rate_bpm=event.heart_rate_bpm or 36)
    if event.kind is What.TACHYCARDIA:
        return Strain(heart_rate_bpm=event.heart_rate_bpm or 142)
    if event.kind is What.HYPERTENSION:
        return Strain(
            systolic_mmhg=event.systolic_mmhg or 190,
            diastolic_mmhg=event.diastolic_mmhg or 112,
        )
    if event.kind is What.HYPOXIA:
        return Strain(spo2_percent=event.spo2_percent or 88)
    return CALM


def rest_windows(script: Sequence[Happening]) -> list[tuple[float, float]]:
    """When the wearer stays quietly at home: disjoint (start, end), in order [s]."""
    windows = sorted(
        (
            happening.start_s - happening.event.rest_before_s,
            happening.end_s + happening.event.rest_after_s,
        )
        for happening in script
        if happening.kind in _STILL
    )
    merged: list[tuple[float, float]] = []
    for start, end in windows:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _wandered_m(happening: Happening, now_s: float) -> float:
    """Metres gone astray by `now_s`; 0 before it began."""
    seconds = min(now_s, happening.end_s) - happening.start_s
    return max(0.0, seconds) * happening.event.speed_m_s


def _bearing(event: ScriptedEvent, index: int) -> float:
    """Direction of a walk [°]; spread over the fleet by the golden angle."""
    if event.bearing_degrees is not None:
        return event.bearing_degrees
    return (index * 137.508) % 360
