"""Turns a claimed notification into title, text and the fields a web hook gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from alerts.notify.letter import Letter
from alerts.notify.texts import CHINESE, WORDS, Words
from alerts.notify.wordings import ANSWERED, WRITERS, phrases
from core import links, proofs
from core.advice import advice
from core.model import Kind

LATE_S = 60
"""Delays below are not worth words."""
NOBODY_STEP = "administrators"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `fields` are the top-level strings of a JSON hook."""

    title: str
    body: str
    severity: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all letters share: where links lead, their key, and whose clock is shown."""

    public_url: str
    key: bytes
    zone: ZoneInfo

    def write(self, letter: Letter) -> Message:
        """Write a letter in its recipient's language, within what they may see."""
        words = WORDS.get(letter.locale, CHINESE)
        fields = self._fields(letter)
        if letter.content is not None:
            proven = proofs.filled(letter.content, self.key, self.public_url)
            content = proven | {"answer_url": fields["answer_url"]}
            title, body = WRITERS[letter.kind](content, letter, self._local)
            return Message(title, body, letter.severity, fields)
        lines = [*self._lines(letter, words, fields)]
        return Message(_title(letter, words), "\n".join(lines), letter.severity, fields)

    def _fields(self, letter: Letter) -> dict[str, str]:
        token = links.sign(self.key, letter.id)
        where = links.location_url(self.public_url, token)
        acknowledge = links.acknowledge_url(self.public_url, token)
        answer = links.answer_url(self.public_url, token)
        return {
            "id": str(letter.id),
            "alert_id": str(
                letter.alert_id or (letter.content or {}).get("alert_id", "")
            ),
            "senior": letter.senior or "",
            "device_id": letter.device_id or "",
            "note": phrases.noted(letter),
            "place": " › ".join(letter.place),
            "kind": letter.kind,
            "severity": letter.severity,
            "status": letter.status,
            "step": letter.step.partition("#")[0],
            "observed_at": _instant(letter.observed_at),
            "delay_s": str(letter.delay_s),
            "drill": "true" if letter.drill else "false",
            "acknowledge_url": acknowledge if letter.alert_id else "",
            "answer_url": answer if letter.kind in ANSWERED else "",
            "location_url": where if letter.shows_location else "",
            "receipt_url": links.receipt_url(self.public_url, self.key, letter.id),
        }

    def _lines(
        self, letter: Letter, words: Words, fields: dict[str, str]
    ) -> Iterator[str]:
        if fields["step"] == NOBODY_STEP and letter.senior is not None:
            yield words.nobody
        if fields["place"]:
            yield fields["place"]
        if letter.away_until is not None:
            yield words.away.format(
                since=self._local(letter.observed_at),
                until=self._local(letter.away_until),
                reason=letter.away_because or "",
            )
            return
        yield words.at.format(time=self._local(letter.observed_at)) + _late(
            letter, words
        )
        said = phrases.noted(letter)
        if said:
            yield words.note.format(note=said)
        if letter.device_id is not None:
            yield from self._wristband(letter, words)
        reason = _reason(letter)
        if reason:
            yield reason
        vitals = [*self._vitals(letter, words)]
        if vitals:
            yield words.vitals.format(values=words.comma.join(vitals))
        to_do = _advice(letter)
        if to_do:
            yield to_do
        if fields["location_url"]:
            yield words.location.format(url=fields["location_url"])
        yield words.acknowledge.format(url=fields["acknowledge_url"])

    def _wristband(self, letter: Letter, words: Words) -> Iterator[str]:
        """Which wristband it is, and whom to ask who has it."""
        model = words.model.format(model=letter.model) if letter.model else ""
        yield words.wristband.format(device_id=letter.device_id, model=model)
        if letter.worn_until is None:
            yield words.never_worn
            return
        until = self._local(letter.worn_until)
        yield words.worn_before.format(senior=letter.worn_by or "–", until=until)

    def _vitals(self, letter: Letter, words: Words) -> Iterator[str]:
        if not letter.shows_vitals:
            return
        if letter.heart_rate is not None and letter.heart_rate_at is not None:
            when = self._local(letter.heart_rate_at)
            yield words.heart_rate.format(value=letter.heart_rate, time=when)
        if letter.systolic is not None and letter.blood_pressure_at is not None:
            yield words.blood_pressure.format(
                systolic=letter.systolic,
                diastolic=letter.diastolic or 0,
                time=self._local(letter.blood_pressure_at),
            )
        if letter.spo2 is not None and letter.spo2_at is not None:
            when = self._local(letter.spo2_at)
            yield words.spo2.format(value=letter.spo2, time=when)
        if letter.temperature is not None and letter.temperature_at is not None:
            when = self._local(letter.temperature_at)
            yield words.temperature.format(value=letter.temperature, time=when)

    def _local(self, instant: datetime) -> str:
        return instant.astimezone(self.zone).strftime("%m-%d %H:%M:%S")


def _title(letter: Letter, words: Words) -> str:
    mark = words.severities[letter.severity]
    return words.title.format(
        mark=f"{words.drill} · {mark}" if letter.drill else mark,
        senior=letter.senior or _nobody(letter, words),
        kind=words.lapse if _ours(letter) else words.kinds[letter.kind],
    )


def _nobody(letter: Letter, words: Words) -> str:
    """What stands in the place of a senior: a place, our service, or a wristband."""
    if _ours(letter):
        return words.service
    if letter.kind == Kind.AREA_OUTAGE:
        return letter.place[-1]
    if letter.device_id is None:
        return words.unknown_senior
    return f"{words.unknown_senior} {letter.device_id}"


def _ours(letter: Letter) -> bool:
    """Whether it is about our own service: an outage of no place."""
    return letter.kind == Kind.AREA_OUTAGE and not letter.place


def _advice(letter: Letter) -> str:
    """What to do; of our own service its reason says that."""
    if _ours(letter):
        return ""
    return advice(letter.kind, letter.severity, letter.locale, drill=letter.drill)


def _reason(letter: Letter) -> str:
    """What the detector saw, in the recipient's language; it may hold vitals."""
    if not letter.shows_vitals:
        return ""
    if "fence" in letter.evidence and not letter.shows_location:
        return ""
    said: object = letter.evidence.get("text")
    if not isinstance(said, dict):
        return ""
    return str(cast("dict[str, object]", said).get(letter.locale, ""))


def _late(letter: Letter, words: Words) -> str:
    delay_s = letter.delay_s
    if delay_s < LATE_S:
        return ""
    if delay_s < 2 * 3600:
        return words.late.format(delay=words.minutes.format(n=delay_s // 60))
    return words.late.format(delay=words.hours.format(n=delay_s // 3600))


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
