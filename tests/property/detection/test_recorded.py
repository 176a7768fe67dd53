"""The same sequences every time, in a second: what mutation testing runs first."""

import os
from random import Random

import pytest

from tests.oracles.comparing import judge_as, recorded
from tests.oracles.fleet import Fleet

COUNTS = (100, 1000)
if "MUTANT_UNDER_TEST" in os.environ:  # once for all mutants, which are forked
    for _count in COUNTS:
        recorded(_count)


@pytest.mark.parametrize("count", COUNTS)
def test_the_engine_says_what_the_oracle_said(count: int) -> None:
    several, profiles, expected = recorded(count)
    found = judge_as(expected, Fleet(several, profiles), Random(1))
    assert found.difference is None
