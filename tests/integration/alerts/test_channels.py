"""Every scheme that people may be told by, through Apprise's own plugin to a server here."""

import json
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_string, policy
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

import pytest
from apprise import Apprise
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from alerts.notify import channels
from alerts.notify.message import Message
from core import destinations

PLACE = "青河新城 › 梧桐树街道 › 槐树花园第二社区 › 和平小区二期 › 12号楼3单元"
LINK = "https://yinling.street.example/a/AaIDwkwhcimykiSaxobB61C-j_8nnIuRF8J10Y1zwLE"
BODY = f"""\
{PLACE}
时间：11-21 12:00:00（数据晚到 12 分钟）
静息心率过快：131 次/分，10 分钟内连续 9 次不低于 120；平日这时 62 至 78 次/分
最近体征：心率 131 次/分（11-21 12:00:00），血压 128/79 mmHg（11-21 12:00:00），\
血氧 97%（11-21 12:00:00），腕温 33.3 ℃（11-21 12:00:00）
请打电话问是否胸闷、心慌、头晕；胸痛、喘不上气或晕倒请拨打 120。
位置：{LINK.replace("/a/", "/l/")}
我来处理：{LINK}"""
MESSAGE = Message("【紧急】李秀英：心率过高", BODY, "critical", {"kind": "sos"})
"""As long as they get: what matters most to whoever goes stands first and last."""
YES = {
    "errcode": 0,
    "code": 0,
    "StatusCode": 0,
    "access_token": "t",
    "expires_in": 7200,
    "result": {"status": "ok"},
}
AT_A_HOST = {
    "json": "json://{host}/hook",
    "form": "form://{host}/hook",
    "xml": "xml://{host}/hook",
    "ntfy": "ntfy://{host}/topic",
    "bark": "bark://{host}/devicekey",
    "gotify": "gotify://{host}/ATokenATokenAT",
    "apprise": "apprise://{host}/" + "a" * 32,
    "pushdeer": "pushdeer://{host}/abcdefghij",
    "synology": "synology://{host}/tokentoken",
    "smseagle": "smseagle://token123@{host}/13800001234",
    "signal": "signal://{host}/+8613800005678/+8613800001234",
}
"""Schemes that name their host; their secure twins differ in TLS alone."""
AT_A_SERVICE = {
    "wecombot": "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa",
    "wechat": "wechat://corpid:corpsecret@1000002/zhangsan",
    "dingtalk": "dingtalk://abcdefghij/13800001234",
    "feishu": "feishu://abcdefghijklmnop",
    "lark": "lark://abcdefab-abcd-abcd-abcd-abcdefabcdef",
    "twilio": "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@15551231234/8613800001234",
    "pushplus": "pushplus://abcdef0123456789abcdef0123456789",
}
"""Schemes of services at an address of their own, which is turned to here."""
UNDERSTOOD = {
    "wxpusher": "wxpusher://AT_appid/123",
    "schan": "schan://SCT123456abcdefgh",
    "spugpush": "spugpush://abcdefghijklmnopqrstuvwxyz012345",
    "chanify": "chanify://token123",
    "tgram": "tgram://123456789:abcdefg_hijklmnopqrstuvwxyz0123456/12315544/",
    "discord": "discord://" + "A" * 24 + "/" + "B" * 64,
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#chan",
    "pover": "pover://" + "u" * 30 + "@" + "a" * 30,
    "sinch": "sinch://" + "a" * 32 + ":" + "b" * 32 + "@15551231234/8613800001234",
    "clickatell": "clickatell://15551231234@" + "k" * 24 + "/8613800001234",
    "clicksend": "clicksend://user:pass@8613800001234",
    "seven": "seven://" + "a" * 25 + "/8613800001234",
    "bulksms": "bulksms://user:pass@8613800001234",
    "telnyx": "telnyx://apikey123@15551231234/8613800001234",
}
"""Schemes of more such services, whose addresses are made anew for each message."""


