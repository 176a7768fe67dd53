"""Which notification addresses are let through."""

import pytest

from core import destinations
from core.errors import InvalidError, UnavailableError

ADDRESSES = {
    "public.example": ["93.184.216.34", "2606:2800:220:1::1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "smtp.qq.com": ["58.251.106.185"],
    "nothing.example": [],
}


def resolver(host: str, port: int) -> list[str]:
    if host == "unknown.example":
        raise OSError("no such host")
    return ADDRESSES.get(host, [host]) if port else []


def check(url: str, *allowed: str) -> destinations.Destination:
    return destinations.check(url, allowed, resolver)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("json://public.example/hook", "public.example:80"),
        ("jsons://public.example/hook", "public.example:443"),
        ("json://public.example:8080/hook", "public.example:8080"),
        ("mailto://user:word@qq.com", "smtp.qq.com:587"),
        ("ntfy://some-topic", "ntfy"),
        ("dingtalk://abcdefghij", "dingtalk"),
        ("json://unknown.example/", "unknown.example:80"),
        ("tel:+86 29-8765 4321", "+862987654321@tel"),
        ("sip://wang@public.example", "wang@public.example:5060"),
        ("sip:8001@public.example:5080", "8001@public.example:5080"),
    ],
)
def test_allowed(url: str, name: str):
    assert check(url).name == name


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "syslog://", "exec://x", "http://public.example/", "hook",
        "json://", "json://127.0.0.1/", "json://10.1.2.3/", "json://169.254.169.254/",
        "json://[::1]/", "json://mixed.example/", "json://nothing.example/",
        "ntfy://127.0.0.1/topic", "mailto://a:b@c.example?smtp=192.168.0.9",
        "json://public.example@127.0.0.1/", "mailto://a:b@qq.com?pgp=yes",
        "json://public.example/?Method=GET",
        "json://-/",
        "json:///x", "form:///x", "xmls:///public.example/", "bark:///x",
        "json://public.example:0/x", "json://public.example:99999/x",
        "json://public.example:65536", "json://public.example:-1/", "ntfys://h:99999/t",
        "json://public.example/?port=0", "mailto://a:b@c.example:99999",
        "mailto://a:b@c.example?port=99999", "mailto://a:b@c.example?smtp=d.example:25",
        "sip://public.example", "sip://wang@127.0.0.1", "sip://wang@mixed.example",
        "sip://wang;x=y@public.example", "sip://wang@public.example:0",
        "sip://wang@public.example/path", "sip://wang@public.example?subject=x",
        "sip://wang:word@public.example", "tel:wang", "tel:", "tel://",
    ],
)  # fmt: skip
def test_refused(url: str):
    with pytest.raises(InvalidError) as caught:
        check(url)
    assert caught.value.field == "url"


def test_named_private_hosts_pass():
    assert check("json://127.0.0.1:9/x", "127.0.0.1")
    assert check("json://127.0.0.1:9/x", "127.0.0.1:9")
    assert check("json://[::1]:9/x", "[::1]:9")
    with pytest.raises(InvalidError):
        check("json://127.0.0.1:9/x", "127.0.0.1:10")


def test_sending_needs_an_address():
    destination = destinations.read("json://unknown.example/")
    with pytest.raises(UnavailableError):
        destinations.require_reachable(destination, (), resolver)


def test_limits_are_ours():
    for where in ("json://public.example/", "mailto://a:b@c.example", "ntfy://topic"):
        url = f"{where}?redirect=yes&verify=no&cto=99&rto=99999"
        plugin = destinations.read(url).plugin
        assert plugin.redirects is False
        assert plugin.verify_certificate is True
        assert plugin.request_timeout == (4.0, 8.0)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True), ("100.64.0.1", False), ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False), ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("2001:0:1:2::3", False), ("no address", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool):
    assert destinations.is_public(address) is public
