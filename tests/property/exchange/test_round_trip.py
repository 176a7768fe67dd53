"""Whatever is exported imports again without a change, here and into an empty registry."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import registry
from core.exchange import imports, writing
from tests.support.exchange import AT, NOW, OPERATOR, WISH, ZONE, exported, look, opened

pytestmark = pytest.mark.db
LETTERS = "王娜李12 aZ=+-@'\"，、,;/\\·{}%\n"
text = (
    st.text(LETTERS, min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: text and text not in {"-", "'"})
)
maybe = st.none() | text
phone = st.none() | st.sampled_from(
    ["13600000001", "029-8888 1234", "+86 1", "+86(029) 1"]
)
LEVELS = ("district", "street", "community", "compound", "building")
CONDITIONS = ("dementia", "copd", "made_up_one")


@st.composite
def streets(draw):
    """Rows by table: a small tree and who lives and works in it."""
    names = draw(st.lists(text, min_size=5, max_size=5))
    below = draw(st.lists(text, min_size=1, max_size=3, unique=True))
    path = dict(zip(LEVELS[:4], names[:4], strict=True))
    for level in draw(st.sets(st.sampled_from(LEVELS[1:4]))):
        del path[level]
    homes = [path | {"building": name} for name in below]
    numbered = {"external_no": st.none() | st.just("x")}
    seniors = [
        {
            "external_no": f"L{n}" if draw(numbered["external_no"]) else None,
            "name": f"{draw(text)}{n}",
            "birth_date": draw(st.dates(AT.now.date().replace(year=1930), NOW.date())),
            "sex": draw(st.sampled_from(["female", "male", "unknown"])),
            **draw(st.sampled_from(homes)),
            "address": draw(maybe),
            "latitude": draw(st.floats(-90, 90)),
            "longitude": draw(st.floats(-180, 180)),
            "lives_alone": draw(st.none() | st.booleans()),
            "conditions": draw(st.lists(st.sampled_from(CONDITIONS), unique=True)),
            "risk": draw(st.none() | st.sampled_from(["normal", "high"])),
            "medication_note": draw(maybe),
            "key_holder_name": draw(maybe),
            "key_holder_phone": draw(phone),
            "expected_interval_s": draw(st.none() | st.integers(1, 86_400)),
            "location_consent": draw(st.none() | st.booleans()),
            "health_consent": draw(st.none() | st.booleans()),
        }
        for n in range(draw(st.integers(1, 4)))
    ]
    staff = [
        {
            "external_no": f"S{n}",
            "name": draw(text),
            "role": draw(st.sampled_from(["grid_worker", "building_head"])),
            "phone": draw(phone),
            "username": draw(st.none() | st.just(f"user{n}")),
            **draw(st.sampled_from(homes)),
        }
        for n in range(draw(st.integers(1, 3)))
    ]
    start = draw(st.datetimes(NOW.replace(tzinfo=None), NOW.replace(year=2027, tzinfo=None), timezones=st.just(NOW.tzinfo)))  # fmt: skip
    first = seniors[0] | {"external_no": "L0"}
    seniors[0] = first
    return {
        "places": homes,
        "staff": staff,
        "seniors": seniors,
        "relatives": [
            {"external_no": "F", "name": draw(text), "senior_no": "L0",
             "relation": draw(text), "consent": True,
             "scopes": draw(st.lists(st.sampled_from(["status", "vitals"]), unique=True))},
        ],
        "contacts": [
            {"person_no": "S0", "kind": "push", "url": "json://127.0.0.1:9/a",
             "verified": draw(st.booleans())},
        ],
        "wristbands": [
            {"device_id": "86001", "model": draw(maybe), "senior_no": "L0"},
            {"device_id": "86002"},
        ],
        "shifts": [
            {"person_no": "S0", **homes[0], "starts_at": start,
             "ends_at": start.replace(hour=23, minute=59, second=59, microsecond=999999),
             "rrule": draw(st.none() | st.just("FREQ=DAILY;COUNT=3")),
             "holidays": draw(st.none() | st.sampled_from(["skip", "only"]))},
        ],
    }  # fmt: skip


def fill(conn, grids):
    wish = WISH._replace(vouch=True)
    made, done = imports.carry_out(conn, imports.read(grids), OPERATOR, wish, AT)
    assert done is not None, [
        (one.sheet, one.column, one.reason("en")) for one in made.faults
    ]


def ordered(rows):
    return sorted(rows, key=lambda row: sorted((k, str(v)) for k, v in row.items()))


@given(street=streets(), as_csv=st.booleans())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
def test_an_export_imports_unchanged(conn: psycopg.Connection, street, as_csv):
    registry.ensure_admin(conn, "lantern-over-the-river", NOW)
    conn.commit()
    try:
        fill(conn, opened(writing.workbook(street, ZONE)))
        out = exported(conn)
        content = (
            writing.zipped(writing.csv_files(out, ZONE))
            if as_csv
            else writing.workbook(out, ZONE)
        )
        again = look(conn, opened(content), wish=WISH._replace(vouch=True))
        assert (again.faults, again.changes) == ([], [])
        conn.rollback()
        fill(conn, opened(content))
        after = exported(conn)
        for table in out:
            assert ordered(after[table]) == ordered(out[table])
    finally:
        conn.rollback()
