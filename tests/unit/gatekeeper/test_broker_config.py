import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from ingest.gatekeeper import issuer
from ingest.gatekeeper.broker_config import (
    BrokerConfig,
    Tls,
    render,
    telemetry_subject,
)


def config(folder: Path, **more: object) -> BrokerConfig:
    fields = {
        "store_dir": folder / "store",
        "issuer": issuer.public_key(folder),
        "ingest_password": "in-gest",
        "alerts_password": "al-erts",
        "gatekeeper_password": 'ga"te\\$keeper',
    }
    return BrokerConfig(**(fields | more))


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What the server itself says of the text."""
    file = folder / "nats.conf"
    file.write_text(text)
    server = Path(sysconfig.get_path("scripts")) / "nats-server"
    return subprocess.run(
        [str(server), "-t", "-c", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("more", [{}, {"partitions": 1}, {"sync_interval": "always"}])
def test_the_server_accepts_it(tmp_path: Path, more: dict[str, object]) -> None:
    outcome = check(tmp_path, render(config(tmp_path, **more)))
    assert outcome.returncode == 0, outcome.stderr


def test_says_what_the_measurements_ask_for(tmp_path: Path) -> None:
    text = render(config(tmp_path))
    assert "max_ack_pending: 1000" in text
    assert "max_pending: 1GB" in text  # 1000 of the largest messages
    assert 'ack_wait: "10s"' in text
    assert "max_payload: 1MB" in text
    assert 'sync_interval: "1s"' in text
    mapping = '"wb.*.telemetry": "wbp.{{partition(16,1)}}.{{wildcard(1)}}.telemetry"'
    assert mapping in text


def test_with_one_partition_nothing_is_mapped(tmp_path: Path) -> None:
    text = render(config(tmp_path, partitions=1))
    assert "mappings" not in text
    assert '"wb.*.telemetry"' in text
    assert telemetry_subject("wb-1", 0, 1) == "wb.wb-1.telemetry"


def test_listens_where_it_is_told(tmp_path: Path) -> None:
    text = render(config(tmp_path, client_port=5, mqtt_port=6, mqtt_host="192.0.2.1"))
    assert re.findall(r'listen: "(.*)"', text) == ["127.0.0.1:5", "192.0.2.1:6"]


def test_tls_where_given(tmp_path: Path) -> None:
    tls = Tls(cert_file=tmp_path / "c.pem", key_file=tmp_path / "k.pem")
    text = render(config(tmp_path, mqtt_tls=tls))
    assert f'cert_file: "{tmp_path}/c.pem"' in text
    assert "verify" not in text
    strict = Tls(cert_file=tls.cert_file, key_file=tls.key_file, ca_file=tls.cert_file)
    assert render(config(tmp_path, tls=strict)).count("verify: true") == 1
