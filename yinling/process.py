"""Child processes that cannot outlive the one that started them."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import children

OURSELVES = (sys.executable, "-P", "-m", "yinling")
"""The command line, whatever modules lie in the working directory."""


@dataclass(frozen=True)
class Account:
    """The user a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """How to start one child.

    Parameters
    ----------
    name : what people call it; its log is ``<name>.log``.
    arguments : the command line: no secret and no URL, everybody may read it.
    environment : the whole environment, or None for this process's own.
    stop_signal : asks it to end cleanly.
    death_signal : what the kernel sends it when this process dies.
    account : whom to run as; None for the present user.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    account: Account | None = None
    directory: Path | None = field(default=None)


def start(program: Program, log_path: Path) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own, its output appended to `log_path`.

    Its own session: Ctrl-C reaches the supervisor alone, which stops children in
    order. Call from a thread that lives as long as the child may: the kernel's death
    signal follows the starting thread.
    """
    account = program.account
    with log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # the command line is our own
            list(program.arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=program.directory,
            env=None if program.environment is None else dict(program.environment),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            preexec_fn=children.die_with_parent(program.death_signal),  # noqa: PLW1509
        )


def stop(
    process: subprocess.Popen[bytes], stop_signal: signal.Signals, timeout_s: float
) -> bool:
    """Ask `process` to end, kill it after `timeout_s` [s]; whether it was willing."""
    if process.poll() is None:
        process.send_signal(stop_signal)
    return await_end(process, timeout_s, signal.SIGKILL)


def await_end(
    process: subprocess.Popen[bytes], timeout_s: float, harder: signal.Signals
) -> bool:
    """Wait `timeout_s` [s] for the end, then send `harder`, then kill.

    Returns whether it ended without either.
    """
    for signal_number, patience_s in ((harder, timeout_s), (signal.SIGKILL, 0.5)):
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal_number)
        else:
            return signal_number is harder and patience_s == timeout_s
    process.wait()
    return False
