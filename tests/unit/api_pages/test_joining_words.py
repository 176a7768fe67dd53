"""Words of the pages by which people join."""

import re
from importlib.resources import files
from typing import get_args

from api.pages import contacts
from api.pages.joining_words import _WORDS, say
from api.schemas.people import ContactKind


def test_every_word_is_there_in_both_languages() -> None:
    values = re.compile(r"\{(\w+)\}")
    for key, (chinese, english) in _WORDS.items():
        assert chinese, key
        assert english, key
        assert set(values.findall(chinese)) == set(values.findall(english)), key


def test_templates_use_only_words_there_are() -> None:
    folder = files("api.pages").joinpath("templates")
    used = {f"contacts.{kind}" for kind in get_args(ContactKind)}
    used |= {f"contacts.{said}" for said in contacts.SAID} | set(
        contacts.FAULTS.values()
    )
    for name in ("invite", "invited", "uninvited", "contacts"):
        text = folder.joinpath(f"{name}.html").read_text()
        used |= set(re.findall(r"""\bw\(["']([a-z_]+\.[a-z_]+)["'][,)]""", text))
    assert used <= _WORDS.keys()
    assert say("zh-CN", "contacts.wrong", left=4).count("4") == 1
    assert say("en", "contacts.wrong", left=4).count("4") == 1
