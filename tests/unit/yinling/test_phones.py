"""The demo's phones answer their hooks and show who was told what."""

import io
from collections.abc import Iterator

import httpx
import pytest
from rich.console import Console

from tests.support.waiting import until
from yinling.embedded.ports import free_port
from yinling.phones import Phones, shown

TOLD = {
    "title": "紧急：王桂兰按下求助键",
    "message": "银铃小区\n1号楼",
    "severity": "critical",
}


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def phones(screen: io.StringIO) -> Iterator[Phones]:
    owners = {"grid": "王建华（网格员）"}
    made = Phones(free_port(), owners, Console(file=screen, width=300))
    made.start()
    yield made
    made.stop()


def test_a_call_is_answered_and_shown(phones: Phones, screen: io.StringIO) -> None:
    answer = httpx.post(f"{phones.url}/grid", json=TOLD, trust_env=False)
    assert answer.status_code == 200
    until(screen.getvalue, what="a line on the screen")
    text = screen.getvalue()
    assert "王建华（网格员）" in text
    assert "王桂兰按下求助键" in text
    assert "银铃小区 1号楼" in text


def test_nonsense_is_answered_too(phones: Phones, screen: io.StringIO) -> None:
    answer = httpx.post(f"{phones.url}/who", content=b"\xff{", trust_env=False)
    assert answer.status_code == 200
    until(screen.getvalue, what="a line on the screen")
    assert "who 收到" in screen.getvalue()


def test_markup_in_a_message_is_text() -> None:
    text = shown("x", {"title": "[red]no[/red]", "message": ""})
    assert "\\[red]no" in text


def test_a_long_message_is_whole_on_lines_of_its_own() -> None:
    link = "http://127.0.0.1:8080/a/" + "x" * 200
    text = shown("x", {"title": "t", "message": f"银铃小区\n\n位置：{link}\n{link}"})
    assert text.splitlines()[1:] == [
        "     银铃小区",
        f"     位置：{link}",
        f"     {link}",
    ]
