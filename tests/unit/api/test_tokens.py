"""Bearer tokens: what they say, and which are refused."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from api.auth.tokens import TokenSigner
from core.errors import UnauthenticatedError
from core.ids import new_id

NOW = datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
SIGNER = TokenSigner(b"k" * 32, timedelta(minutes=10))


def test_a_token_says_who_and_until_when():
    person_id = new_id()
    text, made = SIGNER.issue(person_id, NOW)
    assert SIGNER.read(text, NOW + timedelta(minutes=9)) == made
    assert (made.person_id, made.issued_at) == (person_id, NOW)


def test_a_token_ends():
    text, _ = SIGNER.issue(new_id(), NOW)
    with pytest.raises(UnauthenticatedError, match="expired"):
        SIGNER.read(text, NOW + timedelta(minutes=10))


@pytest.mark.parametrize("missing", ["iss", "sub", "jti", "iat", "exp"])
def test_a_token_without_one_of_its_claims_is_refused(missing: str):
    text, _ = SIGNER.issue(new_id(), NOW)
    claims = jwt.decode(text, options={"verify_signature": False})
    del claims[missing]
    with pytest.raises(UnauthenticatedError):
        SIGNER.read(jwt.encode(claims, SIGNER._key, "HS256"), NOW)


@pytest.mark.parametrize(
    "change", [{"sub": "x"}, {"jti": 5}, {"exp": 1e30}, {"iss": "other"}]
)
def test_a_token_with_a_strange_claim_is_refused(change: dict[str, object]):
    text, _ = SIGNER.issue(new_id(), NOW)
    claims = jwt.decode(text, options={"verify_signature": False}) | change
    with pytest.raises(UnauthenticatedError):
        SIGNER.read(jwt.encode(claims, SIGNER._key, "HS256"), NOW)


def test_the_key_is_not_the_services_own():
    text, _ = SIGNER.issue(new_id(), NOW)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(text, b"k" * 32, ["HS256"], options={"verify_exp": False})
