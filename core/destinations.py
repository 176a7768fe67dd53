"""Where notifications may go: known services, and only public or named hosts."""

import contextlib
import ipaddress
import re
import socket
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import apprise

from core import numbers
from core.errors import InvalidError, UnavailableError

PORTS: dict[str, int] = {
    "json": 80, "jsons": 443, "form": 80, "forms": 443, "xml": 80, "xmls": 443,
    "ntfy": 80, "ntfys": 443, "gotify": 80, "gotifys": 443, "bark": 80, "barks": 443,
    "apprise": 80, "apprises": 443, "mailto": 25, "mailtos": 587,
    "pushdeer": 80, "pushdeers": 443, "synology": 80, "synologys": 443,
    "smseagle": 80, "smseagles": 443, "signal": 80, "signals": 443, "sip": 5060,
}  # fmt: skip
"""Schemes whose address names the host to connect to, with the usual port."""
FIXED = frozenset(
    {"wecombot", "wechat", "dingtalk", "feishu", "lark"}
    | {"wxpusher", "pushplus", "schan", "spugpush", "chanify"}
    | {"tgram", "discord", "slack", "pover"}
    | {"twilio", "sinch", "clickatell", "clicksend"}
    | {"seven", "bulksms", "telnyx", "tel"}
)
"""Schemes of services that live at one public address; `tel` at our own exchange."""
NUMBERED = frozenset(
    {"twilio", "sinch", "clickatell", "clicksend"}
    | {"seven", "bulksms", "telnyx", "smseagle", "smseagles"}
    | {"signal", "signals", "dingtalk", "sip", "tel"}
)
"""Schemes whose addresses carry telephone numbers."""
SPOKEN = frozenset({"sip", "tel"})
"""Schemes of phones that ring: no plugin of Apprise's sends there."""
_FORBIDDEN_QUERY = re.compile(r"(pgp|wkd|smime|template|attach|store|method)")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")
_SIP = re.compile(
    r"(?P<user>\+?[A-Za-z0-9][A-Za-z0-9_.-]{0,63})"
    r"@(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>\d{1,5}))?"
)
_PARTS = re.compile(r"[/@:?&=;,]")
"""Where the parts of an address end."""
_CONNECT_TIMEOUT_S = 4.0
_READ_TIMEOUT_S = 8.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Destination:
    """A notification address that was understood.

    Attributes
    ----------
    scheme : the Apprise scheme.
    host, port : where it connects to; None for a service at a fixed public address.
    plugin : Apprise's object that sends there once; None where a phone rings.
    number : what is dialled there, or the user called; empty where no phone rings.
    """

    scheme: str
    host: str | None
    port: int | None
    plugin: Any
    number: str = ""

    @property
    def name(self) -> str:
        """What is busy or slow when this destination is: its host, else its scheme.

        A phone that rings is one by itself.
        """
        where = self.scheme if self.host is None else f"{self.host}:{self.port}"
        return f"{self.number}@{where}" if self.number else where


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, as the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def read(url: str) -> Destination:
    """Understand an Apprise URL.

    Raises
    ------
    InvalidError
        If its scheme is not allowed or it lacks what the scheme needs.
    """
    scheme = scheme_of(url)
    if scheme not in PORTS and scheme not in FIXED:
        allowed = ", ".join(sorted(PORTS.keys() | FIXED))
        raise InvalidError(f"the address must begin with one of {allowed}", "url")
    if scheme in NUMBERED:
        _refuse_emergency(url)
    if scheme in SPOKEN:
        return _phone(scheme, url)
    _refuse_options(url)
    plugin = _instantiate(url)
    if scheme in FIXED or _in_ntfy_cloud(scheme, plugin):
        return Destination(scheme, None, None, plugin)
    _refuse_ports(url, plugin.port)
    host = str(getattr(plugin, "smtp_host", None) or plugin.host or "").strip("[]")
    if not urlsplit(url).netloc or not _is_host(host):
        raise InvalidError("the address names no host", "url")
    return Destination(scheme, host, int(plugin.port or PORTS[scheme]), plugin)


def scheme_of(url: str) -> str:
    """What an address begins with, in small letters."""
    return url.partition(":")[0].lower()


def check(
    url: str, allowed_hosts: Iterable[str] = (), resolver: Resolver = resolve
) -> Destination:
    """Understand `url` and refuse it where it would reach a private host.

    A host that does not resolve at present passes: sending will ask again.

    Parameters
    ----------
    url : an Apprise URL.
    allowed_hosts : private hosts that may be reached, each ``host`` or ``host:port``.
    resolver : how a host's addresses are found.

    Raises
    ------
    InvalidError
        If scheme or host is not allowed.
    """
    destination = read(url)
    with contextlib.suppress(UnavailableError):
        require_reachable(destination, allowed_hosts, resolver)
    return destination


