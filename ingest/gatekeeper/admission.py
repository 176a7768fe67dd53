"""Whether a login is right, from what is known here: no clock, no I/O."""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core import topics
from ingest.gatekeeper.broker_config import SERVICE_USERS
from ingest.gatekeeper.tokens import Login


class Verdict(StrEnum):
    """Why a login was let in or not; the reason the broker's log shows."""

    ADMITTED = "admitted"
    NOT_MQTT = "not over MQTT"
    NO_DEVICE_ID = "no device id"
    NAMES_DIFFER = "client id and user name differ"
    UNKNOWN = "unknown wristband"
    WRONG_PASSWORD = "wrong password"  # noqa: S105 - a reason, no password
    UNAVAILABLE = "cannot tell now"


# What a look-up in the database may turn into an admission.
UNSETTLED: Final = frozenset({Verdict.UNKNOWN, Verdict.WRONG_PASSWORD})


def password_digest(password: str) -> bytes:
    """SHA-256 of a device password; enough for a random one of 128 bits or more."""
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()


def decide(login: Login, digests: Mapping[str, bytes]) -> Verdict:
    """Judge one login.

    Parameters
    ----------
    login : the client and what it showed.
    digests : SHA-256 of the password by device id, of wristbands in service only.
    """
    if login.client_type != "mqtt":
        return Verdict.NOT_MQTT
    if not topics.is_device_id(login.user) or login.user in SERVICE_USERS:
        return Verdict.NO_DEVICE_ID
    if login.client_id != login.user:
        return Verdict.NAMES_DIFFER
    known = digests.get(login.user)
    if known is None:
        return Verdict.UNKNOWN
    if not hmac.compare_digest(known, password_digest(login.password)):
        return Verdict.WRONG_PASSWORD
    return Verdict.ADMITTED
