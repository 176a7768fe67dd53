"""The ledger's bytes, fixed for good; and what is found wrong with any chain."""

import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidError
from core.ledger import anchors
from core.ledger.chain import GENESIS, Entry, Head, link
from core.ledger.damage import DamageKind, Inspector, break_at
from core.ledger.form import COLUMNS, PRESENT_FORM, Source, canonical, digest

NOON = datetime(2026, 11, 21, 4, 0, 0, 123456, tzinfo=UTC)
SALT = bytes(range(16))
ROW = '{"b": 1.50, "a": {"ä": null, "z": [true, "王"]}}'


def test_a_row_has_one_spelling_whatever_its_order_and_spaces():
    assert canonical(ROW) == '{"a":{"z":[true,"王"],"ä":null},"b":1.5}'.encode()
    again = '{"a":{"z":[true,"\\u738b"],"ä":null},\n"b":1.5}'
    assert canonical(again) == canonical(ROW)


def test_bytes_of_digest_and_chain_stay_as_they_are():
    """A ledger sealed years ago must still verify: these never change."""
    assert GENESIS.hex() == (
        "1c5e51b2103a861df07e38a1d7cfc9332f8b1557d79bcd03117b5d48a212171e"
    )
    found = digest(SALT, ROW)
    assert (
        found.hex()
        == "e171b057bd3c695b887288a50f7bf8b06189c5dbe3e4fccfb53a126c9b28ef07"
    )
    entry = Entry(1, Source.VISIT, UUID(int=7), 1, found, b"", NOON)
    assert link(GENESIS, 1, entry).hex() == (
        "d73b54d9e2e8dbee2fe731b0fa5eb60e4e6c7f4934716280d780a8457cfaae36"
    )


def test_the_present_form_names_columns_of_every_source():
    assert set(COLUMNS[PRESENT_FORM]) == set(Source)


def chain_of(size: int) -> list[Entry]:
    """A whole chain of `size` entries."""
    entries: list[Entry] = []
    before = GENESIS
    for position in range(1, size + 1):
        sealed_at = NOON + timedelta(seconds=position)
        entry = Entry(
            position, "alert", UUID(int=position), 1, digest(SALT, str(position)), b"",
            sealed_at,
        )  # fmt: skip
        entry = dataclasses.replace(entry, chain=link(before, position, entry))
        entries.append(entry)
        before = entry.chain
    return entries


def first_break(entries: list[Entry]) -> tuple[DamageKind, int | None] | None:
    """What an inspector and `break_at` say of these entries."""
    inspector = Inspector(Head(0, GENESIS))
    for index, entry in enumerate(entries):
        if not inspector.follows(entry):
            damage = break_at(inspector.head, entries[index:])
            return damage.kind, damage.position
        inspector.take(entry, SALT, str(entry.position))
    return None


def renumbered(entries: list[Entry]) -> list[Entry]:
    """The same entries as if they stood at positions from 1 on."""
    return [
        dataclasses.replace(entry, position=position)
        for position, entry in enumerate(entries, 1)
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 30))
def test_a_whole_chain_is_whole(size: int):
    assert first_break(chain_of(size)) is None


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 25), st.data())
def test_two_entries_that_changed_places_are_found_at_the_first(size: int, data):
    entries = chain_of(size)
    one = data.draw(st.integers(0, size - 2))
    other = data.draw(st.integers(one + 1, size - 1))
    entries[one], entries[other] = entries[other], entries[one]
    assert first_break(renumbered(entries)) == (DamageKind.REORDERED, one + 1)


@settings(deadline=None, max_examples=40)
@given(st.integers(3, 25), st.data())
def test_entries_cut_out_are_found_where_they_are_missing(size: int, data):
    entries = chain_of(size)
    one = data.draw(st.integers(0, size - 3))
    other = data.draw(st.integers(one + 1, size - 2))
    del entries[one:other]
    assert first_break(entries) == (DamageKind.REMOVED, one + 1)
    assert first_break(renumbered(entries)) == (DamageKind.REMOVED, one + 1)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 25), st.data())
def test_an_entry_put_in_is_found(size: int, data):
    entries = chain_of(size)
    place = data.draw(st.integers(0, size - 1))
    foreign = dataclasses.replace(entries[place], row_id=UUID(int=999))
    entries.insert(place, foreign)
    assert first_break(renumbered(entries)) == (DamageKind.INSERTED, place + 1)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 25),
    st.sampled_from(["row_id", "digest", "chain", "source", "form", "sealed_at"]),
    st.data(),
)
def test_a_changed_entry_is_found(size: int, field: str, data):
    entries = chain_of(size)
    place = data.draw(st.integers(0, size - 1))
    value = {
        "row_id": UUID(int=999), "digest": bytes(32), "chain": bytes(32),
        "source": "visit", "form": 2, "sealed_at": NOON,
    }[field]  # fmt: skip
    entries[place] = dataclasses.replace(entries[place], **{field: value})
    assert first_break(entries) == (DamageKind.CHANGED, place + 1)


@pytest.mark.parametrize("text", ["", "812", "x:00", "-1:" + "00" * 32, "1:00"])
def test_what_is_no_head(text: str):
    with pytest.raises(InvalidError):
        anchors.parse(text)
