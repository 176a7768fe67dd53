"""The files of a cohort and their columns: what a writer writes and readers rely on.

A cohort is a folder::

    cohort.json              seed, parameters, counts; no time of its making
    seniors.parquet          one row a senior, in the order of their numbers
    reports/part-00000.parquet …   reports; each file holds whole seniors
    urgent.parquet           presses and falls, as sent on their own topic
    events.parquet           what truly happened, alarming or not
    labels.parquet           what ought to be told, and by when it can be known
    labels.csv               of these what can be known: senior,kind,start,known_by

Reports are sorted by senior and then by time; file after file, seniors only grow, so
that a reader streams. Numbers are never null: NaN (−1 in the small integers) means that
the field was not sent, a `heart_rate` of 0 that the wristband said "no signal".
`received` is the arrival and may lie hours after `time`.
"""

from typing import Final

import pyarrow as pa

FORMAT: Final = 1
"""Grows with every change that a reader would notice."""

INSTANT: Final = pa.timestamp("ms", tz="UTC")

REPORTS: Final = pa.schema(
    [
        pa.field("senior", pa.int32(), nullable=False),  # row in seniors.parquet
        pa.field("time", INSTANT, nullable=False),
        pa.field("received", INSTANT, nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("heart_rate", pa.float32(), nullable=False),  # 1/min
        pa.field("systolic", pa.float32(), nullable=False),  # mmHg
        pa.field("diastolic", pa.float32(), nullable=False),  # mmHg
        pa.field("spo2", pa.float32(), nullable=False),  # %
        pa.field("temperature", pa.float32(), nullable=False),  # °C, skin at the wrist
        pa.field("latitude", pa.float64(), nullable=False),
        pa.field("longitude", pa.float64(), nullable=False),
        pa.field("accuracy", pa.float32(), nullable=False),  # m
        # Index into core.model.LOCATION_SOURCES.
        pa.field("location_source", pa.int8(), nullable=False),
        pa.field("steps", pa.float32(), nullable=False),  # since local midnight
        pa.field("motion", pa.float32(), nullable=False),  # g, mean over the interval
        pa.field("worn", pa.int8(), nullable=False),  # 1 worn, 0 not
        pa.field("battery", pa.float32(), nullable=False),  # %
    ]
)

SENIORS: Final = pa.schema(
    [
        pa.field("senior", pa.int32(), nullable=False),
        pa.field("id", pa.string(), nullable=False),  # UUIDv7
        pa.field("device_id", pa.string(), nullable=False),
        pa.field("age", pa.int16(), nullable=False),
        pa.field("sex", pa.string(), nullable=False),  # female, male
        pa.field("conditions", pa.list_(pa.string()), nullable=False),
        pa.field("medication", pa.list_(pa.string()), nullable=False),
        pa.field("risk", pa.string(), nullable=False),  # normal, high
        pa.field("lives_alone", pa.bool_(), nullable=False),
        pa.field("expected_interval_s", pa.float32(), nullable=False),
        pa.field("latitude", pa.float64(), nullable=False),  # of the home
        pa.field("longitude", pa.float64(), nullable=False),
        # A circle that is watched for leaving; NaN where there is none.
        pa.field("fence_latitude", pa.float64(), nullable=False),
        pa.field("fence_longitude", pa.float64(), nullable=False),
        pa.field("fence_radius_m", pa.float32(), nullable=False),
        pa.field("community", pa.string(), nullable=False),
        pa.field("compound", pa.string(), nullable=False),
        pa.field("building", pa.string(), nullable=False),
        pa.field("worker", pa.string(), nullable=False),  # grid worker in charge
    ]
)

URGENT: Final = pa.schema(
    [
        pa.field("senior", pa.int32(), nullable=False),
        pa.field("time", INSTANT, nullable=False),
        pa.field("received", INSTANT, nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("trigger", pa.string(), nullable=False),  # button, fall
        pa.field("heart_rate", pa.float32(), nullable=False),
        pa.field("battery", pa.float32(), nullable=False),
    ]
)

EVENTS: Final = pa.schema(
    [
        pa.field("event", pa.int32(), nullable=False),  # row in this file
        pa.field("senior", pa.int32(), nullable=False),
        pa.field("what", pa.string(), nullable=False),
        pa.field("start", INSTANT, nullable=False),
        pa.field("end", INSTANT, nullable=False),
        # At its height: 1/min, mmHg, %, °C, m, as the kind of event has it.
        pa.field("size", pa.float32(), nullable=False),
        pa.field("alarming", pa.bool_(), nullable=False),  # false: nobody need be told
    ]
)

LABELS: Final = pa.schema(
    [
        pa.field("senior", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # core.model.Kind
        pa.field("severity", pa.string(), nullable=False),  # core.model.Severity
        pa.field("start", INSTANT, nullable=False),
        pa.field("end", INSTANT, nullable=False),
        # From when the reports show it clearly; null where they never do.
        pa.field("shown", INSTANT),
        # Null: true, but the reports do not show it. Not to be counted as missed, and
        # an alert between start and end is not false either.
        pa.field("known_by", INSTANT),
        pa.field("cause", pa.string(), nullable=False),  # what of the event, or device
        pa.field("event", pa.int32(), nullable=False),  # row in events.parquet, or −1
    ]
)
