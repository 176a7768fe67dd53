"""The escalation policies as shipped, and with the figures that settings put in place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final, Self, cast

from core.rules import policy_reading
from core.rules.policy import Policies, Policy, Section
from core.settings import Settings


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

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings have them."""
        return cls(
            settings.escalation_delays_s,
            settings.top_repeat_s,
            settings.ack_expiry_s,
            settings.arrival_expiry_s,
        )

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


def to_toml(policies: Policies) -> str:
    """A file that says the same."""
    blocks: list[str] = []
    for section, policy in policies.items():
        tree = policy.tree()
        steps = tree.pop("steps")
        blocks += [_block(f"[{section}]", tree)] if tree else []
        blocks += [_block(f"[[{section}.steps]]", step) for step in steps]
    return "\n".join(blocks)


def _block(header: str, tree: Mapping[str, Any]) -> str:
    lines = (f"{key} = {_written(value)}" for key, value in tree.items())
    return "\n".join([header, *lines, ""])


def _written(value: object) -> str:
    """A value on one line, as TOML has it."""
    match value:
        case dict():
            pairs = cast("dict[str, object]", value).items()
            return f"{{ {', '.join(f'{k} = {_written(v)}' for k, v in pairs)} }}"
        case list():
            return f"[{', '.join(map(_written, cast('list[object]', value)))}]"
        case _:
            return json.dumps(value)
