"""A broker of one's own gets its configuration with passwords that are worth it."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings
from yinling.commands.deployment import write_broker_config

NAMES = ("BROKER_INGEST_PASSWORD", "BROKER_ALERTS_PASSWORD")


def test_it_is_written_for_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*NAMES, "BROKER_GATEKEEPER_PASSWORD"):
        monkeypatch.setenv(name, f"{name[7:12]}-8f2c1e77a1b04d2f")
    path = tmp_path / "nats.conf"
    write_broker_config(Settings(data_dir=tmp_path), path, Path("/data"))
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "INGES-8f2c1e77a1b04d2f" in text
    assert '"/data"' in text
    assert "0.0.0.0:1883" in text


def test_missing_and_short_passwords_are_all_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_INGEST_PASSWORD", "short")
    monkeypatch.delenv("BROKER_ALERTS_PASSWORD", raising=False)
    monkeypatch.setenv("BROKER_GATEKEEPER_PASSWORD", "8f2c1e77a1b04d2f")
    with pytest.raises(SettingsError, match=", ".join(NAMES)):
        write_broker_config(
            Settings(data_dir=tmp_path), tmp_path / "nats.conf", Path("/data")
        )
    assert not (tmp_path / "nats.conf").exists()
