"""Settings are checked all at once, and no secret is weak or shown."""

import os

import pytest

from core import settings
from core.errors import SettingsError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("YINLING_"):
            monkeypatch.delenv(name)


def test_defaults_are_the_contracts():
    loaded = settings.load()
    assert loaded.escalation_delays_s == (60, 180, 600)
    assert loaded.time_zone == "Asia/Shanghai"
    assert (loaded.ack_expiry_s, loaded.arrival_expiry_s) == (600, 1800)


def test_lists_are_comma_separated(monkeypatch):
    monkeypatch.setenv("YINLING_ESCALATION_DELAYS_S", "1,2.5,4")
    monkeypatch.setenv("YINLING_NOTIFY_HOSTS", "127.0.0.1:9000, sink ,")
    loaded = settings.load()
    assert loaded.escalation_delays_s == (1, 2.5, 4)
    assert loaded.notify_hosts == ("127.0.0.1:9000", "sink")


def test_every_fault_is_named_at_once_and_no_value_is_shown(monkeypatch):
    monkeypatch.setenv("YINLING_TIME_ZONE", "Mars/Olympus")
    monkeypatch.setenv("YINLING_SECRET_KEY", "changeme")
    monkeypatch.setenv("YINLING_ESCALATION_DELAYS_S", "3,2,1")
    monkeypatch.setenv("YINLING_API_PORT", "99999")
    with pytest.raises(SettingsError) as caught:
        settings.load()
    text = str(caught.value)
    for name in ("TIME_ZONE", "SECRET_KEY", "ESCALATION_DELAYS_S", "API_PORT"):
        assert f"YINLING_{name}" in text
    assert "changeme" not in text


@pytest.mark.parametrize(
    "weak", ["password", "short", "ChangeMe", "thingsboardDefaultSigningKey"]
)
def test_weak_secrets_are_refused(monkeypatch, weak):
    monkeypatch.setenv("YINLING_ADMIN_PASSWORD", weak)
    with pytest.raises(SettingsError, match="YINLING_ADMIN_PASSWORD"):
        settings.load()


def test_a_secret_does_not_show_in_the_representation(monkeypatch):
    monkeypatch.setenv("YINLING_SECRET_KEY", "8f2c1e77a1b04d2f")
    assert "8f2c1e77a1b04d2f" not in repr(settings.load())