def require_fitting(kind: str, url: str) -> None:
    """Refuse a phone that rings as anything but a contact of the kind ``voice``.

    Raises
    ------
    InvalidError
        If kind and address do not fit.
    """
    if scheme_of(url) in SPOKEN and kind != "voice":
        raise InvalidError("a phone that rings is a contact of the kind voice", "kind")


def require_reachable(
    destination: Destination,
    allowed_hosts: Iterable[str] = (),
    resolver: Resolver = resolve,
) -> Sequence[str]:
    """Resolve a destination now and refuse it unless all its addresses are public.

    Returns
    -------
    The addresses that were looked at; none for a fixed service or a named host.

    Raises
    ------
    InvalidError
        If an address is private and the host is not among `allowed_hosts`.
    UnavailableError
        If the host has no address at present.
    """
    host, port = destination.host, destination.port
    if host is None or port is None or _is_named(host, port, allowed_hosts):
        return ()
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError):
        raise UnavailableError("the host of the address does not resolve") from None
    if not addresses or not all(is_public(address) for address in addresses):
        raise InvalidError(
            "the address reaches no public host; private ones must be in"
            " YINLING_NOTIFY_HOSTS",
            "url",
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, however it is wrapped."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip.teredo is not None or (inner is not None and not is_public(str(inner))):
            return False
        if inner is not None:
            return True
    return ip.is_global and not ip.is_multicast


@cache
def load_services() -> None:
    """Load Apprise's services, which takes a third of a second, once a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of them imports what Python will drop
        apprise.Apprise.instantiate("json://localhost")  # pyright: ignore[reportUnknownMemberType]


def _instantiate(url: str) -> Any:  # noqa: ANN401 - Apprise has no types
    load_services()
    asset = apprise.AppriseAsset(
        app_id="Yinling", http_redirects=False, async_mode=False, secure_logging=True
    )
    plugin = cast(
        "Any",
        apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True),  # pyright: ignore[reportUnknownMemberType]
    )
    if plugin is None:
        raise InvalidError("the address lacks what its scheme needs", "url")
    plugin.redirects = False
    plugin.verify_certificate = True
    plugin.overflow_mode = apprise.OverflowMode.UPSTREAM  # never cut a link in two
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = _CONNECT_TIMEOUT_S
    plugin.socket_read_timeout = _READ_TIMEOUT_S
    return plugin


def _phone(scheme: str, url: str) -> Destination:
    """A phone that rings: ``tel:+86…`` or ``sip://user@host[:port]``."""
    rest = unquote(url.partition(":")[2]).removeprefix("//")
    if scheme == "tel":
        number = numbers.phone(rest, "url")
        return Destination("tel", None, None, None, number)
    found = _SIP.fullmatch(rest)
    if found is None:
        raise InvalidError("give a phone as sip://number-or-user@host[:port]", "url")
    port = int(found["port"] or PORTS["sip"])
    if not 0 < port < 65_536:
        raise InvalidError("the address has no such port", "url")
    return Destination("sip", found["host"].strip("[]"), port, None, found["user"])


def _refuse_emergency(url: str) -> None:
    """Refuse an address with a part that would dial an emergency service."""
    for part in _PARTS.split(unquote(unquote(url.partition(":")[2]))):
        if numbers.dials_emergency(part):
            raise InvalidError("nothing automatic may dial an emergency number", "url")


def _refuse_options(url: str) -> None:
    """Options that touch local files or change how it is sent."""
    for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if _FORBIDDEN_QUERY.match(name.lower()):
            raise InvalidError(f"the option {name[:20]} is not allowed", "url")


def _refuse_ports(url: str, taken: object) -> None:
    """Refuse a port that there is none of, given as usual or by an option.

    Parameters
    ----------
    taken : the port that Apprise took from the address, None for the usual one.
    """
    try:
        given = urlsplit(url).port
    except ValueError:
        given = 0
    for port in (given, taken):
        if port is not None and not 0 < int(str(port)) < 65_536:
            raise InvalidError("the address has no such port", "url")


def _is_host(text: str) -> bool:
    """Whether this is a name or an address, without a port behind it."""
    if ":" not in text:
        return _HOST.fullmatch(text) is not None
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(text).version == 6
    return False


def _in_ntfy_cloud(scheme: str, plugin: Any) -> bool:  # noqa: ANN401 - Apprise has no types
    return scheme.startswith("ntfy") and str(plugin.mode) == "cloud"


def _is_named(host: str, port: int, allowed_hosts: Iterable[str]) -> bool:
    names = {host.lower(), f"{host.lower()}:{port}", f"[{host.lower()}]:{port}"}
    return any(entry.lower() in names for entry in allowed_hosts)
