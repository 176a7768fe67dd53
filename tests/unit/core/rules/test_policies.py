"""Files of policies: what is shipped, what is read, and everything that is refused."""

import pytest

from core.errors import RuleError
from core.rules import policy_reading
from core.rules.policy import Policy, Section, Target, Who, section_of
from core.rules.policy_book import SHIPPED, Timing, shipped_text, to_toml
from core.settings import Settings

SOMEBODY = "0199e2c4-0000-7000-8000-000000000000"
FIRST = """[[critical.steps]]
name = "first"
after_s = 0
targets = [{ who = "family" }, { who = "responders", levels = ["building", "compound"] }]
"""
REST = """[[critical.steps]]
name = "above"
after_s = 60
targets = [{ who = "responders", levels = ["community", "street", "district"] }]
"""


def read(text: str) -> Policy:
    (policy,) = policy_reading.read_toml(text, SHIPPED).values()
    return policy


def faults(text: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        policy_reading.read_toml(text, SHIPPED)
    return [str(fault) for fault in caught.value.faults]


def test_what_is_shipped_is_the_contracts_ladder():
    critical = SHIPPED[Section.CRITICAL]
    assert [(one.name, one.after_s) for one in critical.steps] == [
        ("first", 0), ("community", 60), ("street", 180), ("district", 600),
    ]  # fmt: skip
    assert critical.repeat_s == 300
    assert (critical.ack_expiry_s, critical.arrival_expiry_s) == (600, 1800)
    warning = SHIPPED[Section.WARNING]
    assert (warning.highest, warning.repeat_s) == ("first", None)
    assert str(warning.hold.tree()) == "{'from': '22:00', 'to': '07:00'}"


def test_shipped_policies_keep_to_their_own_corridor():
    assert policy_reading.read_toml(shipped_text(), {}) == SHIPPED
    assert policy_reading.read_toml(to_toml(SHIPPED), {}) == SHIPPED
    assert Timing().shipped() == SHIPPED


def test_a_section_takes_what_it_leaves_out_from_the_shipped():
    assert read("[critical]\nrepeat_s = 60\n").steps == SHIPPED[Section.CRITICAL].steps
    assert read(FIRST + REST).repeat_s == 300
    assert read("[warning]\nhold = false\n").hold is None
    assert read("[warning]\nhighest = 'street'\n").highest == "street"


def test_everything_a_policy_may_say():
    policy = read(
        FIRST
        + "channels = ['push', 'voice']\nrepeat_s = 30\nrepeat_at_most = 2\n"
        + REST.replace("}]", "}, { who = 'on_duty', levels = ['street'], otherwise = true"
                       f" }}, {{ who = 'people', people = ['{SOMEBODY}'] }}]")
    )  # fmt: skip
    assert policy.steps[0].channels == ("push", "voice")
    assert (policy.steps[0].repeat_s, policy.steps[0].repeat_at_most) == (30, 2)
    assert policy.steps[1].targets[1] == Target(
        Who.ON_DUTY, ("street",), otherwise=True
    )
    assert {str(one) for one in policy.people()} == {SOMEBODY}
    assert Policy.stored("critical", policy.tree()) == policy
    assert read(to_toml({Section.CRITICAL: policy})) == policy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[critical]\nhold = {from='22:00', to='07:00'}",
         "line 2: critical.hold: a critical alert does not wait for the morning"),
        ("[critical]\nhighest = 'first'",
         "line 2: critical.highest: a critical alert climbs to the top by itself"),
        ("[critical]\nrepeat_at_most = 3",
         "line 2: critical.repeat_at_most: the top is told until somebody answers"),
        ("[critical]\nrepeat_s = true",
         "line 2: critical.repeat_s: must be a number, not true or false"),
        ("[critical]\nrepeat = 1",
         "line 2: critical.repeat: unknown key, did you mean repeat_s?"),
        ("critical = 1", "line 1: critical: must be a section, not 1"),
        ("[critical]\nsteps = []",
         "line 2: critical.steps: must be a list with something in it"),
        (FIRST.replace("= 0", "= 5") + REST,
         "line 3: critical.steps.1.after_s: the first step of a critical alert is told"
         " at 0 s"),
        (FIRST + REST.replace("60", "601"),
         "line 7: critical.steps.2.after_s: comes 601 s after first, more than 600 s"),
        (FIRST.replace("{ who = \"family\" }, ", "") + REST,
         "line 4: critical.steps.1.targets: the family is told of a critical alert at"
         " once"),
        (FIRST.replace(", \"compound\"", "") + REST,
         "line 4: critical.steps.1.targets: the compound's responders are told at once"),
        (FIRST + REST.replace(", \"district\"", ""),
         "line 1: critical.steps: no step tells the district's responders"),
        (FIRST + REST.replace("}]", ", roles = ['volunteer'] }]"),
         "line 1: critical.steps: no step tells the community's responders"),
        (FIRST + REST + "[[critical.steps]]\nname = 'top'\nafter_s = 90\n"
         f"targets = [{{ who = 'people', people = ['{SOMEBODY}'] }}]",
         "line 12: critical.steps.3.targets: the top tells a level's responders, not"
         " only people by name"),
        (FIRST + REST.replace("above", "first"),
         "line 6: critical.steps.2.name: is another step's name"),
        (FIRST.replace("\"first\"", "\"The first\"") + REST,
         "line 2: critical.steps.1.name: a step is named in a-z, 0-9 and _"),
        (FIRST.replace("after_s = 0\n", "") + REST,
         "line 1: critical.steps.1.after_s: is missing"),
        (FIRST + "channels = ['pigeon']\n" + REST,
         "line 5: critical.steps.1.channels: pigeon is none of chat, push, sms, voice,"
         " email"),
        (FIRST + "channels = ['sms', 'sms']\n" + REST,
         "line 5: critical.steps.1.channels: names something twice"),
        (FIRST + REST.replace("responders", "everybody"),
         "line 8: critical.steps.2.targets.1.who: must be one of family, responders,"
         " on_duty, people, managers, administrators, all"),
        (FIRST + REST.replace("}]", ", otherwise = 1 }]"),
         "line 8: critical.steps.2.targets.1.otherwise: must be true or false"),
        (FIRST + REST.replace("who =", "people = ['x'], who ="),
         "line 8: critical.steps.2.targets.1.people: unknown key"),
        ("[warning]\nrepeat_s = 600",
         "line 1: warning.repeat_at_most: repeat_s and repeat_at_most belong together"),
        ("[warning]\nrepeat_s = 600\nrepeat_at_most = 1.5",
         "line 3: warning.repeat_at_most: 1.5 is no whole number of times"),
        ("[warning]\nhighest = 'roof'",
         "line 2: warning.highest: is the name of none of the steps"),
        ("[warning]\nhighest = 1", "line 2: warning.highest: must be text, not 1"),
        ("[warning]\nhold = 'night'",
         'line 2: warning.hold: a span is written {from="12:30", to="14:00"}'),
        ("[[warning.steps]]\nname = 'a'\nafter_s = 60\ntargets = [{who = 'all'}]\n"
         "[[warning.steps]]\nname = 'b'\nafter_s = 0\ntargets = [{who = 'all'}]\n"
         "repeat_s = 300",
         "line 5: warning.steps.2.repeat_at_most: repeat_s and repeat_at_most belong"
         " together"),
        ("[technical]\nrepeat_s = 60",
         "line 2: technical.repeat_s: what is to be mended is told once, to those who"
         " mend it"),
        ("[[technical.steps]]\nname = 'a'\nafter_s = 0\ntargets = [{who = 'all'}]",
         "line 4: technical.steps.1.targets: an outage is not told to families"),
        ("[[technical.steps]]\nname = 'a'\nafter_s = 0\nrepeat_s = 3\n"
         "targets = [{who = 'administrators'}]",
         "line 4: technical.steps.1.repeat_s: what is to be mended is told once, to"
         " those who mend it"),
        ("[[technical.steps]]\nname = 'a'\nafter_s = 0\ntargets = [{who = 'managers'}]\n"
         "[[technical.steps]]\nname = 'b'\nafter_s = 0\ntargets = [{who = 'managers'}]",
         "line 5: technical.steps.2: an outage never climbs: one step"),
        ("[critical", "line 1: Expected ']' at the end of a table declaration, at the"
         " end"),
        ("#" * 70_000, "longer than 65536 characters"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(text: str, expected: str):
    assert expected in faults(text)


def test_too_much_is_refused():
    many = "".join(
        REST.replace("above", f"s{n}").replace("60", str(60 * n)) for n in range(9)
    )
    assert "line 1: critical.steps: more than 8" in faults(many)
    named = ", ".join(f'"{SOMEBODY}"' for _ in range(21))
    people = FIRST + REST.replace(
        "}]", f"}}, {{ who = 'people', people = [{named}] }}]"
    )
    assert "line 8: critical.steps.2.targets.2.people: more than 20" in faults(people)
    nobody = FIRST + REST.replace("}]", "}, { who = 'people', people = ['x'] }, 3]")
    found = faults(nobody)
    assert "line 8: critical.steps.2.targets.2.people: x is no id of a person" in found
    assert "line 8: critical.steps.2.targets.3: must be a section, not 3" in found


def test_as_json_faults_have_no_line():
    with pytest.raises(RuleError) as caught:
        policy_reading.read_tree({"critical": {"repeat_s": 5, "hold": None}}, SHIPPED)
    assert str(caught.value) == "critical.repeat_s: 5 is outside 30 to 600 s"
    with pytest.raises(RuleError):
        policy_reading.read_tree({"critical": {"repeat_s": 60}}, {})


def test_a_step_that_is_no_section_is_refused():
    assert "line 1: warning.steps.1: must be a section, not 1" in faults(
        "warning.steps = [1]"
    )


def test_who_may_not_be_named_is_refused():
    named = f"}}, {{ who = 'people', people = ['{SOMEBODY}'] }}]"
    text = FIRST + REST.replace("}]", named)
    with pytest.raises(RuleError) as caught:
        policy_reading.read_toml(text, SHIPPED, lambda _: "has left")
    assert f"{SOMEBODY} has left" in str(caught.value)


def test_settings_take_the_place_of_the_shipped_figures():
    settings = Settings(
        escalation_delays_s=(5.0, 6.0, 7.0), top_repeat_s=31, ack_expiry_s=61
    )  # pyright: ignore[reportCallIssue]
    policy = Timing.of(settings).shipped()[Section.CRITICAL]
    assert [step.after_s for step in policy.steps] == [0, 5, 6, 7]
    assert (policy.repeat_s, policy.ack_expiry_s) == (31, 61)
    assert policy.arrival_expiry_s == SHIPPED[Section.CRITICAL].arrival_expiry_s


def test_which_policy_an_alert_goes_by():
    assert section_of("area_outage", "warning") is Section.TECHNICAL
    assert section_of("sos", "critical") is Section.CRITICAL
    assert section_of("offline", "info") is Section.WARNING


def test_a_version_stands_for_what_a_policy_says():
    one = SHIPPED[Section.CRITICAL]
    same = Timing((60.0, 180.0, 600.0), 300.0).shipped()[Section.CRITICAL]
    assert one.version(0) == same.version(0)
    other = Timing((60.0, 180.0, 601.0)).shipped()[Section.CRITICAL]
    assert other.version(0) != one.version(0)
    assert one.version(4).startswith("4-")
