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


REAL = (
    # landlines with area codes of two and three digits, ending as badly as they may
    "01065120110", "02161001110", "02088889120", "02987651119", "02885110120",
    "03718511120", "037165110110", "05713911911", "08718899999", "08981112112",
    "09912912122", "09993110110", "09908120120", "09098999119", "01011911999",
    # the same without their area code
    "87654110", "2110119", "62999120", "8112112", "85299910",
    # mobile phones
    "13800138000", "13911911911", "15912011912", "17091191120", "18611011999",
    "19120119120", "19390371110", "19911999110", "19999999999", "17800110110",
    # hotlines: city, health, fraud, power, bank, carrier, help for elders, toll-free
    "12345", "12320", "12122", "12356", "12349", "96110", "96120", "96119", "95598",
    "95588", "95518", "10086", "10010", "10000", "4008110110", "4006911120",
    "8008100999", "114", "12306", "12315",
)  # fmt: skip
ABROAD = (
    "+85299911000",
    "+12125550911",
    "+442079460999",
    "+493012345112",
    "+81311911999",
)


def test_every_scheme_with_numbers_is_walked():
    assert ADDRESSES.keys() == NUMBERED


@pytest.mark.parametrize("scheme", ADDRESSES)
def test_no_scheme_dials_an_emergency_number(scheme: str):
    assert destinations.read(ADDRESSES[scheme].format(n=PLAIN)).scheme == scheme
    for number in EMERGENCY:
        arabic = "".join(chr(0x660 + int(digit)) for digit in number)
        ways = (f"+86{number}", f"029{number}", f"17951{number}", f"00{number}", arabic)
        for written in (number, *ways, f"+852{number}", f"%31{number[1:]}"):
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
     "9110", "0110", "9-029-110", "00371120", "１１０", "12110", "86029120", "(010)119", "*110#",
     "00110", "90110", "990110", "9,0,110", "0000000110", "17951110", "12593110", "17911 029 110",
     "9 17951 0 110", "1790900852999", "10193120", "+852999", "+1911", "+44999", "+49112",
     "+61 999", "00852999", "0,00852 999", "9+852-999", "+86 0371 120", "012110",
     "12110029", "١١٠", "११०", "一一零", "一二〇", "１一٠"],
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
        *((number, number) for number in REAL),
        *((f"9{number}", f"9{number}") for number in REAL),
        *((f"0{number}", f"0{number}") for number in REAL if number[0] == "1"),
        *((f"+86{number.lstrip('0')}",) * 2 for number in REAL if len(number) > 9),
        *((f"17951{number}",) * 2 for number in REAL if len(number) < 16),
        *((number,) * 2 for number in ABROAD),
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
