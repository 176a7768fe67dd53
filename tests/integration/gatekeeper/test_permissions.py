"""What a wristband can do inside: speak as itself, hear its own commands, no more."""

import itertools

import pytest

from core import topics
from ingest.gatekeeper import broker_config
from tests.support.gate import Guest, Guests, Wristbands
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [
    pytest.mark.db,
    pytest.mark.broker,
    pytest.mark.usefixtures("gatekeeper"),
]


def _ingest(broker: Broker, guests: Guests, client_id: str, topic: str) -> Guest:
    user = broker_config.INGEST_USER
    guest = guests.enter(user, broker.password(user), client_id=client_id, clean=False)
    assert guest.subscribe(topic) == "Granted QoS 1", topic
    return guest


@pytest.fixture
def victim(wristbands: Wristbands, guests: Guests) -> Guest:
    guest = guests.enter("victim", wristbands.add("victim"), clean=False)
    assert guest.subscribe("wb/victim/command") == "Granted QoS 1"
    return guest


@pytest.fixture
def thief(wristbands: Wristbands) -> tuple[str, str]:
    """A wristband in the wrong hands: id and password."""
    return "thief", wristbands.add("thief")


def test_reports_arrive_in_the_partition_of_the_device(
    broker: Broker, wristbands: Wristbands, guests: Guests
) -> None:
    partition = topics.partition("wb-1")
    worker = _ingest(
        broker, guests, f"yinling:ingest:{partition}", f"wbp/{partition}/+/telemetry"
    )
    band = guests.enter("wb-1", wristbands.add("wb-1"))
    assert band.publish("wb/wb-1/telemetry", b'{"heart_rate": 70}')
    expected = (f"wbp/{partition}/wb-1/telemetry", b'{"heart_rate": 70}')
    until(lambda: worker.received == [expected], 5, "the report")


def test_commands_arrive_also_those_sent_while_away(
    broker: Broker, guests: Guests, wristbands: Wristbands
) -> None:
    user = broker_config.ALERTS_USER
    alerts = guests.enter(user, broker.password(user), client_id="yinling:alerts")
    password = wristbands.add("wb-1")
    band = guests.enter("wb-1", password, clean=False)
    assert band.subscribe("wb/wb-1/command") == "Granted QoS 1"
    commands = [("wb/wb-1/command", str(number).encode()) for number in range(20)]
    for topic, payload in commands[:10]:
        alerts.publish(topic, payload)
    until(lambda: band.received == commands[:10], 5, "the commands")
    band.close()
    for topic, payload in commands[10:]:
        alerts.publish(topic, payload)
    again = guests.enter("wb-1", password, clean=False)
    until(lambda: again.received == commands[10:], 5, "those kept meanwhile")


def test_confirmed_commands_do_not_come_again(
    broker: Broker, guests: Guests, wristbands: Wristbands
) -> None:
    user = broker_config.ALERTS_USER
    alerts = guests.enter(user, broker.password(user), client_id="yinling:alerts")
    password = wristbands.add("wb-1")
    band = guests.enter("wb-1", password, clean=False)
    band.subscribe("wb/wb-1/command")
    alerts.publish("wb/wb-1/command", b"first")
    until(lambda: band.received, 5, "the command")
    band.close()
    again = guests.enter("wb-1", password, clean=False)
    again.subscribe("wb/wb-1/command")
    alerts.publish("wb/wb-1/command", b"second")
    until(lambda: again.received, 5, "the next command")
    assert again.received == [("wb/wb-1/command", b"second")]


@pytest.mark.parametrize(
    "topic",
    [
        "wb/victim/sos",
        "wb/victim/telemetry",
        f"wbp/{topics.partition('victim')}/victim/telemetry",
        "wb/victim/command",
        "$MQTT/msgs/wb/victim/sos",
        "$MQTT/msgs/wb.victim.sos",
        "$MQTT/rmsgs/wb/victim/sos",
        "$MQTT/sess/x",
        "$MQTT/sub/x",
        "$MQTT/JSA/x",
        "$SYS/REQ/USER/AUTH",
        "$JS/API/STREAM/LIST",
        "anything",
        "wb/thief/command",
    ],
)
def test_cannot_publish_as_another(
    broker: Broker,
    guests: Guests,
    victim: Guest,
    thief: tuple[str, str],
    topic: str,
) -> None:
    partition = topics.partition("victim")
    sos = _ingest(broker, guests, "yinling:sos", "wb/+/sos")
    reports = _ingest(broker, guests, "yinling:r", f"wbp/{partition}/+/telemetry")
    for qos, retain in itertools.product((0, 1, 2), (False, True)):
        intruder = guests.enter(*thief)
        intruder.publish(topic, b"forged", qos, retain=retain)
        intruder.close()
    # What is published afterwards is heard afterwards.
    assert guests.enter(*thief).publish("wb/thief/sos", b"own")
    until(lambda: ("wb/thief/sos", b"own") in sos.received, 5, "its own SOS")
    late = _ingest(broker, guests, "yinling:late", "wb/+/sos")
    assert sos.received == [("wb/thief/sos", b"own")]
    assert (victim.received, reports.received, late.received) == ([], [], [])


@pytest.mark.parametrize(
    "topic",
    [
        "#",
        "+/+/+",
        "wb/#",
        "wb/+/command",
        "wb/victim/command",
        "wb/victim/sos",
        "wb/thief/sos",
        "wbp/#",
        "$MQTT/#",
        "$MQTT/+/+",
        "$MQTT/sub/#",
        "$MQTT/sub/+",
        "$MQTT/msgs/#",
        "$MQTT/deliver/#",
        "$SYS/#",
        "$JS/#",
        "_INBOX/#",
    ],
)
def test_cannot_listen_to_others(
    broker: Broker,
    guests: Guests,
    victim: Guest,
    thief: tuple[str, str],
    topic: str,
) -> None:
    user = broker_config.ALERTS_USER
    alerts = guests.enter(user, broker.password(user), client_id="yinling:alerts")
    intruder = guests.enter(*thief)
    for qos in (0, 1, 2):
        answer = intruder.subscribe(topic, qos)
        assert not answer.startswith("Granted"), (qos, answer)
        if intruder.over.is_set():
            intruder = guests.enter(*thief)
    alerts.publish("wb/victim/command", b"secret")
    until(lambda: victim.received, 5, "the victim's command")
    assert intruder.received == []


@pytest.mark.parametrize("retain", [False, True])
def test_a_will_cannot_speak_as_another(
    guests: Guests, sos_lane: Guest, thief: tuple[str, str], *, retain: bool
) -> None:
    intruder = guests(*thief, will=("wb/victim/sos", b"forged", retain))
    intruder.vanish()
    honest = guests.enter(*thief, will=("wb/thief/sos", b"last words", retain))
    honest.vanish()
    until(lambda: sos_lane.received, 5, "its own will")
    assert sos_lane.received == [("wb/thief/sos", b"last words")]


def test_services_can_do_only_their_part(broker: Broker, guests: Guests) -> None:
    alerts = guests.enter(
        broker_config.ALERTS_USER,
        broker.password(broker_config.ALERTS_USER),
        client_id="yinling:alerts",
    )
    assert not alerts.subscribe("wb/+/sos").startswith("Granted")
    sos = _ingest(broker, guests, "yinling:sos", "wb/+/sos")
    assert not sos.subscribe("#").startswith("Granted")
    sos.publish("wb/wb-1/sos", b"forged")
    alerts.publish("wb/wb-1/sos", b"forged")
    again = _ingest(broker, guests, "yinling:again", "wb/+/sos")
    assert (sos.received, again.received) == ([], [])
