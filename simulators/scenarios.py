"""Scenario files: what happens to whom, when, and how badly the line behaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import UsageError
from simulators import streams

Seconds = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=1)]


class What(StrEnum):
    """What a script can make happen to a wearer or a wristband."""

    SOS = "sos"
    FALL = "fall"
    BRADYCARDIA = "bradycardia"
    TACHYCARDIA = "tachycardia"
    HYPERTENSION = "hypertension"
    HYPOXIA = "hypoxia"
    WANDERING = "wandering"
    SILENCE = "silence"
    OFF_WRIST = "off_wrist"
    LOW_BATTERY = "low_battery"


DEFAULT_DURATION_S: dict[What, float] = {
    What.SOS: 0,
    What.FALL: 900,
    What.BRADYCARDIA: 600,
    What.TACHYCARDIA: 600,
    What.HYPERTENSION: 4800,
    What.HYPOXIA: 900,
    What.WANDERING: 2400,
    What.SILENCE: 1800,
    What.OFF_WRIST: 3600,
    What.LOW_BATTERY: 3600,
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScriptedEvent(_Strict):
    """One line of a script.

    ``wristbands`` names indices; ``count`` or ``share`` has as many drawn by the
    seed. ``at_s`` is seconds after the start, or a range to draw from.
    """

    kind: What
    at_s: Seconds | tuple[Seconds, Seconds]
    wristbands: tuple[Annotated[int, Field(ge=0)], ...] = ()
    count: Annotated[int, Field(ge=1)] | None = None
    share: Rate | None = None
    duration_s: Seconds | None = None
    heart_rate_bpm: Annotated[float, Field(ge=20, le=250)] | None = None
    systolic_mmhg: Annotated[float, Field(ge=50, le=260)] | None = None
    diastolic_mmhg: Annotated[float, Field(ge=30, le=160)] | None = None
    spo2_percent: Annotated[float, Field(ge=50, le=100)] | None = None
    battery_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    speed_m_s: Annotated[float, Field(gt=0, le=3)] = 0.9
    bearing_degrees: Annotated[float, Field(ge=0, lt=360)] | None = None
    fence_m: Annotated[float, Field(gt=0)] = 500
    rest_before_s: Seconds = 1200
    rest_after_s: Seconds = 300
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1
    every_s: Annotated[float, Field(gt=0)] = 60

    @model_validator(mode="after")
    def _one_choice(self) -> "ScriptedEvent":
        chosen = (bool(self.wristbands), self.count is not None, self.share is not None)
        if sum(chosen) != 1:
            raise ValueError("exactly one of wristbands, count, share")
        return self


class Faults(_Strict):
    """How badly wristbands and their lines behave; rates are per report."""

    duplicate: Rate = 0
    shuffle: Rate = 0
    garbage: Rate = 0
    out_of_range: Rate = 0
    out_of_range_s: Annotated[float, Field(gt=0)] = 600
    skewed_share: Rate = 0
    skew_s: float = 5400


class Scenario(_Strict):
    """A whole scenario file."""

    name: str
    interval_s: Annotated[float, Field(gt=0)] | None = None
    blood_pressure_every_s: Annotated[float, Field(gt=0)] = 1800
    events: tuple[ScriptedEvent, ...] = ()
    faults: Faults = Faults()


@dataclass(frozen=True, slots=True)
class Happening:
    """A scripted event with its wristband, start and end decided [s since 1970]."""

    event: ScriptedEvent
    wristband: int
    start_s: float
    end_s: float

    @property
    def kind(self) -> What:
        """What happens."""
        return self.event.kind


def names() -> list[str]:
    """Names of the scenarios that come with the package."""
    folder = files("simulators").joinpath("scenarios")
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )


def load(name_or_file: str) -> Scenario:
    """Read a scenario by the name it has in the package, or from a file.

    Raises
    ------
    UsageError
        If there is no such scenario or it says something it cannot.
    """
    if name_or_file in names():
        source = files("simulators").joinpath("scenarios", f"{name_or_file}.yaml")
        return parse(source.read_text(encoding="utf-8"), name_or_file)
    try:
        text = Path(name_or_file).read_text(encoding="utf-8")
    except OSError:
        known = ", ".join(names())
        raise UsageError(
            f"no scenario {name_or_file!r}: give a file, or one of {known}"
        ) from None
    return parse(text, name_or_file)


def parse(text: str, source: str) -> Scenario:
    """Read a scenario's YAML text; `source` names it in errors.

    Raises
    ------
    UsageError
        Naming every field that is wrong.
    """
    try:
        content: Any = yaml.safe_load(text)
        return Scenario.model_validate(content)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{source} is not YAML: {reason}") from None
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise UsageError(f"{source}: {faults}") from None


def decide(
    scenario: Scenario, wristbands: int, seed: int, start_s: float
) -> list[Happening]:
    """Decide who and when, wherever the scenario leaves it to the seed.

    Parameters
    ----------
    scenario : the script.
    wristbands : size of the fleet; an index beyond it is passed over.
    seed : the same seed decides the same.
    start_s : instant the script's seconds count from [s since 1970].

    Returns
    -------
    Happenings in order of their start.
    """
    rng = streams.of_scenario(seed)
    found: list[Happening] = []
    for event in scenario.events:
        for wristband in _chosen(event, wristbands, rng):
            found.extend(_happenings(event, wristband, rng, start_s))
    return sorted(found, key=lambda happening: happening.start_s)


def _chosen(
    event: ScriptedEvent, wristbands: int, rng: np.random.Generator
) -> Sequence[int]:
    if event.wristbands:
        return [index for index in event.wristbands if index < wristbands]
    share = event.share or 0
    count = event.count if event.count is not None else round(share * wristbands)
    picked = rng.choice(wristbands, size=min(count, wristbands), replace=False)
    return sorted(int(index) for index in picked)


def _happenings(
    event: ScriptedEvent, wristband: int, rng: np.random.Generator, start_s: float
) -> list[Happening]:
    if isinstance(event.at_s, tuple):
        at_s = float(rng.uniform(*event.at_s))
    else:
        at_s = event.at_s
    duration_s = event.duration_s
    if duration_s is None:
        duration_s = DEFAULT_DURATION_S[event.kind]
    # Whole milliseconds: what the wire can say.
    starts = [
        round(start_s + at_s + repeat * event.every_s, 3)
        for repeat in range(event.repeats)
    ]
    return [Happening(event, wristband, one, one + duration_s) for one in starts]
