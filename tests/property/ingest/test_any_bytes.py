"""Whatever bytes come: decoding never raises, and its two ways agree."""

import json
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import urgent
from ingest.decode import decode
from ingest.inspection import inspect

ARRIVAL_US = 1_795_233_600_000_000
FIELDS = ("heart_rate", "systolic", "spo2", "temperature", "latitude", "longitude")
FIELDS += ("accuracy", "steps", "motion", "battery", "seq", "worn", "coordinates")
FIELDS += ("location_source",)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 300),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0, 120),
    st.sampled_from(["gnss", "gcj02", "wgs84", "", "\u0000", "\ud800"]),
    st.text(max_size=5),
)
times = st.one_of(
    st.integers(1_795_230_000, 1_795_240_000),
    st.floats(1.7e9, 1.8e9),
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
    scalars,
)
reports = st.dictionaries(st.sampled_from([*FIELDS, "foo"]), scalars).flatmap(
    lambda fields: times.map(lambda time: {**fields, "time": time})
)
messages = st.one_of(
    reports, st.lists(st.one_of(reports, scalars), max_size=6), scalars
)


def encoded(message: Any) -> bytes:
    return json.dumps(message).encode()


@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    decoded = decode([payload], [ARRIVAL_US])
    assert len(decoded.rows) + len(decoded.rejected) >= 0
    urgent.read(payload, ARRIVAL_US)


@given(messages, st.binary(max_size=4), st.integers(0, 200))
def test_any_damage(message: Any, noise: bytes, at: int) -> None:
    body = encoded(message)
    payload = body[:at] + noise + body[at + len(noise) :]
    decode([payload], [ARRIVAL_US])
    urgent.read(payload, ARRIVAL_US)


@given(messages)
def test_every_item_is_stored_or_refused(message: Any) -> None:
    decoded = decode([encoded(message)], [ARRIVAL_US])
    items = len(message) if isinstance(message, list) else 1
    stored = set(decoded.rows["idx"].tolist())
    refused = {one.idx for _, one in decoded.rejected}
    assert len(stored | refused) == items
    for _, one in decoded.rejected:
        assert one.reasons
        assert json.loads(one.payload) is not Ellipsis


@example(batch=[{"time": "\ud800"}])
@given(st.lists(messages, max_size=5))
def test_the_fast_way_equals_the_careful_way(batch: list[Any]) -> None:
    payloads = [encoded(one) for one in batch]
    decoded = decode(payloads, [ARRIVAL_US] * len(batch))
    careful = [(n, r) for n, p in enumerate(payloads) for r in inspect(p).reports]
    rows = decoded.rows
    assert rows["message"].tolist() == [n for n, _ in careful]
    assert rows["idx"].tolist() == [r.idx for _, r in careful]
    assert rows["seq"].tolist() == [r.seq for _, r in careful]
    assert rows["worn"].tolist() == [r.worn for _, r in careful]
    assert rows["location_source"].tolist() == [r.location_source for _, r in careful]
    rates = np.array([r.values[0] for _, r in careful], float)
    assert np.array_equal(rows["heart_rate"], rates, equal_nan=True)


@given(st.lists(messages, max_size=6), st.integers(0, 6))
@settings(max_examples=50)
def test_batching_changes_nothing(batch: list[Any], cut: int) -> None:
    payloads = [encoded(one) for one in batch]
    whole = decode(payloads, [ARRIVAL_US] * len(batch)).rows
    parts = [
        decode(some, [ARRIVAL_US] * len(some)).rows
        for some in (payloads[:cut], payloads[cut:])
    ]
    for name in set(whole.dtype.names or ()) - {"message"}:
        joined = np.concatenate([part[name] for part in parts])
        assert np.array_equal(
            whole[name], joined, equal_nan=whole[name].dtype.kind == "f"
        )
