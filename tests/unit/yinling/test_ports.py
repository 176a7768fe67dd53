"""Ports are free when chosen, and the same again on the same directory."""

import socket
from pathlib import Path

import pytest

from core.errors import UnavailableError
from yinling.embedded import ports
from yinling.embedded.ports import Ports, free_port, is_free


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    assert is_free(port)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert not is_free(port)


def test_any_port_is_the_same_again_on_the_same_directory(tmp_path: Path) -> None:
    first = Ports(tmp_path).choose("mqtt", 0)
    assert Ports(tmp_path).known("mqtt") == first
    assert Ports(tmp_path).choose("mqtt", 0) == first


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    known = Ports(tmp_path)
    chosen = {known.choose(f"name-{number}", 0) for number in range(20)}
    assert len(chosen) == 20


def test_a_taken_port_is_refused_with_the_option_to_give(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"port {port} .*--api-port"):
            Ports(tmp_path).choose("api", port)


def test_another_is_chosen_when_last_times_port_stays_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_PREDECESSOR_ENDS_WITHIN_S", 0.1)
    last = Ports(tmp_path).choose("mqtt", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", last))
        taken.listen()
        assert Ports(tmp_path).choose("mqtt", 0) != last
