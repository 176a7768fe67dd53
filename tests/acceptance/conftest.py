"""The whole service with phones, once per module: its users' view of it."""

from collections.abc import Iterator

import pytest

from tests.support import servers
from tests.support.phones import Phones
from tests.support.world import World

LEVELS = ("district", "street", "community", "compound", "building")
QUICK_LADDER = "2,4,6"


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    """Everybody's phones."""
    with Phones() as ringing:
        yield ringing


@pytest.fixture(scope="module")
def yinling(phones: Phones) -> Iterator[servers.Yinling]:
    """``yinling up`` with a ladder of seconds rather than minutes."""
    settings = {
        "YINLING_NOTIFY_HOSTS": phones.host,
        "YINLING_ESCALATION_DELAYS_S": QUICK_LADDER,
        "YINLING_TOP_REPEAT_S": "3",
        "YINLING_ACK_EXPIRY_S": "3",
        "YINLING_ARRIVAL_EXPIRY_S": "3",
    }
    with servers.running_yinling(settings) as running:
        yield running


@pytest.fixture
def world(yinling: servers.Yinling, phones: Phones) -> World:
    """A fresh branch of the place tree for this test alone."""
    made = World(yinling.client, phones)
    made.build(*LEVELS)
    return made
