"""One wristband's detectors over plain objects: what the engine is measured against."""

from bench.plain.episodes import Event, Person
from bench.plain.gates import Gates
from bench.plain.limits import HeartRate, Oxygen, Pressure
from bench.plain.personal import DailyMeans, Stillness, Usual
from bench.plain.places import Battery, Circle, Places
from bench.plain.report import Report


class Wristband:
    """All detectors of one wristband, for reports that come in order.

    Parameters
    ----------
    person : who wears it; keeps what was told.
    circles : their geofences.
    offset_s : of the local clock from UTC, the same for all reports [s]
    """

    __slots__ = (
        "battery",
        "days",
        "gates",
        "offset_s",
        "oxygen",
        "person",
        "places",
        "pressure",
        "rate",
        "skin",
        "stillness",
        "usual",
    )

    def __init__(self, person: Person, circles: list[Circle], offset_s: float) -> None:
        self.person = person
        self.offset_s = offset_s
        self.gates = Gates(person.rules)
        self.rate, self.pressure, self.oxygen = HeartRate(), Pressure(), Oxygen()
        self.usual, self.skin = Usual("vitals_change"), Usual("temperature_high")
        self.days, self.stillness = DailyMeans(), Stillness()
        self.places, self.battery = Places(circles), Battery()

    def take(self, report: Report, events: list[Event]) -> None:
        """Judge the next report; adds what is to be told to `events`."""
        person, gates = self.person, self.gates
        clock_s = report.time_s + self.offset_s
        self.usual.turn(clock_s, person)
        self.skin.turn(clock_s, person)
        gates.take(report)
        if gates.worn and not gates.frozen:
            self._vitals(report, clock_s, events)
        self.stillness.take(report, clock_s, gates, person, events)
        if report.latitude is not None and report.longitude is not None:
            self.places.take(report, clock_s, person, events)
        if report.battery is not None and 0 <= report.battery <= 100:
            self.battery.take(report.battery, report, person, events)

    def _vitals(self, report: Report, clock_s: float, events: list[Event]) -> None:
        person, gates = self.person, self.gates
        rate, upper, lower = report.heart_rate, report.systolic, report.diastolic
        if rate is not None and 20 <= rate <= 250 and gates.at_rest:
            self.rate.take(report, gates, person, events)
            self.usual.take(rate, report, person, events)
        if upper is not None and lower is not None and _possible(upper, lower):
            self.pressure.take(report, person, events)
            self.days.take(report, clock_s, person, events)
        if report.spo2 is not None and 50 <= report.spo2 <= 100 and gates.at_rest:
            self.oxygen.take(report, person, events)
        if report.temperature is not None and 20 <= report.temperature <= 43:
            self.skin.take(report.temperature, report, person, events)


def _possible(systolic: float, diastolic: float) -> bool:
    within = 50 <= systolic <= 260 and 30 <= diastolic <= 160
    return within and diastolic < systolic
