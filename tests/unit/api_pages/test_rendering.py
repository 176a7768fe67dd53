"""Words, times and paths of the pages."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from api.pages.phones import number_in
from api.pages.rendering import ago, clock_time
from api.pages.visiting import own_path
from api.pages.words import PAGE_WORDS
from api.views.words import WORDS

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def test_every_word_is_there_in_both_languages() -> None:
    for key, (chinese, english) in PAGE_WORDS.items():
        assert chinese, key
        assert english, key
        values = re.compile(r"\{(\w+)\}")
        assert set(values.findall(chinese)) == set(values.findall(english)), key


def test_templates_use_only_words_there_are() -> None:
    folder = files("api.pages").joinpath("templates")
    for template in folder.iterdir():
        for key in re.findall(
            r"""\bt\(["']([a-z_.0-9]+)["'][,)]""", template.read_text()
        ):
            assert key in PAGE_WORDS or key in WORDS, (template.name, key)


def test_templates_hold_nothing_inline() -> None:
    folder = files("api.pages").joinpath("templates")
    for template in folder.iterdir():
        text = template.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script>", text), template


def test_times_in_words() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert ago("en", NOW, NOW - timedelta(seconds=30)) == "just now"
    assert ago("zh-CN", NOW, NOW - timedelta(minutes=5)) == "5 分钟前"
    assert clock_time(zone, NOW, NOW) == "16:30"
    assert clock_time(zone, NOW, NOW - timedelta(days=1)) == "11-20 16:30"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/grid", "/grid"),
        (None, "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\nb", "/"),
    ],
)
def test_only_own_paths_are_gone_to(path: str | None, kept: str) -> None:
    assert own_path(path) == kept


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("twilio://sid:token@+15550001111/+8613900001111", "+8613900001111"),
        ("sip://gate/13900001111?voice=1", "13900001111"),
        ("json://host/path", None),
        ("mailto://user:pass@example.com", None),
    ],
)
def test_telephone_numbers_in_contacts(url: str, number: str | None) -> None:
    assert number_in(url) == number
