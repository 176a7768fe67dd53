"""`yinling demo`: the whole service with one compound of 40 simulated seniors."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from core import logs
from core.clock import SystemClock
from core.errors import UnavailableError
from core.settings import Settings, load
from simulators import compound, demo
from simulators.demo import Seeded
from yinling.backing import WantedPorts
from yinling.commands.signals import stop_event
from yinling.embedded.ports import Ports, is_free
from yinling.phones import Phones
from yinling.progress import Progress
from yinling.services import Services

_ROLES = {
    "grid_worker": "网格员",
    "community_manager": "社区",
    "street_manager": "街道",
    "district_manager": "区",
    "building_head": "楼栋长",
    "family": "家属",
}
_PREFERRED = {"api": 8080, "internal": 8081, "mqtt": 1883, "database": 0}
log = logs.get("demo")


def run(data_dir: Path | None) -> None:
    """Start everything, seed, let the wristbands live, until Ctrl-C.

    Raises
    ------
    UnavailableError
        If a part does not start.
    """
    console = Console()
    settings = _demo_settings(data_dir)
    folder = settings.data_dir.resolve()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    logs.configure("error", "console")
    ports = Ports(folder)
    phones = Phones(ports.choose("phones", 0), _owners(), console)
    _allow(phones.address)
    stop, clock = stop_event(), SystemClock()
    console.print("[bold]银铃 Yinling[/bold]: starting the whole service")
    services = Services(settings, _wanted(ports), clock, stop, Progress(clock, stop))
    story = None
    try:
        phones.start()
        ready = services.start()
        if ready is not None:
            story = Story(ready, phones.url, folder, console, stop)
            story.start()
            services.watch()
    finally:
        stop.set()
        if story is not None:
            story.join(3)
        services.end()
        phones.stop()
    if story is not None and story.failure is not None:
        raise UnavailableError(f"the demo's story broke off: {story.failure}")


class Story(threading.Thread):
    """Seeds the compound and runs its wristbands beside the supervisor.

    Parameters
    ----------
    ready : the service's ready line.
    phones_url : where people's phones are.
    folder : where seeded ids and passwords are kept.
    """

    def __init__(
        self,
        ready: Mapping[str, object],
        phones_url: str,
        folder: Path,
        console: Console,
        stop: threading.Event,
    ) -> None:
        super().__init__(name="story", daemon=True)
        self._ready = ready
        self._phones_url = phones_url
        self._folder = folder
        self._console = console
        self._stop_event = stop
        self.failure: Exception | None = None

    def run(self) -> None:
        """Seed, say where to look, run the fleet."""
        try:
            self._tell()
        except Exception as error:  # noqa: BLE001  # raised again by run()
            if not self._stop_event.is_set():
                self.failure = error
        finally:
            self._stop_event.set()

    def _tell(self) -> None:
        admin = cast("dict[str, str]", self._ready["admin"])
        word = admin["password"]
        with self._console.status("seeding 40 seniors, their families and wristbands"):
            seeded = demo.seed(
                str(self._ready["api"]), word, self._phones_url, self._folder
            )
        for text in (self._invitation(seeded, word), _WHAT_HAPPENS):
            self._console.print(text, highlight=False, markup=False, soft_wrap=True)
        demo.run_fleet(seeded, str(self._ready["mqtt"]), self._stop_event)

    def _invitation(self, seeded: Seeded, admin_password: str) -> str:
        """Where to go and who to log in as: one line each, never cut short."""
        api = str(self._ready["api"])
        rows = [
            (
                f"{_ROLES.get(login.role, login.role)} {login.name}",
                api + login.page,
                f"{login.username} / {login.password}",
            )
            for login in seeded.logins
        ]
        rows.append(("管理员 admin", f"{api}/docs", f"admin / {admin_password}"))
        rows.append(("手环 wristbands", str(self._ready["mqtt"]), ""))
        widths = [max(cell_len(row[column]) for row in rows) for column in (0, 1)]
        lines = [
            f"  {set_cell_size(who, widths[0])}  {set_cell_size(where, widths[1])}  {how}".rstrip()
            for who, where, how in rows
        ]
        return "\n".join(["", "银铃已就绪 · Yinling is ready", *lines, ""])


_WHAT_HAPPENS = """\
王桂兰 presses SOS in 45 s; 刘德福's heart slows; 陈秀英's blood pressure rises; \
张永福 wanders off.
Acknowledge on the grid worker's page, whistle (吹哨) for the property management there,
and watch the daughter's page. Ctrl-C stops.
"""


def _demo_settings(data_dir: Path | None) -> Settings:
    settings = load()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    return settings


def _allow(address: str) -> None:
    """Let notifications reach the phones, beside what the operator allows."""
    given = os.environ.get("YINLING_NOTIFY_HOSTS", "")
    os.environ["YINLING_NOTIFY_HOSTS"] = ",".join(filter(None, (given, address)))


def _wanted(ports: Ports) -> WantedPorts:
    """The usual ports where they are free, those of last time on the same directory."""
    chosen = {
        name: 0 if ports.known(name) or not is_free(preferred) else preferred
        for name, preferred in _PREFERRED.items()
    }
    return WantedPorts(**chosen)


def _owners() -> dict[str, str]:
    staff = {one.key: f"{one.name}（{_ROLES[one.role]}）" for one in compound.STAFF}
    family = {one.key: f"{one.name}（{one.relation}）" for one in compound.RELATIVES}
    called = {one.key: f"{one.name}（吹哨）" for one in compound.DEPARTMENTS}
    return staff | family | called
