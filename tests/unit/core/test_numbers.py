"""No way of writing an emergency number gets it dialled, by any scheme with numbers."""

import pytest

from core import destinations, numbers
from core.destinations import NUMBERED
from core.errors import InvalidError
from core.numbers import EMERGENCY

PLAIN = "13800001234"
ADDRESSES = {
    "twilio": "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@15551231234/{n}",
    "sinch": "sinch://" + "a" * 32 + ":" + "b" * 32 + "@15551231234/{n}",
    "clickatell": "clickatell://15551231234@" + "k" * 24 + "/{n}",
    "clicksend": "clicksend://user:pass@{n}",
    "seven": "seven://" + "a" * 25 + "/{n}",
    "bulksms": "bulksms://user:pass@{n}",
    "telnyx": "telnyx://apikey123@15551231234/{n}",
    "smseagle": "smseagle://token123@sms.example/{n}",
    "smseagles": "smseagles://token123@sms.example/{n}",
    "signal": "signal://signal.example/+8613800005678/{n}",
    "signals": "signals://signal.example/+8613800005678/{n}",
    "dingtalk": "dingtalk://abcdefghij/{n}",
    "sip": "sip://{n}@pbx.example",
    "tel": "tel:{n}",
}


def test_every_scheme_with_numbers_is_walked():
    assert ADDRESSES.keys() == NUMBERED


@pytest.mark.parametrize("scheme", ADDRESSES)
def test_no_scheme_dials_an_emergency_number(scheme: str):
    assert destinations.read(ADDRESSES[scheme].format(n=PLAIN)).scheme == scheme
    for number in EMERGENCY:
        for written in (number, f"+86{number}", f"029{number}", f"%31{number[1:]}"):
            if written.startswith("%31") and number[0] != "1":
                continue
            with pytest.raises(InvalidError, match="emergency"):
                destinations.read(ADDRESSES[scheme].format(n=written))


@pytest.mark.parametrize("option", ["to", "from", "callto"])
def test_nor_by_an_option(option: str):
    address = ADDRESSES["twilio"].format(n=PLAIN)
    with pytest.raises(InvalidError, match="emergency"):
        destinations.read(f"{address}?{option}={PLAIN},120")


@pytest.mark.parametrize(
    "text",
    ["110", "1-1-9", " 120 ", "+86 110", "0086110", "029-120", "0371119", "9,112",
     "9110", "0110", "9-029-110", "00371120", "１１０", "12110", "86029120", "(010)119", "*110#"],
)  # fmt: skip
def test_emergency_numbers(text: str):
    assert numbers.dials_emergency(text)
    with pytest.raises(InvalidError):
        numbers.phone(text)


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("138 0000 1234", "13800001234"),
        ("+86 138-0000-1120", "+8613800001120"),
        ("029-8888 1110", "02988881110"),
        ("(029) 87654321", "02987654321"),
        ("8110", "8110"),
        ("12345", "12345"),
        ("95119999", "95119999"),
    ],
)
def test_ordinary_numbers(text: str, dialled: str):
    assert not numbers.dials_emergency(text)
    assert numbers.phone(text) == dialled


@pytest.mark.parametrize("text", ["", "12", "abc", "1" * 21, "+", "12;34", "1 38x"])
def test_no_numbers(text: str):
    with pytest.raises(InvalidError):
        numbers.phone(text)


def test_names_and_keys_are_no_numbers():
    assert not numbers.dials_emergency("a1b1c0")
    assert destinations.read("sip://police110@pbx.example").number == "police110"


@pytest.mark.parametrize("url", ["tel:+862987654321", "sip://wang@pbx.example"])
def test_a_phone_that_rings_is_a_voice_contact(url: str):
    destinations.require_fitting("voice", url)
    destinations.require_fitting("push", "json://hook.example/")
    for kind in ("push", "sms", "email", "chat"):
        with pytest.raises(InvalidError):
            destinations.require_fitting(kind, url)
