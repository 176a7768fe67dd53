"""Bodies of people, their contacts, and relatives' links."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Answer, Body, Flag, Name
from core.model import Role, Scope

USERNAME = r"^[^\s\x00-\x1f]{1,64}$"
Username = Annotated[str, StringConstraints(pattern=USERNAME, min_length=1)]
Password = Annotated[str, Field(max_length=1000)]
Locale = Literal["zh-CN", "en"]
Phone = Annotated[str, StringConstraints(pattern=r"^[+0-9][0-9 ()/-]{2,31}$")]
ContactKind = Literal["push", "sms", "voice", "email", "chat"]


class PersonBody(Body):
    """A new person; a responder has a place; without a user name, no login.

    `phone`: what people ring; nothing is sent there.
    """

    name: Name
    role: Role
    place_id: UUID | None = None
    username: Username | None = None
    password: Password | None = None
    locale: Locale | None = None
    phone: Phone | None = None


class PersonChange(Body):
    """What changes about a person; what is absent stays."""

    name: Name | None = None
    role: Role | None = None
    place_id: UUID | None = None
    username: Username | None = None
    password: Password | None = None
    locale: Locale | None = None
    phone: Phone | None = None


class Person(Answer):
    """A person; `place` names the path of the place they work at."""

    id: UUID
    name: str
    role: Role
    place_id: UUID | None
    place: list[str]
    username: str | None
    phone: str | None
    locale: Locale
    created_at: datetime


class PersonList(Answer):
    """A page of people."""

    items: list[Person]
    next_cursor: str | None


class ContactBody(Body):
    """Where a person is told; only an administrator vouches with `verified`."""

    kind: ContactKind
    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    verified: Flag = False


class CodeBody(Body):
    """The code that a contact was sent; without one, a new one is sent."""

    code: Annotated[str | None, Field(max_length=40)] = None


class Contact(Answer):
    """A contact; its `url` is whole for its owner only.

    `code_expires_at`: until when the code sent to it now holds.
    """

    id: UUID
    person_id: UUID
    kind: ContactKind
    url: str
    verified: bool
    code_expires_at: datetime | None = None
    created_at: datetime


class ContactList(Answer):
    """A page of contacts."""

    items: list[Contact]
    next_cursor: str | None


class Invitation(Answer):
    """A link to set a login, once; null where its inviter may not see it.

    `sent_to`: the kinds of the person's verified contacts, which it is sent to.
    """

    id: UUID
    person_id: UUID
    url: str | None
    expires_at: datetime
    sent_to: list[ContactKind]


class FamilyBody(Body):
    """A relative's link to a senior; sending it records the senior's consent."""

    person_id: UUID
    relation: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]


class Family(Answer):
    """A relative's link."""

    id: UUID
    senior_id: UUID
    person_id: UUID
    name: str
    relation: str
    scopes: list[Scope]
    consent_at: datetime
    consent_by: UUID


class FamilyList(Answer):
    """A page of links."""

    items: list[Family]
    next_cursor: str | None
