"""`yinling simulate` from its options to the broker and back."""

import csv
import threading
from pathlib import Path

import pytest

from bench import plain_broker
from core.errors import UsageError
from simulators import cli, credentials
from simulators.cli import Options

pytestmark = pytest.mark.broker
SCRIPT = "{name: t, interval_s: 0.3, events: [{kind: sos, count: 2, at_s: 1}]}"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.csv"
    credentials.write(path, {f"band-{index}": "any" for index in range(30)})
    return path


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT)
    return str(path)


def counted(line: str, name: str) -> str:
    return line.split(f"{name} ")[1].split("  ", maxsplit=1)[0]


def test_a_fleet_from_a_file_of_credentials(
    fleet: Path, script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.csv"
    with plain_broker.running() as url:
        options = Options(
            mqtt=url,
            scenario=script,
            wristbands=20,
            credentials=fleet,
            duration_s=2.5,
            labels=labels,
        )
        cli.run(options, threading.Event())
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert int(counted(last, "published")) >= 60
    assert counted(last, "published") == counted(last, "acknowledged")
    assert counted(last, "sos pressed") == "2"
    assert counted(last, "events begun") == "2 of 2"
    with labels.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["sos", "sos"]
    assert all(row["senior"].startswith("band-") for row in rows)


def test_it_stops_when_it_is_told(fleet: Path, script: str) -> None:
    stop = threading.Event()
    with plain_broker.running() as url:
        options = Options(mqtt=url, scenario=script, credentials=fleet)
        thread = threading.Thread(target=cli.run, args=(options, stop))
        thread.start()
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "one of the two"),
        ({"api": "http://a", "credentials": Path("f")}, "one of the two"),
        ({"mqtt": "tcp://a"}, "mqtt://"),
        ({"scenario": "nowhere"}, "no scenario"),
        ({"seed": -1}, "seed"),
    ],
)
def test_wrong_usage_is_said(change: dict[str, object], reason: str) -> None:
    options = Options(**{"mqtt": "mqtt://127.0.0.1:1", **change})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=reason):
        cli.run(options, threading.Event())


def test_more_wristbands_than_credentials(fleet: Path) -> None:
    options = Options(mqtt="mqtt://127.0.0.1:1", credentials=fleet, wristbands=31)
    with pytest.raises(UsageError, match="30"):
        cli.run(options, threading.Event())
