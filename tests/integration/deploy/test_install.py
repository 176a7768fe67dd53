"""The image's one step, run in a bare Debian root, gives a service that comes up."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import timescale

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]
PARTS = ("core", "ingest", "alerts", "api", "simulators", "yinling", "bench", "deploy")
FILES = ("pyproject.toml", "README.md", "requirements.lock")
# All of it but the database server, which a bare Debian does not have, and papers.
COPY = """tar -C "$1" -cf - --exclude=./usr/lib/postgresql --exclude='*/libLLVM*' \\
    --exclude=./usr/share/doc --exclude=./usr/share/locale --exclude=./var/cache . |
    tar -C "$2" -xf -"""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture
def bare(require: Callable[[bool, str], None]) -> Iterator[Path]:
    """A copy of the Debian root, with the sources in ``/src`` and our network."""
    root = timescale.root()
    require(root is not None, f"{timescale.VARIABLE} names no Debian root for us")
    place = Path(tempfile.mkdtemp(prefix="yinling-bare-", dir="/var/tmp"))
    try:
        subprocess.run(["sh", "-c", COPY, "sh", str(root), str(place)], check=True)
        for path in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf"):
            if Path("/", path).exists():
                shutil.copy(Path("/", path), place / path)
        certificates = "etc/ssl/certs/ca-certificates.crt"
        if Path("/", certificates).exists():
            shutil.copy(Path("/", certificates), place / certificates)
        for part in PARTS:
            shutil.copytree(
                ROOT / part,
                place / "src" / part,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        for name in FILES:
            shutil.copy(ROOT / name, place / "src" / name)
        place.chmod(0o755)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def environment() -> dict[str, str]:
    """The package index's settings, and nothing else of ours."""
    kept = {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
    proxies = {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}
    return {"PATH": PATH, "HOME": "/tmp"} | kept | proxies


def test_installed_in_a_bare_debian_it_comes_up(bare: Path) -> None:
    done = subprocess.run(
        ["chroot", str(bare), "sh", "/src/deploy/install.sh", "/src"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    shutil.rmtree(bare / "src")
    command = ["chroot", "--userspec=yinling:yinling", str(bare), "yinling", "up"]
    command += ["--json", "--data-dir", "/var/lib/yinling", "--api-port", "0"]
    command += ["--internal-port", "0", "--mqtt-port", "0"]
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as up:
        assert up.stdout is not None
        line = up.stdout.readline()
        up.send_signal(signal.SIGTERM)
        _, errors = up.communicate(timeout=15)
        assert line, errors[-3000:]
        assert json.loads(line)["ready"] is True
        assert up.returncode == 0, errors[-3000:]
