"""One wristband's fixes against its circles, report by report."""

import math
from dataclasses import dataclass

from bench.plain.episodes import Event, Person
from bench.plain.personal import judged
from bench.plain.report import Report

RADIAN_M = 6_371_008.8 * math.pi / 180.0


@dataclass(slots=True)
class Circle:
    """A fence and what is known of it."""

    latitude: float
    longitude: float
    radius_m: float
    enter: bool = False
    visited: bool = False
    violated: bool = False
    before_m: float | None = None  # distance from its edge on the fix before
    hit_before: bool = False


class Places:
    """Geofences of one wristband."""

    def __init__(self, circles: list[Circle]) -> None:
        self.circles = circles

    def take(
        self, report: Report, clock_s: float, person: Person, events: list[Event]
    ) -> None:
        """Judge a report with a fix."""
        accuracy = _accuracy(report, person)
        relevant = report.received_s - report.time_s <= person.rules["late.relevant_s"]
        hour = clock_s % 86400 / 3600
        night = not person.rules["day.from_h"] <= hour < person.rules["day.to_h"]
        apart = [_outside_m(circle, report) for circle in self.circles]
        for circle, away in zip(self.circles, apart, strict=True):
            circle.visited = circle.visited or -away >= accuracy
        known = any(circle.visited and not circle.enter for circle in self.circles)
        levels = {False: 0, True: 0}
        for circle, away in zip(self.circles, apart, strict=True):
            inside, outside = -away >= accuracy, away > accuracy
            hit, fine = (inside, outside) if circle.enter else (outside, inside)
            counts = circle.enter or circle.visited or not known
            if hit and circle.hit_before and counts and relevant:
                circle.violated = True
                far = (
                    not circle.enter
                    and away > person.rules["geofence_exit.far_m"]
                    and circle.before_m is not None
                    and away > circle.before_m
                )
                grave = person.dementia or night or far
                levels[circle.enter] = max(levels[circle.enter], 3 if grave else 2)
            elif fine:
                circle.violated = False
            circle.before_m, circle.hit_before = away, hit
        for enter, kind in ((False, "geofence_exit"), (True, "geofence_enter")):
            over = not any(one.violated for one in self.circles if one.enter == enter)
            level, over = judged(kind, levels[enter], over, report, person)
            person.tell(kind, level, over, report.time_s, float("inf"), events)


class Battery:
    """Charge of one wristband."""

    def __init__(self) -> None:
        self.lowest: float | None = None

    def take(
        self, charge: float, report: Report, person: Person, events: list[Event]
    ) -> None:
        """Judge a charge."""
        rules = person.rules
        shown, told = rules["battery_low.info"], rules["battery_low.warning"]
        level = 2 if charge <= told else 1 if charge <= shown else 0
        over = charge >= rules["battery_low.clear"] or (
            charge > shown
            and self.lowest is not None
            and charge >= self.lowest + rules["battery_low.charging"]
        )
        level, over = judged("battery_low", level, over, report, person)
        person.tell("battery_low", level, over, report.time_s, float("inf"), events)
        episode = person.episodes.get("battery_low")
        if episode is None or not episode.level:
            self.lowest = None
        elif self.lowest is None or charge < self.lowest:
            self.lowest = charge


def _accuracy(report: Report, person: Person) -> float:
    if report.accuracy is not None:
        return report.accuracy
    if report.location_source == 1:
        return person.rules["position.wifi_accuracy_m"]
    return (
        person.rules["position.cell_accuracy_m"] if report.location_source == 2 else 0
    )


def _outside_m(circle: Circle, report: Report) -> float:
    assert report.latitude is not None  # noqa: S101  only fixes are given
    assert report.longitude is not None  # noqa: S101
    turned = (report.longitude - circle.longitude + 180.0) % 360.0 - 180.0
    x = turned * math.cos(math.radians(circle.latitude)) * RADIAN_M
    y = (report.latitude - circle.latitude) * RADIAN_M
    return math.hypot(x, y) - circle.radius_m
