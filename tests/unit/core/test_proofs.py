"""Codes and links follow from an id and the key, and from nothing else."""

from uuid import UUID

import pytest

from core import proofs
from core.ids import new_id

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ID = UUID("018f0000-0000-7000-8000-000000000000")
URL = "https://yinling.example/"


def test_a_code_is_six_digits_spread_evenly():
    numbers = [
        int(proofs.contact_code(KEY, new_id()).replace(" ", "")) for _ in range(5000)
    ]
    assert all(0 <= number < 10**6 for number in numbers)
    assert len(set(numbers)) > 4900
    tenths = [
        sum(number // 100_000 == tenth for number in numbers) for tenth in range(10)
    ]
    assert min(tenths) > 380, tenths
    assert max(tenths) < 620, tenths


def test_a_code_is_its_row_s_and_its_key_s():
    code = proofs.contact_code(KEY, ID)
    assert code[3] == " "
    digits = proofs.plain_code(code)
    assert digits is not None
    assert proofs.is_contact_code(KEY, ID, digits)
    assert not proofs.is_contact_code(OTHER_KEY, ID, digits)
    assert not proofs.is_contact_code(KEY, new_id(), digits)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("204 816", "204816"),
        (" 204-816\n", "204816"),
        ("２０４８１６", "204816"),
        ("2 0 4 8 1 6", "204816"),
        ("20481", None),
        ("2048166", None),
        ("20481x", None),
        ("½04816", None),
        ("", None),
    ],
)
def test_people_type_codes_in_their_own_way(typed: str, digits: str | None):
    assert proofs.plain_code(typed) == digits


def test_an_invitation_is_read_back_from_its_link_alone():
    url = proofs.invitation_url(URL, KEY, ID)
    start, _, token = url.rpartition("/")
    assert start == "https://yinling.example/invite"
    assert proofs.invitation_of(KEY, token) == ID
    assert proofs.invitation_of(OTHER_KEY, token) is None
    for wrong in ("", "x", token[:-1], token + "A", "?" * 43, token[::-1], "é" * 43):
        assert proofs.invitation_of(KEY, wrong) is None, wrong


def test_a_message_is_filled_with_what_it_names_by_id():
    content = {"code_id": str(ID), "invitation_id": str(ID), "name": "王"}
    whole = proofs.filled(content, KEY, URL)
    assert whole == content | {
        "code": proofs.contact_code(KEY, ID),
        "enter_at": "https://yinling.example/contacts",
        "url": proofs.invitation_url(URL, KEY, ID),
    }
    assert proofs.filled({"code": "204 816"}, KEY, URL) == {"code": "204 816"}
