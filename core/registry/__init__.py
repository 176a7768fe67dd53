"""The registry's changes, shared by the api and the command line.

Every function runs inside the caller's transaction and does not commit.
"""

from core.registry.changes import (
    CHANGED,
    WRISTBANDS_CHANGED,
    note_change,
    note_senior_changed,
    notify,
)
from core.registry.invitations import invite, void_invitations
from core.registry.issuing import (
    Replacement,
    Return,
    renew_password,
    replace,
    take_back,
)
from core.registry.people import add_contact, add_person, ensure_admin, login_hash
from core.registry.places import add_place, parent_path
from core.registry.seniors import Care, Home, KeyHolder, add_senior, link_family
from core.registry.wristbands import Binding, add_wristband, bind, revoke, unbind

__all__ = [
    "CHANGED",
    "WRISTBANDS_CHANGED",
    "Binding",
    "Care",
    "Home",
    "KeyHolder",
    "Replacement",
    "Return",
    "add_contact",
    "add_person",
    "add_place",
    "add_senior",
    "add_wristband",
    "bind",
    "ensure_admin",
    "invite",
    "link_family",
    "login_hash",
    "note_change",
    "note_senior_changed",
    "notify",
    "parent_path",
    "renew_password",
    "replace",
    "revoke",
    "take_back",
    "unbind",
    "void_invitations",
]
