"""An exchange that answers one call as a test wants: Debian's sipp behind a scenario."""

import hashlib
import re
import shutil
import signal
import subprocess
from pathlib import Path

from core import children
from tests.support.waiting import until
from yinling.embedded.ports import free_port

INVITED = '<recv request="INVITE"/>'
ACKNOWLEDGED = '<recv request="ACK"/>'
NONCE = "47ebe028cda119c35d4877b383027d28da013815"
_HEADERS = """\
[last_Via:]
[last_From:]
[last_To:];tag=peer[call_number]
[last_Call-ID:]
[last_CSeq:]
{extra}Content-Length: 0
"""


def reply(code: int, words: str, extra: str = "") -> str:
    """A step that sends an answer."""
    headers = _HEADERS.format(extra=extra)
    text = f"\nSIP/2.0 {code} {words}\n{headers}\n"
    return f"<send><![CDATA[{text}]]></send>"


def refused(code: int, words: str) -> str:
    """The call is refused at once."""
    return INVITED + reply(code, words) + ACKNOWLEDGED


def rings_on() -> str:
    """It rings until the caller gives up."""
    ringing = INVITED + reply(180, "Ringing") + '<recv request="CANCEL"/>'
    ended = reply(487, "Request Terminated").replace(
        "[last_CSeq:]", "CSeq: [last_cseq_number] INVITE"
    )
    return ringing + reply(200, "OK") + ended + ACKNOWLEDGED


def asks_who(*, then: str) -> str:
    """Digest authentication; what is said to that is for `then` to answer."""
    return INVITED + challenge() + ACKNOWLEDGED + then


def challenge() -> str:
    """Who is calling?"""
    asked = (
        'Proxy-Authenticate: Digest realm="exchange", algorithm=MD5, qop="auth",'
        f' nonce="{NONCE}"\n'
    )
    return reply(407, "Authentication Required", asked)


def proven(messages: str, user: str, password: str) -> bool:
    """Whether a message said who calls as RFC 2617 has it, with the right password."""
    said = re.search(r"Proxy-Authorization: Digest (.*)", messages)
    assert said is not None, messages
    field = dict(re.findall(r'(\w+)="?([^",\s]+)"?', said[1]))
    first = _md5(f"{user}:exchange:{password}")
    second = _md5(f"INVITE:{field['uri']}")
    middle = f"{NONCE}:{field['nc']}:{field['cnonce']}:{field['qop']}"
    return field["response"] == _md5(f"{first}:{middle}:{second}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Switchboard:
    """sipp on 127.0.0.1; use it in a ``with`` block."""

    def __init__(self, folder: Path, steps: str) -> None:
        self.port = free_port()
        self._script = folder / "scenario.xml"
        self._script.write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<scenario name="switchboard">{steps}</scenario>\n'
        )
        self._log = folder / "sipp.log"
        self._messages = folder / "messages.log"

    def __enter__(self) -> "Switchboard":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["sipp", "-sf", str(self._script), "-i", "127.0.0.1",
                 "-p", str(self.port), "-nostdin", "-timeout", "60s",
                 "-trace_msg", "-message_file", str(self._messages)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._script.parent,
                preexec_fn=children.die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )  # fmt: skip
        until(self._listens, what=f"sipp: {self._log.read_text()[-300:]}")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(5)

    def messages(self) -> str:
        """Everything that was sent and received."""
        return self._messages.read_text()

    def _listens(self) -> bool:
        bound = Path("/proc/net/udp").read_text()
        return f"0100007F:{self.port:04X}" in bound


def installed() -> bool:
    """Whether sipp is there."""
    return shutil.which("sipp") is not None
