"""The servers that tests and `yinling up` start are real, private and replaceable."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.support.servers import Broker


@pytest.mark.db
def test_database_is_migrated_and_empty(conn: psycopg.Connection) -> None:
    row = conn.execute("SELECT count(*) FROM senior").fetchone()
    assert row == (0,)


@pytest.mark.db
def test_database_refuses_a_wrong_password(database_url: str) -> None:
    wrong = make_conninfo(database_url, password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(wrong)


@pytest.mark.broker
def test_broker_comes_back_on_its_port_after_a_crash(broker: Broker) -> None:
    port = broker.mqtt_port
    broker.kill()
    broker.restart()
    assert broker.server.healthy()
    assert broker.mqtt_port == port
