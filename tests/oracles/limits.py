"""Vital signs against their limits: what the story's newest reading reaches, or ends."""

from collections.abc import Callable, Iterator

from tests.oracles.readings import Reading, Story, run, span_s

Bad = Callable[[Reading], bool]
KINDS = {
    "heart_rate_high": "heart_rate",
    "heart_rate_low": "heart_rate",
    "blood_pressure_high": "systolic",
    "blood_pressure_low": "systolic",
    "spo2_low": "spo2",
}


def beyond(value: str, limit: str, sign: int, margin: str | None = None) -> Bad:
    """Whether a reading is at or beyond a limit moved by a margin, upwards for 1."""

    def bad(one: Reading) -> bool:
        moved = one.rule(limit) + (sign * one.rule(margin) if margin else 0)
        return one.possible(value) and sign * one.value(value) >= sign * moved

    return bad


def safe(bad: Bad, *fine: Bad) -> Bad:
    """Whether a reading is fine by all, and not bad: with a margin of 0 it may be both."""
    return lambda one: not bad(one) and all(each(one) for each in fine)


def outlook(story: Story, kind: str) -> tuple[int, bool] | None:
    """Level that the newest reading reaches, and whether the condition is over.

    None where that reading is not valid for the kind.
    """
    newest, stream = story.readings[-1], KINDS[kind]
    if not newest.valid[stream]:
        return None
    if not newest.rule(f"{kind}.enabled"):
        return 0, True
    level, over = {
        "heart_rate_high": lambda: _heart_rate(story, kind, 1),
        "heart_rate_low": lambda: _heart_rate(story, kind, -1),
        "blood_pressure_high": lambda: _pressure_high(story),
        "blood_pressure_low": lambda: _pressure_low(story),
        "spo2_low": lambda: _spo2(story),
    }[kind]()
    return level, over and not level


def _lasts(story: Story, kind: str, bad: Bad, gap: str, span: str) -> bool:
    """Whether the newest reading ends a run that spans a rule's seconds."""
    found = run(valid(story, KINDS[kind]), bad, f"{kind}.{gap}")
    return span_s(found) >= story.readings[-1].rule(f"{kind}.{span}")


def valid(story: Story, stream: str) -> Iterator[Reading]:
    """Valid readings of a vital sign, newest first."""
    return (one for one in story.back(stream) if one.valid[stream])


def _heart_rate(story: Story, kind: str, sign: int) -> tuple[int, bool]:
    warns = beyond("heart_rate", f"{kind}.warning", sign)
    grave = beyond("heart_rate", f"{kind}.critical", sign)
    level = 2 if _lasts(story, kind, warns, "gap_s", "sustained_s") else 0
    if _lasts(story, kind, grave, "within_s", "apart_s"):
        level = 3 if sign < 0 or story.readings[-1].senses else 2
    # On the safe side by the margin.
    fine = beyond("heart_rate", f"{kind}.warning", -sign, f"{kind}.margin")
    return level, _lasts(story, kind, safe(warns, fine), "gap_s", "clear_s")


def is_high(one: Reading) -> bool:
    """Whether a blood pressure is one that would be critical once confirmed."""
    limit = "blood_pressure_high.critical"
    halves = ("systolic", "diastolic")
    return any(beyond(half, f"{limit}.{half}", 1)(one) for half in halves)


def fine_half(half: str) -> Bad:
    """Whether a half of a blood pressure is well below its limit, or not there."""
    kind = "blood_pressure_high"
    fine = beyond(half, f"{kind}.critical.{half}", -1, f"{kind}.margin")
    return lambda one: fine(one) or not one.possible(half)


def _pressure_high(story: Story) -> tuple[int, bool]:
    kind = "blood_pressure_high"
    twice = _lasts(story, kind, is_high, "confirm_max_s", "confirm_min_s")
    fine = safe(is_high, fine_half("systolic"), fine_half("diastolic"))
    return 3 * twice, _lasts(story, kind, fine, "clear_gap_s", "confirm_min_s")


_LOW = "blood_pressure_low"
is_low = beyond("systolic", f"{_LOW}.warning.systolic", -1)
is_very_low = beyond("systolic", f"{_LOW}.critical.systolic", -1)


def _pressure_low(story: Story) -> tuple[int, bool]:
    level = 0
    for name, bad in ((2, is_low), (3, is_very_low)):
        if _lasts(story, _LOW, bad, "confirm_max_s", "confirm_min_s"):
            level = name
    fine = beyond("systolic", f"{_LOW}.warning.systolic", 1, f"{_LOW}.margin")
    return level, _lasts(
        story, _LOW, safe(is_low, fine), "clear_gap_s", "confirm_min_s"
    )


def _spo2(story: Story) -> tuple[int, bool]:
    kind, newest, level = "spo2_low", story.readings[-1], 0
    for name, limit in ((2, "warning"), (3, "critical")):
        bad = beyond("spo2", f"{kind}.{limit}", -1)
        last = run(valid(story, "spo2"), bad, None)[
            : int(newest.rule(f"{kind}.readings"))
        ]
        enough = len(last) == int(newest.rule(f"{kind}.readings"))
        near = span_s(last) <= newest.rule(f"{kind}.within_s")
        if (enough and near) or _lasts(story, kind, bad, "gap_s", "sustained_s"):
            level = name
    warns = beyond("spo2", f"{kind}.warning", -1)
    fine = beyond("spo2", f"{kind}.warning", 1, f"{kind}.margin")
    return level, _lasts(story, kind, safe(warns, fine), "gap_s", "clear_s")


def first_pressures(story: Story) -> Iterator[tuple[str, int, list[Reading]]]:
    """For each kind the gravest run of bad blood pressures that the newest one ends."""
    readings = list(valid(story, "systolic"))
    grades = (
        ("blood_pressure_high", ((3, is_high),)),
        (_LOW, ((3, is_very_low), (2, is_low))),
    )
    for kind, levels in grades:
        if not story.readings[-1].rule(f"{kind}.enabled"):
            continue
        for level, bad in levels:
            found = run(readings, bad, f"{kind}.confirm_max_s")
            if found:
                yield kind, level, found
                break
