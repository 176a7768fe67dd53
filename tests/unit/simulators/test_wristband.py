"""A wristband says the same to the byte, keeps what it cannot send, repeats an SOS."""

import json
from zoneinfo import ZoneInfo

import pytest

from simulators import cohort, recording, scenarios
from simulators.cohort import Wearer
from simulators.wristband import Wristband

ZONE = ZoneInfo("Asia/Shanghai")
START_S = 1_763_784_000.0  # noon in Shanghai


def make(
    script: str = "name: calm", count: int = 1, seed: int = 7, interval_s: float = 60
) -> cohort.Cohort:
    return cohort.make(
        [Wearer(f"band-{index}") for index in range(count)],
        scenarios.parse(script, "test"),
        seed=seed,
        start_s=START_S,
        zone=ZONE,
        interval_s=interval_s,
    )


def only(script: str, interval_s: float = 60) -> Wristband:
    return make(script, interval_s=interval_s).wristbands[0]


def sent(made: cohort.Cohort, seconds: float) -> list[recording.Sent]:
    return list(recording.record(made.wristbands, START_S + seconds))


@pytest.mark.parametrize("name", scenarios.names())
def test_equal_seeds_give_equal_bytes(name: str) -> None:
    text = scenarios.load(name).model_dump_json()
    once, again = (sent(make(text, 20), 1800) for _ in range(2))
    assert once == again
    other = sent(make(text, 20, seed=8), 1800)
    assert [one.message.payload for one in once] != [
        one.message.payload for one in other
    ]


def test_a_wristband_does_not_depend_on_its_neighbours() -> None:
    alone = [one for one in sent(make(count=1), 600) if one.device_id == "band-0"]
    among = [one for one in sent(make(count=5), 600) if one.device_id == "band-0"]
    assert alone == among


def test_reports_say_what_the_contract_names() -> None:
    allowed = [
        "time",
        "seq",
        "heart_rate",
        "systolic",
        "diastolic",
        "spo2",
        "temperature",
        "latitude",
        "longitude",
        "accuracy",
        "location_source",
        "coordinates",
        "steps",
        "motion",
        "worn",
        "battery",
    ]
    seen: set[str] = set()
    for one in sent(make(count=3), 7200):
        body = json.loads(one.message.payload)
        assert set(body) <= set(allowed)
        assert one.message.topic == f"wb/{one.device_id}/telemetry"
        seen |= set(body)
    assert seen >= set(allowed) - {"coordinates"}


def test_an_sos_comes_at_once_then_after_2_s_then_every_5_s() -> None:
    script = "{name: t, events: [{kind: sos, wristbands: [0], at_s: 10}]}"
    band = only(script, interval_s=3600)
    band.connected(True)
    times: list[float] = []
    payloads: set[bytes] = set()
    while band.next_at_s < START_S + 33:
        at_s = band.next_at_s
        for message in band.advance(at_s):
            times.append(at_s - START_S)
            payloads.add(message.payload)
    assert times == pytest.approx([10, 12, 17, 22, 27, 32])
    assert len(payloads) == 1
    seq = json.loads(payloads.pop())["seq"]
    wrong = {"command": "sos_received", "seq": seq + 1}
    band.receive(json.dumps(wrong).encode(), START_S + 33)
    assert band.advance(START_S + 37)
    band.receive(json.dumps({**wrong, "seq": seq}).encode(), START_S + 38)
    assert not band.advance(START_S + 60)
    assert band.tally.answered == 1


def test_an_unanswered_sos_is_sent_first_thing_on_a_new_connection() -> None:
    script = "{name: t, events: [{kind: fall, wristbands: [0], at_s: 10}]}"
    band = only(script, interval_s=3600)
    assert band.advance(START_S + 100) == []
    (message,) = band.connected(True)
    assert json.loads(message.payload)["trigger"] == "fall"


def test_what_cannot_be_sent_is_kept_and_sent_as_arrays() -> None:
    band = only("name: calm", interval_s=1)
    assert band.advance(START_S + 299.999) == []
    arrays = band.connected(True)
    assert [len(json.loads(one.payload)) for one in arrays] == [200, 100]
    assert all(len(one.payload) < 64 * 1024 for one in arrays)
    assert sum(len(one.reports) for one in arrays) == 300
    assert band.connected(True) == []


