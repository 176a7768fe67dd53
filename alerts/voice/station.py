"""Puts the voice path together: gateway, speech, key presses and the courier of calls."""

import contextlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from alerts.notify.courier import Courier, Way
from alerts.notify.lanes import Lines
from alerts.notify.message import Stationery
from alerts.voice import baresip
from alerts.voice.callback import CallBacks
from alerts.voice.calls import Calls, Studio
from alerts.voice.gateway import Gateway
from alerts.voice.keys import Keys
from alerts.voice.sip import Account, Limits, SipGateway
from alerts.voice.speech import Speaker
from core import logs
from core.clock import Clock
from core.settings import Settings

LEASE = timedelta(seconds=15)
"""A call whose process has died is made again after that; others keep theirs."""
LEAST_WAIT_S = 0.2
_LEFT_OVER = timedelta(minutes=15)
NAME = "yinling"
"""What called phones show where no account is set."""
log = logs.get("voice")


class Station:
    """What this process calls with.

    Parameters
    ----------
    url : the database's.
    gateway : another way of calling than SIP, for those who have one.
    """

    def __init__(
        self,
        settings: Settings,
        stationery: Stationery,
        url: str,
        clock: Clock,
        gateway: Gateway | None = None,
    ) -> None:
        folder = settings.data_dir.resolve() / "voice"
        limits = Limits(settings.sip_ring_s, settings.sip_talk_s)
        _prepare(folder, clock.now())
        self.gateway = gateway or _sip(settings, limits, folder, clock)
        self.studio = Studio(Speaker(settings.tts_command), folder, limits.talk_s + 5)
        calls = Calls(
            self.gateway,
            self.studio,
            stationery,
            Keys(url, clock).acknowledge,
            allowed_hosts=settings.notify_hosts,
            clock=clock,
        )
        patience_s = limits.longest_s + 15
        self.lines = Lines(calls.send, settings.sip_calls, clock, patience_s)
        way = Way(True, LEASE, least_wait_s=LEAST_WAIT_S)
        self.courier = Courier(way, self.lines, clock, calls.withdraw)
        self.call_backs = CallBacks(
            self.gateway,
            self.studio,
            self.lines,
            url=url,
            lease=timedelta(seconds=patience_s + 5),
            clock=clock,
        )


def _sip(settings: Settings, limits: Limits, folder: Path, clock: Clock) -> SipGateway:
    missing = baresip.missing()
    if missing is not None:
        log.warning("no phone can ring", reason=missing)
    password = settings.sip_password
    account = Account(
        settings.sip_trunk,
        settings.sip_user or NAME,
        password.get_secret_value() if password else None,
        settings.sip_from,
        settings.sip_transport,
    )
    return SipGateway(account, limits, folder, clock)


def _prepare(folder: Path, now: datetime) -> None:
    """A folder for nobody else, without what a killed process left in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    before = (now - _LEFT_OVER).timestamp()
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
