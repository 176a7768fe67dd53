"""The same thousand sequences every time, in a second: what mutation testing runs."""

from random import Random

from tests.oracles.comparing import judge_as, recorded
from tests.oracles.fleet import Fleet


def test_the_engine_says_what_the_oracle_said() -> None:
    several, profiles, expected = recorded(1000)
    found = judge_as(expected, Fleet(several, profiles), Random(1))
    assert found.difference is None
