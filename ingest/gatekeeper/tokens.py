"""The broker's questions and our signed answers: NATS JWTs, taken apart and made."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from core import topics
from core.errors import InvalidError
from ingest.gatekeeper.broker_config import WRISTBANDS, telemetry_subject
from ingest.gatekeeper.issuer import Issuer

_UNLIMITED: Final = -1


class _ServerId(msgspec.Struct):
    id: str


class _ClientInfo(msgspec.Struct):
    type: str = ""
    mqtt_id: str = ""


class _ConnectOpts(msgspec.Struct):
    user: str = ""
    password: str = msgspec.field(default="", name="pass")


class _Question(msgspec.Struct):
    server_id: _ServerId
    user_nkey: str
    client_info: _ClientInfo
    connect_opts: _ConnectOpts


class _QuestionClaims(msgspec.Struct):
    nats: _Question


@dataclass(frozen=True, slots=True)
class Login:
    """One client that asks to be let in."""

    server_id: str
    nkey: str
    client_type: str
    client_id: str
    user: str
    password: str

    def __repr__(self) -> str:
        """Never the password."""
        return f"Login({self.client_type}, {self.client_id!r})"


_decoder = msgspec.json.Decoder(_QuestionClaims)
_encoder = msgspec.json.Encoder()


def read_login(token: bytes) -> Login:
    """Take the broker's question apart.

    Its signature is not checked: only the broker can publish on its subject.

    Raises
    ------
    InvalidError
        If it is no question of a broker.
    """
    try:
        question = _decoder.decode(_from_base64(token.split(b".")[1])).nats
    except (IndexError, ValueError, msgspec.MsgspecError) as error:
        raise InvalidError("not an authorization request of the broker") from error
    return Login(
        server_id=question.server_id.id,
        nkey=question.user_nkey,
        client_type=question.client_info.type,
        client_id=question.client_info.mqtt_id,
        user=question.connect_opts.user,
        password=question.connect_opts.password,
    )


def permissions(device_id: str, partitions: int) -> dict[str, Any]:
    """What a wristband may do: publish its two topics, read its own commands.

    ``$MQTT.sub.>`` is where the broker delivers QoS 1 messages to the session itself;
    nothing else under ``$MQTT`` is allowed, or one device could speak as another.

    Parameters
    ----------
    device_id : a checked device id.
    partitions : number of the broker's telemetry partitions; permission is checked
        on the mapped subject.
    """
    partition = topics.partition(device_id, partitions)
    reports = telemetry_subject(device_id, partition, partitions)
    return {
        "pub": {"allow": [f"wb.{device_id}.sos", reports]},
        "sub": {"allow": [f"wb.{device_id}.command", "$MQTT.sub.>"]},
        "subs": _UNLIMITED,
        "data": _UNLIMITED,
        "payload": _UNLIMITED,
        "allowed_connection_types": ["MQTT"],
    }


def connection_name(device_id: str, digest: bytes) -> str:
    """Name of a connection in the broker's lists: who, and by which password.

    A wristband registered anew has a new password; the name shows which of its
    connections are older than that, and says nothing about either password.
    """
    return f"{device_id}:{hashlib.sha256(digest).hexdigest()[:16]}"


def admit(
    issuer: Issuer, login: Login, name: str, partitions: int, now_s: int
) -> bytes:
    """Answer that lets the wristband in with its permissions.

    Parameters
    ----------
    name : what the broker's lists call the connection.
    login : a login that was found to be right.
    now_s : present instant, seconds since 1970 [s]
    """
    user = {
        "iss": issuer.public_key,
        "sub": login.nkey,
        "aud": WRISTBANDS,
        "iat": now_s,
        "name": name,
        "nats": permissions(login.user, partitions) | {"type": "user", "version": 2},
    }
    return _answer(issuer, login, {"jwt": _signed(issuer, user).decode()}, now_s)


def refuse(issuer: Issuer, login: Login, reason: str, now_s: int) -> bytes:
    """Answer that turns the client away; the reason goes into the broker's log."""
    return _answer(issuer, login, {"error": reason}, now_s)


def _answer(issuer: Issuer, login: Login, verdict: dict[str, str], now_s: int) -> bytes:
    claims = {
        "iss": issuer.public_key,
        "sub": login.nkey,
        "aud": login.server_id,
        "iat": now_s,
        "nats": verdict | {"type": "authorization_response", "version": 2},
    }
    return _signed(issuer, claims)


def _signed(issuer: Issuer, claims: dict[str, Any]) -> bytes:
    digest = hashlib.sha256(_encoder.encode(claims)).digest()
    body = claims | {"jti": base64.b32encode(digest).rstrip(b"=").decode()}
    message = _HEADER + b"." + _to_base64(_encoder.encode(body))
    return message + b"." + _to_base64(issuer.sign(message))


def _to_base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


_HEADER: Final = _to_base64(b'{"typ":"JWT","alg":"ed25519-nkey"}')
