"""Rules are refused with line, key and reason; what was set wins as documented."""

from datetime import time
from typing import Any

import pytest

from core.errors import Fault, RuleError
from core.rules.book import (
    NOTHING,
    SHIPPED,
    RuleSet,
    Span,
    layers,
    merge,
    parse_toml,
    parse_tree,
    quiet_hours,
    resolve,
)
from core.rules.parameters import PARAMETERS


def faults(text: str, **options: Any) -> list[Fault]:
    with pytest.raises(RuleError) as refused:
        parse_toml(text, **options)
    return list(refused.value.faults)


def test_every_fault_is_named_at_once_with_its_line() -> None:
    text = """# of the street
[heart_rate_high]
warning = 90
critcal = 140

[heart_rat_low]
warning = 40
[spo2_low]
warning = [
  1, # not a limit ]
]
critical = "high"
"""
    assert [str(one) for one in faults(text)] == [
        "line 3: heart_rate_high.warning: 90 is outside 100 to 150 1/min",
        "line 4: heart_rate_high.critcal: unknown key,"
        " did you mean heart_rate_high.critical?",
        "line 6: heart_rat_low: unknown section, did you mean heart_rate_low?",
        "line 9: spo2_low.warning: must be a number, not a list",
        "line 12: spo2_low.critical: must be a number, not text",
    ]


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("[heart_rate_high]\nwarning =\n", 2, "", "Invalid value"),
        ("a = 1\na = 2", 2, "", "Cannot overwrite a value"),
        ("[spo2_low]\n\nwarning = [", 3, "", "at the end"),
        ("heart_rate_high = 3", 1, "heart_rate_high", "must be a section with apart_s"),
        ("[[spo2_low]]\nwarning = 94", 1, "spo2_low", "must be a section"),
        ("nonsense.deep.key = 1", 1, "nonsense", "unknown section"),
        (
            '"heart_rate_high.warning" = 120',
            1,
            "heart_rate_high.warning",
            "without quotes",
        ),
        (
            "[heart_rate_high]\nwarning = {systolic = 120}",
            2,
            "heart_rate_high.warning",
            "must be a number, not a section",
        ),
        (
            "[blood_pressure_high]\nwarning = {systolic = 200}",
            2,
            "blood_pressure_high.warning.systolic",
            "outside",
        ),
        (
            "\n[blood_pressure_high.critical]\nsystolic = 10",
            3,
            "blood_pressure_high.critical.systolic",
            "outside",
        ),
        (
            "[heart_rate_high]\nenabled = 0.5",
            2,
            "heart_rate_high.enabled",
            "no whole number",
        ),
        (
            "[heart_rate_high]\nenabled = 'no'",
            2,
            "heart_rate_high.enabled",
            "must be true or false, not text",
        ),
        (
            "[heart_rate_high]\nwarning = true",
            2,
            "heart_rate_high.warning",
            "not true or false",
        ),
        ("[spo2_low]\nreadings = 2.5", 2, "spo2_low.readings", "no whole number"),
        ("[spo2_low]\nwarning = nan", 2, "spo2_low.warning", "nan is outside"),
        ("[late]\nrelevant_s = inf", 2, "late.relevant_s", "inf is outside"),
        (
            f"[late]\nwindow_s = {'9' * 400}",
            2,
            "late.window_s",
            "9… is outside 900 to 21600 s",
        ),
        (
            "[spo2_low]\nwarning = 2000-01-01",
            2,
            "spo2_low.warning",
            "not 2000-01-01",
        ),
        ("[sos]\nenabled = false", 1, "sos", "always told"),
        (
            "[fall]\nenabled = false",
            2,
            "fall.enabled",
            "a fall cannot be switched off",
        ),
        ("condition = 1", 1, "condition", "a section for each condition"),
        ("[condition]\ncopd = 1", 2, "condition.copd", "a section with figures"),
        ("[condition.'Ä']\nx = 1", 1, "condition.Ä", "named in a-z"),
        (
            "[condition.copd]\nspo2_low.warning = 300",
            2,
            "condition.copd.spo2_low.warning",
            "outside",
        ),
        (
            "[condition.copd.area_outage]\nshare = 0.5",
            2,
            "condition.copd.area_outage.share",
            "is about a place",
        ),
        ("[day]\nquiet = '12:30'", 2, "day.quiet", "must be a list"),
        ("[day]\nquiet = [1]", 2, "day.quiet", "a span is written"),
        (
            "[day]\nquiet = [{from = '25:00', to = '26:00'}]",
            2,
            "day.quiet",
            "times of day",
        ),
        (
            "[day]\nquiet = [{from = '1230', to = '14:00'}]",
            2,
            "day.quiet",
            "times of day",
        ),
        (
            "[day]\nquiet = [{from = '12:30', to = '12:30'}]",
            2,
            "day.quiet",
            "another time",
        ),
        (
            "[day]\nquiet = [{from = '12:30', to = '14:00', on = 'sunday'}]",
            2,
            "day.quiet",
            "no on",
        ),
        ("x" * 70_000, None, "", "longer than"),
    ],
)
def test_what_is_refused(text: str, line: int | None, key: str, reason: str) -> None:
    (fault,) = faults(text)
    assert (fault.line, fault.key) == (line, key)
    assert reason in fault.reason


