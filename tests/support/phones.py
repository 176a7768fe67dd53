"""People's phones by name: the web hook, asked for one person's calls."""

from tests.support.sink import Call, Sink
from tests.support.waiting import until


class Phones(Sink):
    """A web hook whose every path is somebody's phone."""

    def of(self, phone: str, **fields: str) -> list[Call]:
        """Calls to `phone` whose body has these fields."""
        return [
            call
            for call in list(self.calls)
            if call.path == f"/{phone}" and fields.items() <= call.body.items()
        ]

    def wait(self, phone: str, timeout_s: float = 10, **fields: str) -> Call:
        """First call to `phone` with these fields, waited for."""
        what = f"a call to {phone} with {fields}"
        return until(lambda: self.of(phone, **fields), timeout_s, what)[0]
