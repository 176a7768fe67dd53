"""The escalation policies as shipped, and with the figures that settings put in place."""

from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

from core.rules import policy_reading
from core.rules.policy import Policies, Policy, Section


def shipped_text() -> str:
    """The shipped policies, as a file to begin from."""
    return files("core.rules").joinpath("policies.toml").read_text(encoding="utf-8")


SHIPPED: Final[Policies] = policy_reading.read_toml(shipped_text(), {})
"""What is in force where nobody set anything: ``policies.toml``."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Figures of the settings that take the place of the shipped critical policy's [s].

    ``climb_s`` are the delays of the steps after the first, counted from opening.
    """

    climb_s: tuple[float, ...] = (60, 180, 600)
    top_repeat_s: float = 300
    ack_expiry_s: float = 600
    arrival_expiry_s: float = 1800

    def shipped(self) -> Policies:
        """The shipped policies with these figures."""
        return {**SHIPPED, Section.CRITICAL: self._critical()}

    def _critical(self) -> Policy:
        critical = SHIPPED[Section.CRITICAL]
        steps = zip(critical.steps, (0.0, *self.climb_s), strict=True)
        return replace(
            critical,
            steps=tuple(replace(one, after_s=delay) for one, delay in steps),
            repeat_s=self.top_repeat_s,
            ack_expiry_s=self.ack_expiry_s,
            arrival_expiry_s=self.arrival_expiry_s,
        )
