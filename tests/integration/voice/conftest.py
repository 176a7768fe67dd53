"""A town whose people are called, and the telephones they have."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.office import CallingOffice
from tests.support.sink import Sink
from tests.support.telephone import Telephone, installed
from tests.support.town import Town


@pytest.fixture(autouse=True)
def _baresip(require: Callable[[bool, str], None]) -> None:
    require(installed(), "baresip-core is not installed")


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    """A town with one senior, and nobody yet who would come."""
    return Town(conn).build()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """People's other phones."""
    with Sink() as phones:
        yield phones


@pytest.fixture
def telephone(tmp_path: Path) -> Iterator[Telephone]:
    """A telephone that takes every call."""
    with Telephone(tmp_path / "telephone") as running:
        yield running


@pytest.fixture
def office(town: Town, database_url: str, tmp_path: Path) -> Iterator[CallingOffice]:
    """The alerts service's voice path, calling real phones."""
    with CallingOffice(town, database_url, tmp_path / "data") as running:
        yield running
