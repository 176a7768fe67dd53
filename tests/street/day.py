"""A compressed day: alerts rise, phones ring, people answer as people do, or do not."""

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx

from api.auth.tokens import TokenSigner
from tests.street.street import Street
from tests.support.sink import Sink

ANSWERS = 0.35
"""Chance that somebody of the staff who is told takes it on."""
SETS_OUT = 0.85
"""Chance that who took it on sets out; the promises of others lapse."""


@dataclass(frozen=True)
class Ringing:
    """A call to a living phone."""

    person: str
    alert: str
    acknowledge_url: str


class Later:
    """Runs things at their time, several at once."""

    def __init__(self, workers: int) -> None:
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._change = threading.Condition()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="person")
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="later", daemon=True)
        self.failures: list[BaseException] = []
        self._thread.start()

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        """Do `what` in so many seconds."""
        with self._change:
            when = time.monotonic() + seconds
            heapq.heappush(self._queue, (when, next(self._count), what))
            self._change.notify()

    def end(self) -> None:
        """Drop what has not begun."""
        with self._change:
            self._ended = True
            self._change.notify()
        self._thread.join(5)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        with self._change:
            while not self._ended:
                if not self._queue:
                    self._change.wait()
                    continue
                left_s = self._queue[0][0] - time.monotonic()
                if left_s > 0:
                    self._change.wait(left_s)
                    continue
                _, _, what = heapq.heappop(self._queue)
                self._pool.submit(self._safely, what)

    def _safely(self, what: Callable[[], None]) -> None:
        try:
            what()
        except httpx.TransportError:
            pass  # a phone without a line; somebody else goes on
        except BaseException as error:  # noqa: BLE001 - the test says it
            self.failures.append(error)


class Day:
    """Everybody's behaviour during one run.

    Parameters
    ----------
    api : base URL of the REST API.
    key : the service's signing key, so that 1,200 people need not log in one by one.
    """

    def __init__(
        self, street: Street, sink: Sink, api: str, key: bytes, seed: int
    ) -> None:
        self._street = street
        self._sink = sink
        self._tokens = TokenSigner(key, timedelta(hours=2))
        self._chance = random.Random(seed)
        self._client = httpx.Client(base_url=api, timeout=20, trust_env=False)
        self._later = Later(12)
        self._heard = 0
        self._asked: set[tuple[str, str]] = set()
        self.raised: list[str] = []

    def raise_alerts(
        self, seniors: list[str], within_s: float, admin: httpx.Client
    ) -> None:
        """Raise an alert by hand for each senior, at random instants."""
        for senior in seniors:
            self._later.after(
                self._chance.uniform(0, within_s),
                lambda senior=senior: self._raise(admin, senior),
            )

    def live(self, seconds: float) -> None:
        """Let people hear and answer for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.hear()
            time.sleep(0.05)

    def hear(self) -> None:
        """Whoever's phone rang thinks about it once for each alert."""
        calls = self._sink.calls[self._heard :]
        self._heard += len(calls)
        for call in calls:
            person = self._street.ids[call.path.split("/")[1]]
            if (person, call.body["alert_id"]) not in self._asked:
                self._asked.add((person, call.body["alert_id"]))
                ring = Ringing(
                    person, call.body["alert_id"], call.body["acknowledge_url"]
                )
                self._think(ring)

    def end(self) -> list[BaseException]:
        """Stop everybody; what went wrong in their hands."""
        self._later.end()
        self._client.close()
        return self._later.failures

    def _think(self, ring: Ringing) -> None:
        if ring.person in self._street.silent or not ring.alert:
            return
        if self._chance.random() < ANSWERS:
            sets_out = self._chance.random() < SETS_OUT
            wait_s = self._chance.uniform(0.5, 6)
            self._later.after(wait_s, lambda: self._answer(ring, sets_out))

    def _answer(self, ring: Ringing, sets_out: bool) -> None:
        page = self._client.post(ring.acknowledge_url)
        assert page.status_code < 500, page.text
        if sets_out and ring.person in self._street.workers:
            self._later.after(1.5, lambda: self._go(ring))

    def _go(self, ring: Ringing) -> None:
        """Depart, arrive and resolve, unless somebody else did."""
        if self._step(ring, "depart", {}):
            self._later.after(2, lambda: self._arrive(ring))

    def _arrive(self, ring: Ringing) -> None:
        if self._step(ring, "arrive", {}):
            body = {"outcome": "helped"}
            self._later.after(1.5, lambda: self._step(ring, "resolve", body) or None)

    def _step(self, ring: Ringing, step: str, body: dict[str, str]) -> bool:
        token, _ = self._tokens.issue(UUID(ring.person), datetime.now(UTC))
        answer = self._client.post(
            f"/v1/alerts/{ring.alert}/{step}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code in {200, 409, 503}, answer.text
        return answer.status_code == 200

    def _raise(self, admin: httpx.Client, senior: str) -> None:
        answer = admin.post("/v1/alerts", json={"senior_id": senior})
        assert answer.status_code == 201, answer.text
        self.raised.append(answer.json()["id"])