class Post:
    """A web server that says yes to everything, and remembers it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.yes = dict(YES)
        post = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                post.bodies.append(self.rfile.read(length).decode())
                self.do_GET()

            def do_GET(self) -> None:
                answer = json.dumps(post.yes).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"

    def text(self) -> str:
        """All that came, with what JSON and forms wrap taken off."""
        plain = unquote_plus("".join(self.bodies))
        if "\\u" in plain:
            plain = plain.encode("latin-1", "backslashreplace").decode("unicode-escape")
        return plain


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    serve = threading.Thread(target=post.server.serve_forever, args=(0.05,))
    serve.start()
    yield post
    post.server.shutdown()
    serve.join()
    post.server.server_close()


@pytest.fixture(autouse=True)
def _prepared() -> None:
    channels.prepare()


@pytest.mark.parametrize("scheme", AT_A_HOST)
def test_schemes_with_a_host(scheme: str, post: Post):
    url = AT_A_HOST[scheme].format(host=post.host)
    answer = channels.send(url, MESSAGE, ("127.0.0.1",))
    assert answer.sent, answer
    whole(post.text())
    refused = channels.send(url, MESSAGE, ())
    assert not refused.sent
    assert "YINLING_NOTIFY_HOSTS" in refused.text


@pytest.mark.parametrize("scheme", AT_A_SERVICE)
def test_services_at_an_address_of_their_own(
    scheme: str, post: Post, monkeypatch: pytest.MonkeyPatch
):
    url = AT_A_SERVICE[scheme]
    if scheme == "pushplus":
        post.yes["code"] = 200
    plugin = type(Apprise.instantiate(url))
    for name in ("notify_url", "token_url", "notify_sms_url"):
        address = getattr(plugin, name, None)
        if isinstance(address, str):
            here = address.replace("https://", f"http://{post.host}/", 1)
            monkeypatch.setattr(plugin, name, here)
    answer = channels.send(url, MESSAGE, ())
    assert answer.sent, answer
    whole(post.text())


@pytest.mark.parametrize("scheme", UNDERSTOOD)
@pytest.mark.parametrize("option", ["", "?overflow=truncate", "?overflow=split"])
def test_every_service_is_sent_the_whole_message(
    scheme: str, option: str, post: Post, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []

    def send(_: HTTPAdapter, request: PreparedRequest, **__: object) -> Response:
        sent.append(str(request.url))
        body = request.body or b""
        post.bodies += [body.decode() if isinstance(body, bytes) else body]
        post.bodies += [str(request.url)]
        answer = Response()
        answer.status_code, answer._content = 200, b"ok"
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", send)
    url = UNDERSTOOD[scheme]
    destination = destinations.check(url)
    assert (destination.name, destination.host) == (scheme, None)
    channels.send(url + option, MESSAGE, ())
    assert len(sent) == 1
    assert "{" not in unquote_plus(sent[0].partition("?")[0])  # an address, no pattern
    whole(post.text())


def whole(text: str) -> None:
    """Who, where and the link that answers came, each in one piece."""
    plain = unescape(text).replace("\\/", "/")
    assert "李秀英" in plain
    assert PLACE in plain
    assert LINK in plain


def test_no_scheme_is_left_out():
    tried = AT_A_HOST.keys() | AT_A_SERVICE.keys() | UNDERSTOOD.keys()
    secure = {f"{scheme}s" for scheme in AT_A_HOST}
    mail_and_phones = {"mailto", "mailtos", "sip", "tel"}
    allowed = destinations.PORTS.keys() | destinations.FIXED
    assert tried | secure | mail_and_phones == allowed


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 go on")
                mail = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(mail).decode())  # type: ignore[attr-defined]
            self._say("221 bye" if word == b"QUIT" else "250 yes")
            if word == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def test_mail():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.mails = []  # type: ignore[attr-defined]
        serve = threading.Thread(target=server.serve_forever, args=(0.05,))
        serve.start()
        port = server.server_address[1]
        url = f"mailto://127.0.0.1:{port}?from=yinling@example.org&to=wang@example.org"
        answer = channels.send(url, MESSAGE, ("127.0.0.1",))
        server.shutdown()
        serve.join()
        (mail,) = server.mails  # type: ignore[attr-defined]
    assert answer.sent, answer
    read = message_from_string(mail, policy=policy.default)
    body = read.get_body(("plain", "html"))
    assert body is not None
    whole(read["subject"] + body.get_content())


def test_phones_are_not_written_to():
    answer = channels.send("tel:+862987654321", MESSAGE, ())
    assert not answer.sent
