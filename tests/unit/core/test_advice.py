"""What to do, for every kind, in both languages."""

import pytest

from core.advice import advice, is_task
from core.model import Kind, Severity


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_both_languages(kind: Kind) -> None:
    chinese, english = (advice(kind, "warning", locale) for locale in ("zh-CN", "en"))
    assert chinese.endswith("。")
    assert english.endswith(".")
    assert english.isascii()


def test_daily_means_are_a_task() -> None:
    assert is_task(Kind.BLOOD_PRESSURE_HIGH, Severity.INFO)
    assert not is_task(Kind.BLOOD_PRESSURE_HIGH, Severity.CRITICAL)
    assert not is_task(Kind.BATTERY_LOW, Severity.INFO)
    assert "7 天" in advice(Kind.BLOOD_PRESSURE_HIGH, Severity.INFO, "zh-CN")
    assert "7" not in advice(Kind.BLOOD_PRESSURE_HIGH, Severity.CRITICAL, "en")


def test_an_unknown_kind_has_none() -> None:
    assert not advice("absence", "info", "en")
