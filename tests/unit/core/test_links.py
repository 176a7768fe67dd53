"""Tokens that only the key makes."""

from hypothesis import given
from hypothesis import strategies as st

from core import links
from core.ids import new_id

KEY = b"k" * 32


def test_round_trip():
    notification = new_id()
    token = links.sign(KEY, notification)
    assert links.verify(KEY, token) == notification
    assert links.verify(b"other", token) is None


@given(st.text(max_size=60))
def test_anything_else_is_refused(token: str):
    assert links.verify(KEY, token) is None


def test_changed_token_is_refused():
    token = links.sign(KEY, new_id())
    other = links.sign(KEY, new_id())
    assert links.verify(KEY, token[:20] + other[20:]) is None


def test_urls():
    assert links.acknowledge_url("https://x/", "t") == "https://x/a/t"
    assert links.location_url("https://x", "t") == "https://x/l/t"
