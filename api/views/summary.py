"""One line that says what an alert is about, from its evidence."""

from collections.abc import Mapping
from typing import Any, Final, cast

from api.views.words import known, say
from core.model import Kind

Evidence = Mapping[str, Any]
FALLBACK: Final = "en"


def kind_name(locale: str, kind: str) -> str:
    """The kind in words; an unknown one as it is spelt."""
    return say(locale, f"kind.{kind}") if known(f"kind.{kind}") else kind


def summary(
    locale: str, kind: str, evidence: Evidence, *, device_id: str | None = None
) -> str:
    """What happened, in `locale`.

    Parameters
    ----------
    locale : ``zh-CN`` or ``en``.
    kind : the alert's kind.
    evidence : what is left of it within the asker's scope. Detectors put a sentence
        with figures there as ``text`` by language; where it is out of scope the kind
        alone is named.
    device_id : named where nobody wears the wristband.
    """
    text = text_in(locale, evidence.get("text"))
    if text is not None:
        return text
    name = kind_name(locale, kind)
    if evidence.get("by_hand"):
        return say(locale, "summary.by_hand", kind=name)
    if kind == Kind.FALL:
        return say(locale, "summary.fall", kind=name)
    if device_id is not None:
        return say(locale, "summary.unbound", kind=name, device=device_id)
    return name


def text_in(locale: str, texts: object) -> str | None:
    """The sentence of ``{"zh-CN": …, "en": …}`` in `locale`, or None."""
    if not isinstance(texts, dict):
        return None
    by_language = cast("dict[str, object]", texts)
    text = by_language.get(locale) or by_language.get(FALLBACK)
    return text if isinstance(text, str) and text else None
