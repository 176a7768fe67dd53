"""Whether what an operator set can be used, said without repeating what it is.

Every function returns None where it can, else in words what is wanted.
"""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

SHORTEST_SECRET: Final = 16
LEAST_VARIETY: Final = 8
LEAST_STEPS: Final = 4
_KNOWN: Final = (
    *("changeme", "change-me", "change_me", "default", "example", "password"),
    *("secretkey", "secret-key", "secret_key", "letmein", "placeholder"),
)
_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_BARE_IPV6: Final = re.compile(r"(?=.*:.*:)[0-9A-Fa-f:.]{2,45}")
_DURATION: Final = re.compile(r"(?=.*[1-9])([0-9]+(\.[0-9]+)?(ms|s|m|h))+")


def url_fault(
    text: str, schemes: Collection[str], *, plain: bool = False
) -> str | None:
    """What is wrong with a URL that must name a host.

    Parameters
    ----------
    schemes : which are understood.
    plain : whether it begins other URLs, and so has neither user, query nor fragment.
    """
    wanted = " or ".join(f"{scheme}://host:port" for scheme in schemes)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return f"give {wanted}"
    if parts.scheme not in schemes or not host or port == 0 or not text.isprintable():
        return f"give {wanted}"
    if plain and ("@" in parts.netloc or parts.query or parts.fragment):
        return f"give {wanted}, without user, query or fragment"
    return None


def database_fault(text: str) -> str | None:
    """What is wrong with a libpq connection string or URL."""
    wanted = "give postgresql://user:password@host:port/name"
    try:
        parts = conninfo_to_dict(text)
    except psycopg.Error:
        return wanted
    ports = str(parts.get("port", "5432")).split(",")
    if not parts or not all(_is_port(port) for port in ports):
        return wanted
    return None


def host_fault(text: str) -> str | None:
    """What is wrong with an entry ``host[:port]``."""
    host, colon, port = text.rpartition(":")
    if _BARE_IPV6.fullmatch(text) or _HOST.fullmatch(text):
        return None
    if colon and _HOST.fullmatch(host) and _is_port(port):
        return None
    return "give host or host:port, separated by commas, without a scheme or path"


def trunk_fault(text: str) -> str | None:
    """What is wrong with the address of an exchange, ``host[:port]``."""
    if host_fault(text) is None:
        return None
    return "give host or host:port, without a scheme or path"


def sip_fault(text: str) -> str | None:
    """What cannot stand in a SIP account: it would end its field."""
    if text.isascii() and text.isprintable() and not set(text) & set(' "<>;,@'):
        return None
    return 'letters, digits and signs without spaces and ",<>;@'


def duration_fault(text: str) -> str | None:
    """What is wrong with a duration of the broker's, such as ``1s``."""
    if text == "always" or _DURATION.fullmatch(text):
        return None
    return "give a duration such as 500ms, 1s or 2m, or always"


def secret_fault(text: str) -> str | None:
    """Why a secret is known or easily guessed.

    At least 16 characters, 8 of them different, no pattern that repeats, no run such
    as ``abcdefgh…``, no part of a well-known example. Of 32 random
    hexadecimal digits not one in ten million fails.
    """
    wanted = f"too easily guessed; give {SHORTEST_SECRET} or more characters at random"
    plain = text.casefold()
    if len(text) < SHORTEST_SECRET or len(set(text)) < LEAST_VARIETY:
        return wanted
    repeats = any(text[n:] == text[:-n] for n in range(1, len(text) // 2 + 1))
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    if repeats or len(steps) < LEAST_STEPS:
        return wanted
    if any(word in plain for word in _KNOWN) or "defaultsigningkey" in plain:
        return f"a known example; give {SHORTEST_SECRET} or more characters at random"
    return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= 65535