def test_too_many_quiet_spans_or_conditions_are_refused() -> None:
    span = "{from = '12:30', to = '14:00'}"
    (fault,) = faults(f"[day]\nquiet = [{', '.join([span] * 5)}]")
    assert fault.reason == "more than 4 quiet spans"
    many = "\n".join(f"[condition.c{n}]" for n in range(51))
    assert faults(many)[0].reason == "more than 50 conditions"


def test_the_order_of_limits_is_that_of_the_merged_rules() -> None:
    text = "[heart_rate_high]\nwarning = 135"
    (fault,) = faults(text)
    assert str(fault) == (
        "line 2: heart_rate_high.warning: heart_rate_high.critical (131) must lie"
        " above heart_rate_high.warning (135)"
    )
    above = parse_toml("[heart_rate_high]\ncritical = 150")
    assert parse_toml(text, merge([SHIPPED, above])).values == {
        "heart_rate_high.warning": 135
    }


def test_the_order_counts_for_each_condition_too() -> None:
    (own,) = faults("[condition.copd]\nspo2_low.critical = 90")
    assert (own.line, own.key) == (2, "condition.copd.spo2_low.critical")
    copd = parse_toml("[condition.copd]\nspo2_low.critical = 84\nspo2_low.warning = 86")
    shared = RuleSet(conditions={"tall": {"spo2_low.critical": 93}})
    (fault,) = faults("[spo2_low]\nwarning = 93", base=merge([SHIPPED, copd, shared]))
    assert fault.key == "spo2_low.warning"
    assert fault.reason.endswith("with tall")


def test_a_breach_that_others_made_is_not_blamed_on_this_file() -> None:
    broken = merge([SHIPPED, RuleSet({"spo2_low.critical": 94})])
    assert parse_toml("[battery_low]\ninfo = 21", broken).values


def test_an_own_file_of_a_senior_has_no_figures_of_places() -> None:
    text = "[area_outage]\nat_least = 10"
    assert parse_toml(text).values == {"area_outage.at_least": 10}
    (fault,) = faults(text, of_senior=True)
    assert (fault.line, fault.key) == (2, "area_outage.at_least")


def test_a_file_may_say_true_and_false_and_end_its_lines_as_windows_does() -> None:
    rules = parse_toml("[spo2_low]\r\nenabled = false\r\n[not_worn]\r\nenabled = true")
    assert rules.values == {"spo2_low.enabled": 0, "not_worn.enabled": 1}
    (fault,) = faults("[spo2_low]\r\n\r\nwarning = 1")
    assert fault.line == 3


def test_a_json_tree_reads_as_the_file_does_without_lines() -> None:
    rules = parse_toml(
        "[day]\nquiet = [{from = 12:30:00, to = '14:00'}]\n"
        "[heart_rate_high]\nwarning = 120.5\n[condition.copd.spo2_low]\nwarning = 88"
    )
    assert rules.quiet == (Span(time(12, 30), time(14)),)
    assert parse_tree(rules.tree()) == rules
    assert parse_tree({"spo2_low": None, "day": {"quiet": None}}) == NOTHING
    with pytest.raises(RuleError) as refused:
        parse_tree({"spo2_low": {"warning": 5}, "condition": {"a b": {}}})
    assert [one.line for one in refused.value.faults] == [None, None]


def test_the_shipped_rules_set_every_figure() -> None:
    assert SHIPPED.values.keys() == {one.name for one in PARAMETERS}
    assert resolve(NOTHING).values == SHIPPED.values
    assert resolve(NOTHING).version.startswith("0-")


def test_the_nearer_wins() -> None:
    service = parse_toml(
        "[spo2_low]\nwarning = 95\nreadings = 4\n[battery_low]\ninfo = 15"
    )
    place = parse_toml("[spo2_low]\nreadings = 5\n[condition.copd.spo2_low]\nmargin=2")
    own = parse_toml("[spo2_low]\nmargin = 3", of_senior=True)
    resolved = resolve(
        merge([service, place]),
        conditions=["dementia", "copd"],
        own=own,
        thresholds={"spo2_low": {"critical": 80, "warning": None}},
        revision=7,
    )
    got = {
        name: resolved.values[f"spo2_low.{name}"]
        for name in ("warning", "critical", "readings", "margin")
    }
    assert got == {"warning": 87, "critical": 80, "readings": 5, "margin": 3}
    assert resolved.values["battery_low.info"] == 15
    assert resolved.version.startswith("7-")


def test_layers_say_where_a_figure_comes_from() -> None:
    place = parse_toml("[spo2_low]\nreadings = 5")
    found = layers([("place 1", place)], conditions=["copd"])
    assert [one.origin for one in found] == [
        "shipped",
        "place 1",
        "condition.copd",
        "senior",
        "thresholds",
    ]


def test_quiet_hours_of_the_rules_and_of_the_senior_are_joined() -> None:
    rules = parse_toml("[day]\nquiet = [{from = '12:30', to = '14:00'}]")
    routine = {"quiet_hours": [{"from": "22:00:00", "to": "05:30:00"}]}
    resolved = resolve(rules, quiet=quiet_hours(routine))
    assert [one.seconds for one in resolved.quiet] == [(45000, 50400), (79200, 19800)]
    assert resolved.version != resolve(rules).version
    silent = parse_toml("[day]\nquiet = []")
    assert resolve(merge([rules, silent])).quiet == ()


def test_limits_that_contradict_each_other_are_not_resolved() -> None:
    with pytest.raises(RuleError, match=r"spo2_low.critical \(92\) must lie below"):
        resolve(NOTHING, thresholds={"spo2_low": {"warning": 90}})
