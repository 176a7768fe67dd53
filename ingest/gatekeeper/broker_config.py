"""The broker's configuration as text, so that one place says who may do what there."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WRISTBANDS: Final = "WB"
SYSTEM: Final = "SYS"
INGEST_USER: Final = "yinling-ingest"
ALERTS_USER: Final = "yinling-alerts"
GATEKEEPER_USER: Final = "yinling-gatekeeper"
SERVICE_USERS: Final = frozenset({INGEST_USER, ALERTS_USER, GATEKEEPER_USER})
GATEKEEPER_INBOX: Final = "_INBOX_gatekeeper"
MAX_PAYLOAD: Final = "1MB"
# The broker closes a connection for which more waits than MAX_PENDING, and then sends
# all of it again: with its default of 64 MB, one wristband's large messages closed a
# partition's session time and again. All that may stand unconfirmed of one session has
# to fit, also at the largest size, so that a session that reads slowly is waited for.
MAX_ACK_PENDING: Final = 1000
MAX_PENDING: Final = "1GB"
# A session that is not read while the database is slow keeps its connection.
WRITE_DEADLINE: Final = "30s"
MAX_CONNECTIONS: Final = 1_000_000
LOGIN_TIMEOUT_S: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Tls:
    """Certificate the broker shows; `ca_file` only where clients must show theirs."""

    cert_file: Path
    key_file: Path
    ca_file: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokerConfig:
    """What differs from one broker to another.

    Parameters
    ----------
    store_dir : where JetStream keeps messages and sessions.
    issuer : public key whose signature admits a wristband (``A…``).
    ingest_password, alerts_password, gatekeeper_password :
        of the service users; they stand in the text, so keep the file 0600.
    client_port : plain NATS port, used by the gatekeeper alone; -1 is any free one.
    mqtt_port : port the wristbands and our services connect to; -1 is any free one.
    sync_interval : how often stored messages are forced to disk, or ``always``.
    partitions : into how many subjects telemetry is spread; 1 is no spreading.
    """

    store_dir: Path
    issuer: str
    ingest_password: str
    alerts_password: str
    gatekeeper_password: str
    client_port: int = 4222
    mqtt_port: int = 1883
    host: str = "127.0.0.1"
    mqtt_host: str = "127.0.0.1"
    sync_interval: str = "1s"
    partitions: int = 16
    server_name: str = "yinling"
    tls: Tls | None = None
    mqtt_tls: Tls | None = None


def telemetry_subject(device: str, partition: int | str, partitions: int) -> str:
    """Subject the broker files a wristband's reports under, after its mapping.

    Parameters
    ----------
    device : device id, or ``*``.
    partition : number of the partition, or ``*``.
    partitions : how many there are; with 1 nothing is mapped.
    """
    if partitions == 1:
        return f"wb.{device}.telemetry"
    return f"wbp.{partition}.{device}.telemetry"


def render(config: BrokerConfig) -> str:
    """Text of the nats-server configuration file; it holds passwords: write it 0600."""
    parts = [
        f"server_name: {_quoted(config.server_name)}",
        f"listen: {_quoted(f'{config.host}:{config.client_port}')}",
        f"max_payload: {MAX_PAYLOAD}",
        f"max_connections: {MAX_CONNECTIONS}",
        f"max_pending: {MAX_PENDING}",
        f"write_deadline: {_quoted(WRITE_DEADLINE)}",
        *_tls(config.tls),
        _jetstream(config),
        _mqtt(config),
        _accounts(config),
        _authorization(config),
    ]
    return "\n".join(parts) + "\n"


def _jetstream(config: BrokerConfig) -> str:
    return (
        f"jetstream {{ store_dir: {_quoted(str(config.store_dir))},"
        f" sync_interval: {_quoted(config.sync_interval)} }}"
    )


def _mqtt(config: BrokerConfig) -> str:
    lines = [
        f"listen: {_quoted(f'{config.mqtt_host}:{config.mqtt_port}')}",
        f"max_ack_pending: {MAX_ACK_PENDING}",
        'ack_wait: "10s"',
        *_tls(config.mqtt_tls),
    ]
    return _block("mqtt", lines)


def _accounts(config: BrokerConfig) -> str:
    wristbands = ["jetstream: enabled", *_mappings(config), _service_users(config)]
    system = [_block("users:", [_gatekeeper(config)], "[]")]
    lines = [_block(WRISTBANDS, wristbands), _block(SYSTEM, system)]
    return _block("accounts", lines) + f"\nsystem_account: {SYSTEM}"


def _mappings(config: BrokerConfig) -> list[str]:
    if config.partitions == 1:
        return []
    partition = f"{{{{partition({config.partitions},1)}}}}"
    target = telemetry_subject("{{wildcard(1)}}", partition, config.partitions)
    return [f'mappings: {{ "wb.*.telemetry": "{target}" }}']


def _service_users(config: BrokerConfig) -> str:
    """Ingest reads everything and confirms an SOS; alerts only sends commands."""
    reports = telemetry_subject("*", "*", config.partitions)
    ingest = _user(
        INGEST_USER,
        config.ingest_password,
        publish=["wb.*.command"],
        subscribe=[reports, "wb.*.sos", "$MQTT.sub.>"],
    )
    alerts = _user(
        ALERTS_USER, config.alerts_password, publish=["wb.*.command"], subscribe=[]
    )
    return _block("users:", [ingest, alerts], "[]")


def _gatekeeper(config: BrokerConfig) -> str:
    """The gatekeeper answers logins, lists connections and ends them; no more."""
    return _user(
        GATEKEEPER_USER,
        config.gatekeeper_password,
        publish=["$SYS.REQ.SERVER.*.KICK", "$SYS.REQ.SERVER.*.CONNZ"],
        subscribe=["$SYS.REQ.USER.AUTH gatekeeper", f"{GATEKEEPER_INBOX}.>"],
        connection="STANDARD",
        responds=True,
    )


def _user(
    name: str,
    password: str,
    *,
    publish: list[str],
    subscribe: list[str],
    connection: str = "MQTT",
    responds: bool = False,
) -> str:
    permissions = {"publish": _allowed(publish), "subscribe": _allowed(subscribe)}
    user = {
        "user": name,
        "password": password,
        "allowed_connection_types": [connection],
        "permissions": permissions | ({"allow_responses": True} if responds else {}),
    }
    return json.dumps(user)


def _allowed(subjects: list[str]) -> dict[str, list[str]]:
    # An empty list would allow everything.
    return {"allow": subjects} if subjects else {"deny": [">"]}


def _authorization(config: BrokerConfig) -> str:
    """Everybody but the service users is asked about at the gatekeeper."""
    users = json.dumps(sorted(SERVICE_USERS))
    callout = [
        f"issuer: {_quoted(config.issuer)}",
        f"account: {SYSTEM}",
        f"auth_users: {users}",
    ]
    lines = [f"timeout: {LOGIN_TIMEOUT_S}", _block("auth_callout", callout)]
    return _block("authorization", lines)


def _tls(tls: Tls | None) -> list[str]:
    if tls is None:
        return []
    lines = [
        f"cert_file: {_quoted(str(tls.cert_file))}",
        f"key_file: {_quoted(str(tls.key_file))}",
    ]
    if tls.ca_file is not None:
        lines += [f"ca_file: {_quoted(str(tls.ca_file))}", "verify: true"]
    return [_block("tls", lines)]


def _block(name: str, lines: list[str], brackets: str = "{}") -> str:
    body = "\n".join(lines).replace("\n", "\n  ")
    return f"{name} {brackets[0]}\n  {body}\n{brackets[1]}"


def _quoted(text: str) -> str:
    return json.dumps(text)
