"""A shuffled flood of good, repeated and bad reports, and what must be left of it."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.ingesting import Database, Device
from tests.support.waiting import until


@dataclass
class Flood:
    """Messages by wristband, with the counts that must come out."""

    names: list[str]
    count: int = 20_000
    seed: int = 7
    messages: list[tuple[str, bytes]] = field(default_factory=list)
    readings: int = 0
    rejected: int = 0
    presses: int = 0

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        start = datetime.now(UTC) - timedelta(hours=6)
        for n in range(self.count):
            name = self.names[n % len(self.names)]
            at = (start + timedelta(milliseconds=1000 * n)).isoformat()
            report = {"time": at, "seq": n, "heart_rate": 60 + n % 30, "battery": 80}
            self._add(rng, name, report, n)
        rng.shuffle(self.messages)

    def _add(
        self, rng: random.Random, name: str, report: dict[str, Any], n: int
    ) -> None:
        body: object = report
        self.readings += 1
        if n % 50 == 0:  # an array with a bad element, and one bad field
            body = [report, n, {**report, "seq": n + 10**6, "spo2": 777}]
            self.readings += 1
            self.rejected += 2
        if n % 40 == 1:
            self.messages.append((name, b"garbage %d" % n))
            self.rejected += 1
        copies = 2 if rng.random() < 0.2 else 1
        self.messages += [(name, json.dumps(body).encode())] * copies

    def pour(self, devices: list[Device]) -> None:
        """Publish everything, an urgent event of each wristband among it."""
        by_name = {device.device_id: device for device in devices}
        for n, (name, payload) in enumerate(self.messages):
            by_name[name].report(payload)
            if n % 2000 == 1000:
                device = devices[(n // 2000) % len(devices)]
                device.sos({"seq": n, "time": n})
                self.presses += 1

    def check(self, stored: Database, timeout_s: float) -> None:
        """Wait for the exact counts; then nothing more may come."""
        until(
            lambda: stored.one("SELECT count(*) FROM reading") >= self.readings,
            timeout_s,
            "the readings",
        )
        until(
            lambda: stored.one("SELECT count(*) FROM rejected") >= self.rejected,
            timeout_s,
            "the refusals",
        )
        until(
            lambda: stored.one("SELECT count(*) FROM sos_press") >= self.presses,
            timeout_s,
            "the presses",
        )
        found = [
            stored.one("SELECT count(*) FROM reading"),
            stored.one("SELECT count(*) FROM rejected"),
            stored.one("SELECT count(DISTINCT (device_id, seq)) FROM sos_press"),
            stored.one("SELECT count(*) FROM sos_press"),
        ]
        assert found == [self.readings, self.rejected, self.presses, self.presses]
