"""Wear, rest and change of one wristband, kept from report to report."""

from bench.plain.episodes import Rules
from bench.plain.report import Report

NEVER_S = -1e18


class Gates:
    """The quality gates of one wristband, as its newest report leaves them."""

    __slots__ = (
        "_motion",
        "_motion_s",
        "_rules",
        "_same_count",
        "_same_s",
        "_same_since_s",
        "_same_value",
        "_sensed_s",
        "_stepped_s",
        "_steps",
        "_steps_s",
        "at_rest",
        "frozen",
        "gone_s",
        "knows_rest",
        "moved",
        "moved_s",
        "off_s",
        "put_on",
        "resumes",
        "said_off",
        "worn",
    )

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._steps: float | None = None
        self._motion = 0.0
        self._motion_s = self._steps_s = self._stepped_s = self.moved_s = NEVER_S
        self._sensed_s: float | None = None
        self._same_value: float | None = None
        self._same_s = self._same_since_s = NEVER_S
        self._same_count = 0
        self.worn = self.at_rest = True
        self.frozen = self.knows_rest = self.moved = self.resumes = False
        self.said_off = self.put_on = False
        self.off_s: float | None = None  # since when it said so
        self.gone_s: float | None = None  # since when absence is inferred

    def take(self, report: Report) -> None:
        """Move on to the next report."""
        self._move(report)
        self._pulse(report)
        self._wear(report)

    def _move(self, report: Report) -> None:
        rules, time_s = self._rules, report.time_s
        self.moved = False
        if report.steps is not None:
            before, self._steps = self._steps, report.steps
            self._steps_s = time_s
            if before is not None and (
                report.steps > before or 0 < report.steps < before
            ):
                self._stepped_s, self.moved = time_s, True
        if report.motion is not None:
            self._motion, self._motion_s = report.motion, time_s
            if report.motion > rules["quality.rest_motion_g"]:
                self.moved = True
        if self.moved:
            self.moved_s = time_s
        rest_s = rules["quality.rest_s"]
        sensed_s = max(self._steps_s, self._motion_s)
        self.knows_rest = time_s - sensed_s < rest_s
        self.resumes = False
        if sensed_s == time_s:
            silent_s = 0.0 if self._sensed_s is None else time_s - self._sensed_s
            self.resumes = silent_s > rules["offline.warning_s"]
            self._sensed_s = time_s
        self.at_rest = time_s - self._stepped_s >= rest_s and (
            self._motion <= rules["quality.rest_motion_g"]
            or time_s - self._motion_s >= rest_s
        )

    def _pulse(self, report: Report) -> None:
        rules, time_s, pulse = self._rules, report.time_s, report.heart_rate
        if pulse is not None and 20 <= pulse <= 250:
            if pulse == self._same_value and self.moved_s <= self._same_s:
                self._same_count += 1
            else:
                self._same_value, self._same_count = pulse, 1
                self._same_since_s = time_s
            self._same_s = time_s
            self.frozen = (
                self._same_count >= rules["quality.frozen_readings"]
                and time_s - self._same_since_s >= rules["quality.frozen_s"]
            )

    def _wear(self, report: Report) -> None:
        self.put_on = False
        if report.worn >= 0:
            off = report.worn == 0
            self.put_on = self.said_off and not off
            if off and not self.said_off:
                self.off_s = report.time_s
            elif not off:
                self.off_s = None
            self.said_off = off
        silent = (
            not self.frozen
            and self._same_count > 0
            and report.time_s - self._same_s >= self._rules["not_worn.no_signal_s"]
            and self.moved_s <= self._same_s
        )
        self.gone_s = self._same_since_s if self.frozen else None
        if silent:
            self.gone_s = self._same_s
        self.worn = not self.said_off and not silent
