import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import topics
from ingest.gatekeeper import broker_config
from ingest.gatekeeper.admission import UNSETTLED, Verdict, decide, password_digest
from ingest.gatekeeper.tokens import Login

PASSWORD = "m3Vt-5Zk9yQ0bW1uXr8s"
DIGESTS = {"wb-1": password_digest(PASSWORD), "wb-2": password_digest("other")}


def login(**more: str) -> Login:
    fields = {
        "server_id": "N1",
        "nkey": "U1",
        "client_type": "mqtt",
        "client_id": "wb-1",
        "user": "wb-1",
        "password": PASSWORD,
    }
    return Login(**(fields | more))


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({}, Verdict.ADMITTED),
        ({"client_type": "nats"}, Verdict.NOT_MQTT),
        ({"client_type": "websocket"}, Verdict.NOT_MQTT),
        ({"client_type": ""}, Verdict.NOT_MQTT),
        ({"client_id": "wb-2"}, Verdict.NAMES_DIFFER),
        ({"client_id": "yinling:sos"}, Verdict.NAMES_DIFFER),
        ({"client_id": ""}, Verdict.NAMES_DIFFER),
        ({"user": "wb-2", "client_id": "wb-2"}, Verdict.WRONG_PASSWORD),
        ({"password": ""}, Verdict.WRONG_PASSWORD),
        ({"password": "\ud800"}, Verdict.WRONG_PASSWORD),
        ({"user": "wb-3", "client_id": "wb-3"}, Verdict.UNKNOWN),
        ({"user": "*", "client_id": "*"}, Verdict.NO_DEVICE_ID),
        ({"user": "wb-1\n", "client_id": "wb-1\n"}, Verdict.NO_DEVICE_ID),
        ({"user": "", "client_id": ""}, Verdict.NO_DEVICE_ID),
    ],
)
def test_verdicts(more: dict[str, str], verdict: Verdict) -> None:
    assert decide(login(**more), DIGESTS) is verdict


@pytest.mark.parametrize("user", sorted(broker_config.SERVICE_USERS))
def test_a_service_name_is_no_wristband_even_if_registered(user: str) -> None:
    asked = login(user=user, client_id=user)
    assert decide(asked, {user: password_digest(PASSWORD)}) is Verdict.NO_DEVICE_ID


@given(user=st.text(), client_id=st.text(), password=st.text())
def test_nobody_enters_but_as_themselves(
    user: str, client_id: str, password: str
) -> None:
    digests = {user: password_digest(password)}
    asked = login(user=user, client_id=client_id, password=password)
    admitted = decide(asked, digests) is Verdict.ADMITTED
    assert admitted == (client_id == user and topics.is_device_id(user))


def test_only_what_the_database_may_know_better_is_looked_up() -> None:
    assert {Verdict.UNKNOWN, Verdict.WRONG_PASSWORD} == UNSETTLED


def test_a_login_never_shows_its_password() -> None:
    assert PASSWORD not in repr(login())
