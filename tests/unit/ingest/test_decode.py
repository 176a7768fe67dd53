"""The contract's words on reports, case by case."""

import json
import math
from typing import Any

import numpy as np
import pytest

from core.gcj02 import to_gcj02, to_wgs84
from ingest.decode import decode

ARRIVAL_US = 1_795_233_600_000_000  # 2026-11-21T04:00:00Z
TIME = {"time": "2026-11-21T04:00:00Z"}


def read(payload: object) -> tuple[list[dict[str, Any]], list[tuple[int, list[str]]]]:
    """Rows without what is absent; rejected as index and the fields named."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    decoded = decode([body], [ARRIVAL_US])
    rows: list[dict[str, Any]] = []
    for row in decoded.rows:
        values = {name: row[name].item() for name in decoded.rows.dtype.names or ()}
        rows.append({n: v for n, v in values.items() if not math.isnan(v) and v != -1})
    refused = [(r.idx, [str(x.field) for x in r.reasons]) for _, r in decoded.rejected]
    return rows, refused


def field(name: str, value: object) -> tuple[object, bool]:
    """What becomes of one field of a report, and whether it was refused."""
    rows, refused = read({**TIME, name: value})
    assert len(rows) == 1
    assert refused in ([], [(-1, [name])])
    return rows[0].get(name), bool(refused)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("heart_rate", 20, 20),
        ("heart_rate", 250, 250),
        ("heart_rate", 72.5, 72.5),
        ("systolic", 50, 50),
        ("diastolic", 160, 160),
        ("spo2", 100, 100),
        ("temperature", 20, 20),
        ("battery", 0, 0),
        ("battery", 100, 100),
        ("accuracy", 100_000, 100_000),
        ("steps", 0, 0),
        ("steps", 200_000, 200_000),
        ("steps", 10.0, 10),
        ("motion", 0.0, 0),
        ("seq", 0, 0),
        ("seq", 2**63 - 1, 2**63 - 1),
        ("seq", 812.0, 812),
        ("worn", False, 0),
        ("worn", True, 1),
        ("location_source", "ble", 3),
        ("heart_rate", 0, None),
        ("spo2", 0.0, None),
        ("temperature", -0.0, None),
        ("heart_rate", None, None),
        ("worn", None, None),
        ("coordinates", None, None),
        ("latitude", 34.0, None),
        ("longitude", 108.0, None),
    ],
)
def test_what_is_kept_or_quietly_absent(name: str, value: object, kept: object) -> None:
    assert field(name, value) == (kept, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("heart_rate", 19.9),
        ("heart_rate", 251),
        ("heart_rate", -1),
        ("heart_rate", "72"),
        ("heart_rate", True),
        ("heart_rate", [72]),
        ("heart_rate", {}),
        ("systolic", 261),
        ("diastolic", 29),
        ("spo2", 101),
        ("temperature", 44),
        ("latitude", 90.1),
        ("longitude", -181),
        ("accuracy", -1),
        ("steps", 200_001),
        ("steps", 2.5),
        ("motion", -0.1),
        ("battery", 100.1),
        ("seq", -1),
        ("seq", 2**63),
        ("seq", 1.5),
        ("seq", "12"),
        ("seq", False),
        ("worn", 1),
        ("worn", "yes"),
        ("location_source", "GNSS"),
        ("location_source", 0),
        ("coordinates", "bd09"),
    ],
)
def test_what_is_refused_alone(name: str, value: object) -> None:
    assert field(name, value) == (None, True)


@pytest.mark.parametrize("digits", ["1e400", "-1e400", "9" * 400, "9" * 5000])
def test_numbers_beyond_all_numbers_are_out_of_range(digits: str) -> None:
    body = b'{"time": 1795233600, "spo2": 97, "heart_rate": ' + digits.encode() + b"}"
    rows, refused = read(body)
    assert (rows[0]["spo2"], refused) == (97, [(-1, ["heart_rate"])])


@pytest.mark.parametrize(
    ("time", "claimed_ms"),
    [
        ("2026-11-21T04:00:00Z", 1795233600000),
        ("2026-11-21T12:00:00+08:00", 1795233600000),
        ("2026-11-21t03:59:60z", 1795233600000),
        ("2026-11-21T04:00:00.1239Z", 1795233600123),
        (1795233600, 1795233600000),
        (1795233600.0, 1795233600000),
        (1795233600.123, 1795233600123),
        (1795233600.9999, 1795233600999),
        (1577836800, 1577836800000),
    ],
)
def test_times_are_instants_to_the_millisecond(time: object, claimed_ms: int) -> None:
    ((row,), refused) = read({"time": time})
    assert (row["claimed_ms"], row["replaced"], refused) == (claimed_ms, False, [])
    assert row["time_us"] == claimed_ms * 1000


@pytest.mark.parametrize(
    ("time", "claimed_ms"),
    [
        (1577836799.999, 1577836799999),
        (0, 0),
        (-5, -5000),
        (1795233600000, 1795233600000000),
        (1795233900.001, 1795233900001),
        (9e15, 9 * 10**18),
        ("0001-01-01T00:00:00Z", -62135596800000),
        ("9999-12-31T23:59:59Z", 253402300799000),
    ],
)
def test_unbelievable_times_are_replaced_by_the_arrival(
    time: object, claimed_ms: int
) -> None:
    ((row,), refused) = read({"time": time})
    assert (row["claimed_ms"], row["replaced"], refused) == (claimed_ms, True, [])
    assert row["time_us"] == ARRIVAL_US


@pytest.mark.parametrize(
    "digits",
    ["1e16", "-1e16", "1795233600000000000", "1e400", "-1e400", "9" * 40, "9" * 5000],
)
def test_times_beyond_all_milliseconds_are_replaced_too(digits: str) -> None:
    body = b'{"time": ' + digits.encode() + b', "heart_rate": 60}'
    ((row,), refused) = read(body)
    assert (row["replaced"], row["time_us"], refused) == (True, ARRIVAL_US, [])
    ((again,), _) = read(body)
    assert again["claimed_ms"] == row["claimed_ms"] > 9 * 10**18


def test_times_beyond_all_milliseconds_are_told_apart() -> None:
    rows, _ = read([{"time": 1795233600000000000 + n * 10**9} for n in range(50)])
    assert len({row["claimed_ms"] for row in rows}) == 50


def test_five_minutes_ahead_is_still_believed() -> None:
    ((row,), _) = read({"time": 1795233900})
    assert not row["replaced"]


@pytest.mark.parametrize(
    "time",
    [
        *(None, True, [], {}, "", "now", "1795233600"),
        *("2026-11-21", "2026-11-21T04:00:00", "2026-13-21T04:00:00Z"),
    ],
)
def test_a_report_without_a_readable_time_is_refused(time: object) -> None:
    assert read({"time": time, "heart_rate": 60}) == ([], [(-1, ["time"])])
    rows, refused = read([{"time": time}, TIME])
    assert (len(rows), refused) == (1, [(0, ["time"])])


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"time": 1', "not JSON"),
        (b'{"time": 1} x', "not JSON"),
        (b"[1,]", "not JSON"),
        (b"[1", "not JSON"),
        (b"[{}] ]", "not JSON"),
        (b'{"time": NaN}', "not JSON"),
        (b'{"time": 1, "x": -Infinity}', "not JSON"),
        (b'{"time": 1, "heart_rate": 072}', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"time": 1, "x": "\xff"}', "not UTF-8"),
        ('{"time": 1}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 30_000, "nested too deeply"),
        (b'{"time": 1, "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "nested"),
        (b"5", "not an object"),
        (b'"text"', "not an object"),
        (b"null", "not an object"),
        (b"[" + b",".join([b'{"time":1}'] * 1001) + b"]", "more than 1000"),
        (b'{"time": 1, "x": "' + b"y" * 65_536 + b'"}', "larger than 65536"),
    ],
)
def test_an_unreadable_message_is_refused_whole(payload: bytes, reason: str) -> None:
    decoded = decode([payload], [ARRIVAL_US])
    ((message, rejected),) = decoded.rejected
    assert (message, rejected.idx, rejected.payload) == (0, -1, payload)
    assert reason in rejected.reasons[0].reason
    assert len(decoded.rows) == 0


def test_bad_elements_are_refused_singly_with_their_own_bytes() -> None:
    body = (
        b' [ {"time":1795233600,"seq":1} , 5,{"seq": 2 },null , {"time":1795233601}]\n'
    )
    decoded = decode([body], [ARRIVAL_US])
    assert decoded.rows["idx"].tolist() == [0, 4]
    assert [(r.idx, r.payload) for _, r in decoded.rejected] == [
        (1, b"5"),
        (2, b'{"seq": 2 }'),
        (3, b"null"),
    ]


def test_a_thousand_reports_and_an_empty_array_are_fine() -> None:
    rows, refused = read([{"time": 1795233600, "seq": n} for n in range(1000)])
    assert (len(rows), refused) == (1000, [])
    assert read([]) == ([], [])


def test_unknown_fields_are_named_and_nothing_is_refused() -> None:
    body = json.dumps([TIME, {**TIME, "foo": 1, "bar": [1]}]).encode()
    decoded = decode([body], [ARRIVAL_US])
    assert decoded.unknown == [(0, 1, ("foo", "bar"))]
    assert (len(decoded.rows), decoded.rejected) == (2, [])


@pytest.mark.parametrize("first", ["50", '"x"', "null"])
def test_of_a_field_given_twice_the_last_counts(first: str) -> None:
    body = f'{{"time":1795233600,"heart_rate":{first},"heart_rate":61}}'.encode()
    ((row,), refused) = read(body)
    assert (row["heart_rate"], refused) == (61, [])


@pytest.mark.parametrize("more", [{}, {"extra": 1}])
def test_no_fix_leaves_the_rest(more: dict[str, object]) -> None:
    base = {**TIME, **more, "accuracy": 5}
    for half in (
        {"latitude": 34.0},
        {"longitude": 8},
        {"latitude": 0, "longitude": -0.0},
    ):
        ((row,), refused) = read({**base, **half})
        assert "latitude" not in row
        assert "longitude" not in row
        assert (row["accuracy"], refused) == (5, [])
    ((row,), refused) = read({**base, "latitude": 95, "longitude": 10})
    assert "longitude" not in row
    assert refused == [(-1, ["latitude"])]


@pytest.mark.parametrize("more", [{}, {"extra": 1}])
def test_gcj02_is_converted_on_arrival(more: dict[str, object]) -> None:
    sent = {"latitude": 34.3416, "longitude": 108.9398, "coordinates": "gcj02"}
    ((row,), _) = read({**TIME, **more, **sent})
    metres = math.hypot(row["latitude"] - 34.3416, row["longitude"] - 108.9398) * 1e5
    assert 300 < metres < 800
    back = to_gcj02(np.array([row["latitude"]]), np.array([row["longitude"]]))
    assert back[0][0] == pytest.approx(34.3416, abs=1e-8)
    assert back[1][0] == pytest.approx(108.9398, abs=1e-8)


def test_gcj02_against_published_points() -> None:
    # Test vectors of the eviltransform project (WGS-84, then GCJ-02).
    points = np.array(
        [
            (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
            (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
            (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
            (39.739200, -104.990300, 39.739200, -104.990300),
        ]
    )
    latitude, longitude = to_gcj02(points[:, 0], points[:, 1])
    assert latitude == pytest.approx(points[:, 2], abs=1e-6)
    assert longitude == pytest.approx(points[:, 3], abs=1e-6)
    latitude, longitude = to_wgs84(points[:, 2], points[:, 3])
    assert latitude == pytest.approx(points[:, 0], abs=2e-6)
    assert longitude == pytest.approx(points[:, 1], abs=2e-6)


def test_messages_of_a_batch_stay_in_order() -> None:
    payloads = [
        b'{"time":1795233600,"seq":1}',
        b'{"time":1795233600,"seq":2,"heart_rate":999}',
        b'[{"time":1795233600,"seq":3},{"time":1795233600,"seq":4,"x":1}]',
        b"bad",
        b'{"time":1795233600,"seq":5}',
    ]
    decoded = decode(payloads, [ARRIVAL_US + n for n in range(5)])
    assert decoded.rows["seq"].tolist() == [1, 2, 3, 4, 5]
    assert decoded.rows["message"].tolist() == [0, 1, 2, 2, 4]
    assert (decoded.rows["received_us"] - ARRIVAL_US).tolist() == [0, 1, 2, 2, 4]
    assert [n for n, _ in decoded.rejected] == [1, 3]
