import base64
import json

import nkeys
import pytest

from core import topics
from core.errors import InvalidError
from ingest.gatekeeper import tokens
from ingest.gatekeeper.issuer import Issuer

SEED = nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_ACCOUNT)
ISSUER = Issuer(SEED)
LOGIN = tokens.Login("NSERVER", "UNKEY", "mqtt", "wb-1", "wb-1", "secret")


def encoded(claims: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")


def opened(token: bytes | str) -> dict:
    """Claims of a token, its signature checked."""
    text = token.encode() if isinstance(token, str) else token
    message, _, signature = text.rpartition(b".")
    raw = base64.urlsafe_b64decode(signature + b"==")
    assert nkeys.from_seed(SEED).verify(message, raw)
    header, body = (
        json.loads(base64.urlsafe_b64decode(part + b"=="))
        for part in message.split(b".")
    )
    assert header == {"typ": "JWT", "alg": "ed25519-nkey"}
    return body


def question(**more: object) -> bytes:
    nats = {
        "server_id": {"name": "yinling", "id": "NSERVER"},
        "user_nkey": "UNKEY",
        "client_info": {"type": "mqtt", "mqtt_id": "wb-1", "kind": "Client"},
        "connect_opts": {"user": "wb-1", "pass": "secret", "protocol": 0},
    }
    claims = {"nats": nats | more}
    return b".".join([b"header", encoded(claims), b"signature"])


def test_reads_the_brokers_question() -> None:
    assert tokens.read_login(question()) == LOGIN


def test_a_plain_nats_client_has_no_mqtt_client_id() -> None:
    login = tokens.read_login(
        question(client_info={"type": "nats"}, connect_opts={"auth_token": "x"})
    )
    assert (login.client_type, login.client_id, login.user) == ("nats", "", "")


@pytest.mark.parametrize(
    "token",
    [b"", b"nonsense", b"a.b.c", b"a.e30.c", question(user_nkey=7), b"a.\xff.c"],
)
def test_refuses_what_is_no_question(token: bytes) -> None:
    with pytest.raises(InvalidError):
        tokens.read_login(token)


def test_admits_with_exactly_its_own_subjects() -> None:
    answer = opened(tokens.admit(ISSUER, LOGIN, "wb-1:12", 16, 1_800_000_000))
    assert (answer["iss"], answer["sub"]) == (ISSUER.public_key, "UNKEY")
    assert (answer["aud"], answer["iat"]) == ("NSERVER", 1_800_000_000)
    assert answer["nats"]["type"] == "authorization_response"
    user = opened(answer["nats"]["jwt"])
    assert (user["sub"], user["aud"], user["name"]) == ("UNKEY", "WB", "wb-1:12")
    rules = user["nats"]
    partition = topics.partition("wb-1")
    assert rules["pub"] == {"allow": ["wb.wb-1.sos", f"wbp.{partition}.wb-1.telemetry"]}
    assert rules["sub"] == {"allow": ["wb.wb-1.command", "$MQTT.sub.>"]}
    assert rules["allowed_connection_types"] == ["MQTT"]


def test_without_partitions_the_topic_is_the_subject() -> None:
    allowed = tokens.permissions("wb-1", 1)["pub"]["allow"]
    assert allowed == ["wb.wb-1.sos", "wb.wb-1.telemetry"]


def test_refuses_with_a_reason_and_no_user() -> None:
    answer = opened(tokens.refuse(ISSUER, LOGIN, "wrong password", 1_800_000_000))
    assert answer["nats"]["error"] == "wrong password"
    assert "jwt" not in answer["nats"]
    assert "secret" not in json.dumps(answer)


def test_connection_names_differ_by_password_and_do_not_show_it() -> None:
    one, other = bytes(32), bytes(31) + b"1"
    name = tokens.connection_name("wb-1", one)
    assert name.startswith("wb-1:")
    assert name != tokens.connection_name("wb-1", other)
    assert one.hex()[:8] not in name
