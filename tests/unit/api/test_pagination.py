"""Cursors: they carry the last key, and nothing else is taken for one."""

import base64
from uuid import UUID

import orjson
import pytest

from api.pagination import PageRequest, page
from core.errors import InvalidError
from core.ids import new_id


def test_the_next_page_begins_after_the_last_item():
    found = [{"id": new_id(), "n": n} for n in range(3)]
    answer = orjson.loads(page(found, PageRequest(2, None), lambda row: row["n"]).body)
    assert answer["items"] == [0, 1]
    assert PageRequest(2, answer["next_cursor"]).after_id() == found[1]["id"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_last_page_has_no_cursor(count: int):
    found = [{"id": new_id()} for _ in range(count)]
    answer = orjson.loads(page(found, PageRequest(2, None), dict).body)
    assert (len(answer["items"]), answer["next_cursor"]) == (count, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "é",
        "bnVsbA",
        "W10",
        "WzFd",
        "WyJ4Il0",
        "Wzk5OSwxXQ",
        "e30",
        "A" * 9,
    ],
)
def test_what_is_no_cursor_of_ours_is_refused(cursor: str):
    with pytest.raises(InvalidError):
        PageRequest(2, cursor).after(UUID)


def test_a_cursor_of_another_list_is_refused():
    cursor = base64.urlsafe_b64encode(orjson.dumps([1, "x"])).decode().rstrip("=")
    with pytest.raises(InvalidError):
        PageRequest(2, cursor).after(int, UUID)


def test_an_empty_cursor_is_the_start():
    assert PageRequest(2, "").after(UUID) is None
