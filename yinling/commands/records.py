"""`yinling migrate | person | wristband`: the database without the API."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from api.registry import wearing
from core import database, proofs, queries, registry
from core.clock import SystemClock
from core.errors import NotFoundError, UnavailableError
from core.ids import new_id
from core.model import Role
from core.registry.invitations import Invitation
from core.secrets import admin_password, signing_key
from core.settings import Settings
from yinling.embedded.ports import Ports
from yinling.embedded.postgres import Postgres

T = TypeVar("T")
QUERIES = queries.load("yinling")


def database_url(settings: Settings) -> str:
    """The given database, or the embedded one of the data directory.

    Raises
    ------
    UnavailableError
        If there is neither.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    port = Ports(settings.data_dir).known("database")
    if port is None:
        raise UnavailableError(
            f"no database in {settings.data_dir}: start `yinling up` first,"
            " or give YINLING_DATABASE_URL"
        )
    return Postgres(settings.data_dir, port).url


def migrate(settings: Settings) -> int:
    """Bring the schema to the newest version, add the first administrator.

    Returns the version.
    """
    url = database_url(settings)
    version = database.migrate(url)
    with database.connect(url, "migrate") as connection:
        word = admin_password(settings)
        registry.ensure_admin(connection, word, SystemClock().now())
    return version


def add_person(
    settings: Settings,
    *,
    name: str,
    role: Role,
    place_id: UUID | None,
    username: str | None,
    password: str | None,
) -> tuple[UUID, str | None]:
    """Add a person; the id, and the password if one was made at random."""
    made = None
    if username is not None and password is None:
        made = password = secrets.token_urlsafe(15)

    def change(connection: Connection, now: datetime) -> UUID:
        person_id = registry.add_person(
            connection,
            name=name,
            role=role,
            place_id=place_id,
            username=username,
            password=password,
            now=now,
        )
        audit(connection, now, "person.create", str(person_id))
        return person_id

    return in_transaction(settings, change), made


def add_wristband(settings: Settings, device_id: str, model: str | None) -> str:
    """Provision a wristband; its password, shown this once."""

    def change(connection: Connection, now: datetime) -> str:
        password = registry.add_wristband(connection, device_id, model, now)
        audit(connection, now, "wristband.create", device_id)
        return password

    return in_transaction(settings, change)


def bind_wristband(
    settings: Settings, device_id: str, senior_id: UUID, starts_at: datetime | None
) -> registry.Binding:
    """Put a wristband on a senior, ending what either had before, as the api does."""

    def change(connection: Connection, now: datetime) -> registry.Binding:
        binding = wearing.bind(connection, device_id, senior_id, starts_at, now)
        audit(connection, now, "wristband.bind", device_id, senior_id)
        return binding

    return in_transaction(settings, change)


def revoke_wristband(settings: Settings, device_id: str) -> None:
    """Void a wristband's password."""

    def change(connection: Connection, now: datetime) -> None:
        registry.revoke(connection, device_id, now)
        audit(connection, now, "wristband.revoke", device_id)

    in_transaction(settings, change)


def invite_person(settings: Settings, person_id: UUID) -> tuple[str, datetime]:
    """Invite a person to a login; the link, which is also sent to them, and its end."""

    def change(connection: Connection, now: datetime) -> Invitation:
        invitation = registry.invite(connection, person_id, None, now)
        audit(connection, now, "person.invite", str(person_id))
        return invitation

    invitation = in_transaction(settings, change)
    key = signing_key(settings)
    url = proofs.invitation_url(reached_at(settings), key, invitation.id)
    return url, invitation.expires_at


def replace_wristband(
    settings: Settings,
    device_id: str,
    new_device_id: str,
    reason: str,
    *,
    keep_password: bool,
) -> registry.Replacement:
    """Put a new wristband in the place of another, as the api does."""

    def change(connection: Connection, now: datetime) -> registry.Replacement:
        done = wearing.replace(
            connection,
            device_id,
            new_device_id,
            reason,
            now,
            keep_password=keep_password,
        )
        if done.anew:
            wearer = done.binding.senior_id
            audit(connection, now, "wristband.replace", device_id, wearer)
        return done

    return in_transaction(settings, change)


def return_wristband(settings: Settings, device_id: str, reason: str) -> None:
    """Note that a wristband came back, as the api does."""

    def change(connection: Connection, now: datetime) -> None:
        done = wearing.take_back(connection, device_id, reason, now)
        if done.anew:
            audit(connection, now, "wristband.return", device_id, done.senior_id)

    in_transaction(settings, change)


def wristband_history(settings: Settings, device_id: str) -> list[dict[str, object]]:
    """Who wore a wristband from when to when, newest first.

    Raises
    ------
    NotFoundError
        If there was never such a wristband.
    """

    def look(connection: Connection, _: datetime) -> list[dict[str, object]]:
        values = {"device_id": device_id}
        with connection.cursor(row_factory=dict_row) as cursor:
            known = QUERIES["wristband_known"]
            if cursor.execute(known, values).fetchone() is None:
                raise NotFoundError(f"no wristband {device_id}")
            found = cursor.execute(QUERIES["worn"], values).fetchall()
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    return in_transaction(settings, look)


def reached_at(settings: Settings) -> str:
    """Where people reach the api: as set, else where `yinling up` last had it."""
    port = Ports(settings.data_dir).known("api") or settings.api_port
    return settings.model_copy(update={"api_port": port}).reached_at


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def in_transaction(
    settings: Settings, change: Callable[[Connection, datetime], T]
) -> T:
    """Make a change in one transaction of the database that the settings name."""
    try:
        with database.connect(database_url(settings), "command line") as connection:
            return change(connection, SystemClock().now())
    except psycopg.errors.UndefinedTable:
        raise UnavailableError(
            "the database has no tables yet: run `yinling migrate` first"
        ) from None


def audit(
    connection: Connection,
    now: datetime,
    action: str,
    object_id: str,
    senior_id: UUID | None = None,
) -> None:
    """Note in the audit log what the command line changed."""
    connection.execute(
        QUERIES["add_audit"],
        {
            "id": new_id(),
            "now": now,
            "action": action,
            "object_type": action.partition(".")[0],
            "object_id": object_id,
            "senior_id": senior_id,
        },
    )
