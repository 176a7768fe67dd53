"""The sentences people read, as they were agreed: words.json keeps each of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.detection import wording
from alerts.detection.columns import KINDS, PRESSURE_DAYS
from core.model import Kind, Severity

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("words.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
def test_the_words(case: dict[str, Any]) -> None:
    slot = PRESSURE_DAYS if case["days"] else KINDS.index(Kind(case["kind"]))
    found = wording.words(slot, case["numbers"], Severity(case["severity"]))
    assert found == case["words"]
