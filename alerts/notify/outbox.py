"""The courier of everything that is written: through Apprise, many at the same time."""

from collections.abc import Sequence
from datetime import timedelta

from alerts import metrics
from alerts.notify import channels
from alerts.notify.channels import Answer
from alerts.notify.courier import QUERIES, Courier, Way
from alerts.notify.lanes import Lanes
from alerts.notify.letter import Letter
from alerts.notify.message import Stationery
from core import logs
from core.clock import Clock

__all__ = ["QUERIES", "Outbox"]
LEASE = timedelta(seconds=6)
log = logs.get("notify")


class Outbox(Courier):
    """Sends what is written.

    Parameters
    ----------
    stationery : writes the letters.
    allowed_hosts : private hosts that may be reached.
    workers : urgent notifications sent at the same time.
    """

    def __init__(
        self,
        stationery: Stationery,
        allowed_hosts: Sequence[str],
        workers: int,
        clock: Clock,
    ) -> None:
        channels.prepare()
        self._stationery = stationery
        self._allowed_hosts = tuple(allowed_hosts)
        lanes = Lanes(self._send, workers, clock)
        super().__init__(Way(spoken=False, lease=LEASE), lanes, clock)

    def _send(self, letter: Letter) -> Answer:
        """One try, in a thread of its own; never raises."""
        with metrics.SENDING.track_inprogress():
            try:
                message = self._stationery.write(letter)
            except Exception as error:
                log.exception("a notification cannot be written", id=str(letter.id))
                return Answer(sent=False, text=f"unwritable: {type(error).__name__}")
            return channels.send(letter.url, message, self._allowed_hosts)
