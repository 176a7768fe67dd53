"""Every setting of the services: environment variables ``YINLING_*``, checked at once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from core import passwords, wellformed
from core.calling import Calling
from core.errors import InvalidError, SettingsError

Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(Calling):
    """All settings; the description of each is what the README's table says."""

    model_config = SettingsConfigDict(
        env_prefix="YINLING_", extra="ignore", allow_inf_nan=False
    )

    data_dir: Path = Field(
        Path(".yinling"), description="where state, secrets and embedded servers live"
    )
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL or TimescaleDB to use instead of the embedded one"
    )
    mqtt_url: SecretStr | None = Field(
        None,
        description="MQTT broker to use instead of the embedded one, "
        "`mqtt://user:password@host:port` or `mqtts://…`",
    )
    nats_url: SecretStr | None = Field(
        None,
        description="NATS address the gatekeeper answers the auth callout on, "
        "`nats://user:password@host:port`",
    )
    time_zone: str = Field(
        "Asia/Shanghai", description="governs day and night, shifts, reports, `1d`"
    )
    api_host: str = Field("127.0.0.1", description="address the public API listens on")
    api_port: Port = Field(8080, description="port of the public API, 0 = any")
    internal_host: str = Field(
        "127.0.0.1", description="address of /healthz, /readyz and /metrics"
    )
    internal_port: Port = Field(8081, description="port of that address, 0 = any")
    public_url: str | None = Field(
        None,
        description="how people reach the API, `https://host`; begins the links in "
        "notifications",
    )
    font: Path | None = Field(
        None,
        description="font of printed cards, with Chinese; else looked for where "
        "`fonts-noto-cjk` puts it",
    )
    service_phone: str | None = Field(
        None,
        pattern=r"^[+0-9][0-9 ()/-]{2,31}$",
        description="emergency line of the service, printed on contact cards",
    )
    admin_password: SecretStr | None = Field(
        None,
        description="password of `admin`, 10–128 characters, not a common one; made at "
        "random at first start if unset",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="signs tokens and links, 16 or more characters at random; made at "
        "first start if unset",
    )
    token_minutes: int = Field(720, ge=5, description="how long a login lasts [min]")
    notify_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="private hosts that notifications may reach, `host[:port],…`"
    )
    notify_workers: int = Field(
        30, ge=1, le=256, description="notifications sent at the same time"
    )
    escalation_delays_s: Annotated[tuple[float, ...], NoDecode] = Field(
        (60, 180, 600), description="community, street, district are told after [s]"
    )
    top_repeat_s: float = Field(
        300, gt=0, description="the top of the ladder is told again every [s]"
    )
    ack_expiry_s: float = Field(
        600, gt=0, description="an acknowledgement without departure expires after [s]"
    )
    arrival_expiry_s: float = Field(
        1800, gt=0, description="a departure without arrival expires after [s]"
    )
    request_deadline_s: int = Field(
        600,
        ge=60,
        le=86400,
        description="help that was called for must be on its way within [s], where "
        "neither call nor department says otherwise",
    )
    followup_after_s: float = Field(
        3600,
        ge=0,
        description="how a senior is, is asked so long after a critical alert was "
        "resolved [s]",
    )
    followup_hours: Annotated[tuple[int, ...], NoDecode] = Field(
        (8, 20), description="and only between these hours of the day"
    )
    followup_answer_s: float = Field(
        14400,
        gt=0,
        description="without an answer after so long of these hours it is overdue [s]",
    )
    batch_size: int = Field(
        5000, ge=1, description="reports per ingest transaction at most"
    )
    batch_age_ms: int = Field(
        50, ge=1, description="a report waits for its batch at most [ms]"
    )
    partitions: int = Field(
        16, ge=1, le=16, description="partitions of the broker; 1 for brokers but NATS"
    )
    jetstream_sync: str = Field(
        "1s",
        description="NATS sync_interval, a duration; `always` where the rate allows",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level that is logged"
    )
    log_format: Literal["json", "console"] = Field("json", description="shape of logs")

    @field_validator("escalation_delays_s", mode="before")
    @classmethod
    def _split_delays(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @field_validator("escalation_delays_s")
    @classmethod
    def _check_delays(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(value) != 3 or list(value) != sorted(value) or value[0] < 0:
            raise ValueError("three rising delays in seconds, e.g. 60,180,600")
        return value

    @field_validator("followup_hours", mode="before")
    @classmethod
    def _split_hours(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @field_validator("followup_hours")
    @classmethod
    def _check_hours(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) != 2 or not 0 <= value[0] < value[1] <= 24:
            raise ValueError("two hours of the day, the earlier first, e.g. 8,20")
        return value

    @field_validator("notify_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(host.strip() for host in value.split(",") if host.strip())

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("a zone of the tz database, e.g. Asia/Shanghai") from error
        return value

    @field_validator("notify_hosts")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            _refuse(wellformed.host_fault(host))
        return value

    @field_validator("database_url", "mqtt_url", "nats_url", "secret_key")
    @classmethod
    def _check_secret(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is not None and info.field_name is not None:
            _refuse(_FAULTS[info.field_name](value.get_secret_value()))
        return value

    @field_validator("public_url", "jetstream_sync")
    @classmethod
    def _check_text(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.field_name is not None:
            _refuse(_FAULTS[info.field_name](value))
        return value

    @field_validator("admin_password")
    @classmethod
    def _check_password(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                passwords.check(value.get_secret_value())
            except InvalidError as error:
                raise ValueError(str(error)) from None
        return value

    @property
    def reached_at(self) -> str:
        """Where people reach the api: as set, else where it listens on this machine."""
        return self.public_url or f"http://{self.api_host}:{self.api_port}"

    @property
    def zone(self) -> ZoneInfo:
        """The service's time zone."""
        return ZoneInfo(self.time_zone)


_FAULTS: Final[dict[str, Callable[[str], str | None]]] = {
    "database_url": wellformed.database_fault,
    "mqtt_url": partial(wellformed.url_fault, schemes=("mqtt", "mqtts")),
    "nats_url": partial(wellformed.url_fault, schemes=("nats",)),
    "public_url": partial(wellformed.url_fault, schemes=("http", "https"), plain=True),
    "secret_key": wellformed.secret_fault,
    "jetstream_sync": wellformed.duration_fault,
}


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise ValueError(fault)


def load() -> Settings:
    """Read the environment.

    Raises
    ------
    SettingsError
        Naming every setting that cannot be used and what is allowed; never a value.
    """
    try:
        return Settings()  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        lines = [
            f"YINLING_{str(fault['loc'][0]).upper()}:"
            f" {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("; ".join(lines)) from None
