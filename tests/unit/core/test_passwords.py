"""Passwords: which are allowed, and that only their hash is kept."""

import pytest

from core import passwords
from core.errors import InvalidError


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ninechars",
        "x1" * 65,
        "1234567890",
        "PASSWORD123",
        "aaaaaaaaaaa",
        "000000000000",
        "Woaini1314",
        "thingsboardDefaultSigningKey",
    ],
)
def test_short_long_and_common_ones_are_refused(password: str):
    with pytest.raises(InvalidError) as refused:
        passwords.check(password)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "tenletters",
        "all lower case",
        "x1y" * 42 + "zz",
        "kkkkkkkkkkkkkkk",
        "ukukukukukuk",
        "银铃银铃守护着老人们的夜",
    ],
)
def test_no_other_rule_is_made(password: str):
    passwords.check(password)


def test_the_right_password_matches_its_hash_only():
    stored = passwords.hashed("lantern-over-the-river")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, "lantern-over-the-river")
    for wrong in ("lantern-over-the-rive", "", "x" * 10_000):
        assert not passwords.matches(stored, wrong)


@pytest.mark.parametrize("stored", [None, "", "no hash"])
def test_nobodys_password_matches_nothing(stored: str | None):
    assert not passwords.matches(stored, "lantern-over-the-river")
