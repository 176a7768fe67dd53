"""Settings of the phones that ring: the exchange's account, lines, limits, and the voice."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from core import wellformed


class Calling(BaseSettings):
    """Part of :class:`core.settings.Settings`."""

    sip_trunk: str | None = Field(
        None,
        description="exchange that calls telephone numbers for us, `host[:port]`; "
        "without it only `sip://` contacts are called",
    )
    sip_user: str | None = Field(None, description="our account at that exchange")
    sip_password: SecretStr | None = Field(
        None, description='its password, without spaces and `",<>;@`'
    )
    sip_from: str | None = Field(
        None, description="the number that called phones show; the account if unset"
    )
    sip_transport: Literal["udp", "tcp"] = Field(
        "udp", description="how the exchange is spoken to"
    )
    sip_calls: int = Field(8, ge=1, le=64, description="calls at the same time")
    sip_ring_s: float = Field(
        25, ge=2, le=120, description="a phone rings so long at most [s]"
    )
    sip_talk_s: float = Field(
        60, ge=2, le=300, description="a call lasts so long at most [s]"
    )
    tts_command: str | None = Field(
        None,
        description="says the text on stdin as a WAV on stdout, instead of espeak-ng",
    )

    @field_validator(
        "sip_trunk", "sip_user", "sip_password", "sip_from", "tts_command",
        mode="before",
    )  # fmt: skip
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        """A compose file passes what nobody has set on as an empty text."""
        return value or None

    @field_validator("sip_trunk")
    @classmethod
    def _check_trunk(cls, value: str | None) -> str | None:
        return _refuse(value, wellformed.trunk_fault(value) if value else None)

    @field_validator("sip_user", "sip_from")
    @classmethod
    def _check_account(cls, value: str | None) -> str | None:
        return _refuse(value, wellformed.sip_fault(value) if value else None)

    @field_validator("sip_password")
    @classmethod
    def _check_word(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _refuse(None, wellformed.sip_fault(value.get_secret_value()))
        return value


def _refuse(value: str | None, fault: str | None) -> str | None:
    if fault is not None:
        raise ValueError(fault)
    return value
