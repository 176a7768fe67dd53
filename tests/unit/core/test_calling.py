"""The exchange's account is checked at start, and no part of it can end its field."""

import os

import pytest

from core import settings
from core.errors import SettingsError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch):
    for name in list(os.environ):
        if name.startswith("YINLING_"):
            monkeypatch.delenv(name)


def test_an_account(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YINLING_SIP_TRUNK", "sip.example:5080")
    monkeypatch.setenv("YINLING_SIP_USER", "8001")
    monkeypatch.setenv("YINLING_SIP_PASSWORD", "geheim-7")
    monkeypatch.setenv("YINLING_SIP_FROM", "+862987654321")
    loaded = settings.load()
    assert loaded.sip_password is not None
    assert loaded.sip_password.get_secret_value() == "geheim-7"
    assert "geheim-7" not in repr(loaded)
    assert loaded.sip_trunk == "sip.example:5080"


def test_what_a_compose_file_leaves_empty_is_unset(monkeypatch: pytest.MonkeyPatch):
    for name in ("TRUNK", "USER", "PASSWORD", "FROM"):
        monkeypatch.setenv(f"YINLING_SIP_{name}", "")
    loaded = settings.load()
    assert (loaded.sip_trunk, loaded.sip_user, loaded.sip_from) == (None, None, None)
    assert loaded.sip_password is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUNK", "sip:sip.example"),
        ("TRUNK", "sip.example:99999"),
        ("USER", "a;auth_user=b"),
        ("USER", "王芳"),
        ("PASSWORD", 'wo"rd-7'),
        ("PASSWORD", "wo rd-7"),
        ("PASSWORD", "word\n<sip:x@y>"),
        ("FROM", "+86 298"),
        ("TRANSPORT", "pigeon"),
        ("CALLS", "0"),
        ("RING_S", "0"),
    ],
)
def test_faults_are_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(f"YINLING_SIP_{name}", value)
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert f"YINLING_SIP_{name}" in str(caught.value)
    if name == "PASSWORD":
        assert value not in str(caught.value)
