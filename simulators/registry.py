"""The service's registry over REST, as an administrator's script would use it."""

from collections.abc import Mapping
from typing import Any, Final, Self

import httpx

from core.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    UnavailableError,
    YinlingError,
)

TIMEOUT_S: Final = 30.0
_UNAUTHORIZED: Final = 401
Json = dict[str, Any]


class Registry:
    """A logged-in session with the API.

    Parameters
    ----------
    url : where the API is, e.g. ``http://127.0.0.1:8080``.
    username, password : of an administrator.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False)
        self._login = {"username": username, "password": password}
        self._bearer = ""

    def __enter__(self) -> Self:
        self._authenticate()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str | int) -> Json:
        """Read one object or one page of a list."""
        return self._ask("GET", path, params=parameters)

    def post(self, path: str, body: Mapping[str, object]) -> Json:
        """Create, or act."""
        return self._ask("POST", path, json=dict(body))

    def put(self, path: str, body: Mapping[str, object]) -> Json:
        """Set."""
        return self._ask("PUT", path, json=dict(body))

    def delete(self, path: str) -> None:
        """Archive or unlink."""
        self._ask("DELETE", path)

    def find(self, path: str, field: str, value: str) -> Json | None:
        """The first object of a list whose `field` is `value`, or None."""
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self.get(path, limit=1000, **more)
            for item in page["items"]:
                if item.get(field) == value:
                    return item
            cursor = page.get("next_cursor")
            if cursor is None:
                return None

    def add_wristband(self, device_id: str, model: str) -> str:
        """Provision a wristband; return its password, which is shown this once."""
        body = {"device_id": device_id, "model": model}
        return str(self.post("/v1/wristbands", body)["password"])

    def bind(self, device_id: str, senior_id: str) -> None:
        """Have a senior wear a wristband from now on."""
        self.put(f"/v1/wristbands/{device_id}/binding", {"senior_id": senior_id})

    def _authenticate(self) -> None:
        answer = self._send("POST", "/v1/auth/token", data=self._login)
        _check(answer)
        self._bearer = str(answer.json()["access_token"])

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Json | None = None,
    ) -> Json:
        answer = self._send(method, path, params=params, json=json)
        if answer.status_code == _UNAUTHORIZED:
            self._authenticate()  # the token ran out
            answer = self._send(method, path, params=params, json=json)
        _check(answer)
        if not answer.content:
            return {}
        body: Json = answer.json()
        return body

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Json | None = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._bearer}"} if self._bearer else {}
        try:
            return self._http.request(
                method, path, headers=headers, params=params, json=json, data=data
            )
        except httpx.ConnectError:
            raise UnavailableError(
                "the API does not answer: is it running there?"
            ) from None
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"the API did not answer {method} {path}: {type(error).__name__}"
            ) from None


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    reason = f"{answer.request.method} {answer.request.url.path}: {_detail(answer)}"
    kinds: dict[int, type[YinlingError]] = {
        _UNAUTHORIZED: InvalidError,
        404: NotFoundError,
        409: ConflictError,
        422: InvalidError,
    }
    if answer.status_code in kinds:
        raise kinds[answer.status_code](reason)
    raise UnavailableError(reason)


def _detail(answer: httpx.Response) -> str:
    try:
        problem: Any = answer.json()
        return f"{answer.status_code} {problem.get('detail') or problem.get('title')}"
    except (ValueError, AttributeError):
        return str(answer.status_code)