def test_silence_holds_reports_back() -> None:
    script = (
        "{name: t, events: [{kind: silence, wristbands: [0], at_s: 100, "
        "duration_s: 100}]}"
    )
    made = make(script, interval_s=10)
    out = sent(made, 400)
    assert not [one for one in out if START_S + 100 <= one.at_s < START_S + 200]
    late = [one for one in out if one.message.payload.startswith(b"[")]
    assert len(late) == 1
    assert len(late[0].message.reports) == 10


def command(band: Wristband, **what: object) -> None:
    band.receive(json.dumps(what).encode(), band.next_at_s)


def test_it_measures_and_locates_when_asked() -> None:
    band = only("{name: t, blood_pressure_every_s: 100000}", interval_s=3600)
    band.connected(True)
    band.advance(band.next_at_s)
    band.receive(b'{"command": "measure"}', START_S + 3600)
    band.receive(b'{"command": "locate"}', START_S + 3600)
    out = band.advance(START_S + 3660)
    bodies = [json.loads(one.payload) for one in out]
    assert any("systolic" in body and "diastolic" in body for body in bodies)
    assert any("latitude" in body for body in bodies)


def test_commands_it_cannot_read_change_nothing() -> None:
    band = only("name: calm")
    for payload in (b"", b"\xff", b"[]", b"7", b'{"command": 7}', b'{"a": 1}'):
        band.receive(payload, START_S)
    command(band, command="notice", text="王网格员正在赶来")
    command(band, command="configure", interval_s=15)
    command(band, command="configure", interval_s="soon")
    assert band.tally.notices == 1
    assert band.interval_s == 15


def test_off_the_wrist_there_are_no_vital_signs() -> None:
    script = "{name: t, events: [{kind: off_wrist, wristbands: [0], at_s: 0}]}"
    for one in sent(make(script), 600):
        body = json.loads(one.message.payload)
        assert body["worn"] is False
        assert "heart_rate" not in body


def test_a_low_battery_is_low() -> None:
    script = (
        "{name: t, events: [{kind: low_battery, wristbands: [0], at_s: 0, "
        "battery_percent: 7}]}"
    )
    levels = {
        json.loads(one.message.payload)["battery"] for one in sent(make(script), 600)
    }
    assert levels == {7}


ROUGH = """
name: rough
faults: {duplicate: 0.3, shuffle: 0.3, garbage: 0.3, skewed_share: 0.5}
"""


def seqs_of(out: list[recording.Sent], device_id: str) -> set[int]:
    """Sequence numbers of the wristband's own reports; garbage has huge ones."""
    return {
        report.seq
        for one in out
        for report in one.message.reports
        if one.device_id == device_id and report.seq < 10_000
    }


def test_a_bad_line_loses_nothing() -> None:
    made = make(ROUGH, 30, interval_s=10)
    out = sent(made, 3600)
    payloads = [one.message.payload for one in out]
    assert len(payloads) > len(set(payloads)) + 500
    for band in made.wristbands:
        # Those shuffled at the end may still be on their way.
        assert seqs_of(out, band.device_id) >= set(range(1, 350))


def test_who_goes_out_of_range_comes_back_with_all_reports() -> None:
    script = "{name: t, faults: {out_of_range: 0.05, out_of_range_s: 100}}"
    made = make(script, 10, interval_s=10)
    out = sent(made, 7200)
    assert sum(one.message.payload.startswith(b"[") for one in out) > 50
    for band in made.wristbands:
        seqs = seqs_of(out, band.device_id)
        assert seqs == set(range(1, max(seqs) + 1))


def test_every_kind_of_garbage_turns_up_and_knows_its_truth() -> None:
    made = make(ROUGH, 30, interval_s=10)
    garbage = [one.message for one in sent(made, 3600) if one.message.rejects]
    shapes = {(len(one.reports), one.rejects) for one in garbage}
    assert shapes == {(0, (-1,)), (1, (-1,)), (2, (1,))}
    assert any(len(one.payload) > 64 * 1024 for one in garbage)
    assert any(b"\xff" in one.payload for one in garbage)


def test_wrong_clocks_are_wrong_by_as_much_as_is_said() -> None:
    made = make("{name: t, faults: {skewed_share: 1, skew_s: 5400}}", 30)
    off = {
        round(one.at_s * 1000) - report.claimed_ms
        for one in sent(made, 300)
        for report in one.message.reports
    }
    assert off == {5_400_000, -5_400_000}
