"""What a phone says, in both languages: no more than whoever picks it up may hear.

A call may be taken by anybody in the room, or by a machine that keeps it: it says who,
where and what kind of alert, never a vital sign, a position or a link.
"""

import re
from dataclasses import dataclass
from typing import Final

from alerts.notify.letter import Letter
from alerts.notify.texts import CHINESE, WORDS, Words

_PLACES_SAID = 3
"""The nearest places are said: community, compound, building."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said in one language; braces are filled in."""

    greeting: str
    drill: str
    alert: str
    acknowledge: str
    family_acknowledge: str
    repeat: str
    thanks: str
    thanks_family: str
    over: str
    trouble: str
    taken_on: str
    call_back: str
    glad: str


CHINESE_PHRASES: Final = Phrases(
    greeting="您好，这里是银铃。",
    drill="这是演练。",
    alert="{severity}：{senior}，{kind}。地点：{place}。",
    acknowledge="您去处理，请按 1。",
    family_acknowledge="您已知道并陪伴老人，请按 1。",
    repeat="重听，请按 2。",
    thanks="已记录，由您处理。谢谢。",
    thanks_family="已记录。谢谢。",
    over="这件事已经处理完毕。谢谢。",
    trouble="没有记录成功。请用短信或网页里的链接确认。",
    taken_on="已经有人接手处理，您不用再去。谢谢。",
    call_back="{senior}，您好，这里是银铃。我们收到了您的警报。您没事的话，请按 1。"
    "需要帮助，不用按键，已经通知了人。",
    glad="好的，您没事就好。已经通知的人还会来看您。",
)
ENGLISH_PHRASES: Final = Phrases(
    greeting="This is Yinling.",
    drill="This is a drill.",
    alert="{severity}: {senior}, {kind}. Where: {place}.",
    acknowledge="If you take care of it, press 1.",
    family_acknowledge="If you know and are with them, press 1.",
    repeat="To hear it again, press 2.",
    thanks="Noted: you take care of it. Thank you.",
    thanks_family="Noted. Thank you.",
    over="This has been dealt with already. Thank you.",
    trouble="It could not be noted. Please use the link in the message.",
    taken_on="Somebody has taken this on. You need not go. Thank you.",
    call_back="{senior}, this is Yinling. We have received your alarm. If you are all"
    " right, press 1. If you need help, press nothing: people have been told.",
    glad="Good. Those who were told will still look in on you.",
)
PHRASES: Final = {"zh-CN": CHINESE_PHRASES, "en": ENGLISH_PHRASES}
_LINK = re.compile(r"https?://\S+")
_DIGITS = re.compile(r"\d{4,}")


def phrases(locale: str) -> Phrases:
    """What is said in a language; Chinese where there is no such."""
    return PHRASES.get(locale, CHINESE_PHRASES)


def of_alert(letter: Letter) -> str:
    """What is said of an alert."""
    said, words = phrases(letter.locale), WORDS.get(letter.locale, CHINESE)
    asked = said.family_acknowledge if letter.family else said.acknowledge
    parts = [
        said.greeting,
        said.drill if letter.drill else "",
        said.alert.format(
            severity=words.severities[letter.severity],
            senior=letter.senior or words.unknown_senior,
            kind=words.kinds[letter.kind],
            place=_place(letter, words),
        ),
        asked,
        said.repeat,
    ]
    return " ".join(part for part in parts if part)


def of_message(title: str, body: str, locale: str) -> str:
    """What is said of anything else: its words without links, its codes digit by digit."""
    said = phrases(locale)
    text = _LINK.sub("", f"{title}. {body}")
    spaced = _DIGITS.sub(lambda found: " ".join(found[0]), text)
    return f"{said.greeting} {spaced} {said.repeat}"


def _place(letter: Letter, words: Words) -> str:
    return words.comma.join(letter.place[-_PLACES_SAID:]) or words.service
