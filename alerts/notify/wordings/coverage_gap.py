"""Seniors whom nobody could reach: at once for the frail, each morning for all."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from alerts.notify.letter import Letter

Local = Callable[[datetime], str]
_CAUSE: Final[dict[str, tuple[str, str]]] = {
    "no_one_assigned": ("没有指定人员", "no one is assigned"),
    "off_shift": ("无人当班", "nobody is on shift"),
    "no_verified_contact": ("没有已验证的联系方式", "no verified contact"),
    "last_deliveries_failed": ("最近几次都没有送达", "the last deliveries failed"),
}
_REACH: Final[dict[str, tuple[str, str]]] = {
    "nobody": ("无任何应急人员可联系", "no responder can be reached"),
    "above": ("身边无人可联系，只有上级", "nobody nearby, only further up"),
}


def write(content: dict[str, Any], letter: Letter, local: Local) -> tuple[str, str]:
    """Write high-risk ``seniors`` without help ``now``, and how many ``more``."""
    english = letter.locale == "en"
    count = len(content["seniors"]) + content["more"]
    at = local(datetime.fromisoformat(content["now"]))
    if english:
        title = f"No help in reach: {count} high-risk senior{'s' if count > 1 else ''}"
        lines = [f"Since {at}. Put somebody on duty, or check their contacts."]
    else:
        title = f"【无人响应】{count} 位高风险老人暂时无人可联系"
        lines = [f"{at} 起。请安排值班人员，或核对联系方式。"]
    for one in content["seniors"]:
        why = f"{_REACH[one['reach']][english]}{_colon(english)}{_CAUSE[one['cause']][english]}"
        lines.append(
            f"{one['name']} ({one['place']}): {why}"
            if english
            else f"{one['name']}（{one['place']}）：{why}"
        )
    lines += _more(content["more"], english=english)
    return title, "\n".join(lines)


def write_day(content: dict[str, Any], letter: Letter, local: Local) -> tuple[str, str]:
    """Write ``gaps`` of the coming days, ``more``, and how many ``seniors`` they touch."""
    english = letter.locale == "en"
    seniors, places = content["seniors"], content["places"]
    if english:
        title = f"Gaps in the rota: {seniors} seniors at {places} places"
        lines = ["Now and in the coming 7 days:"]
    else:
        title = f"【值班空档】{places} 处、{seniors} 位老人"
        lines = ["现在及今后 7 天："]
    for gap in content["gaps"]:
        start, end = (_short(gap[name], local) for name in ("from", "to"))
        why = f"{_REACH[gap['reach']][english]}{_colon(english)}{_CAUSE[gap['cause']][english]}"
        if english:
            lines.append(f"{gap['place']} ({gap['seniors']}), {start} to {end}: {why}")
        else:
            lines.append(
                f"{gap['place']}（{gap['seniors']} 人）{start} 至 {end}，{why}"
            )
    lines += _more(content["more"], english=english)
    return title, "\n".join(lines)


def _more(count: int, *, english: bool) -> Iterator[str]:
    if count:
        yield f"… {count} more" if english else f"另有 {count} 条"


def _colon(english: bool) -> str:
    return ": " if english else "："


def _short(instant: str, local: Local) -> str:
    """A local time to the minute."""
    return local(datetime.fromisoformat(instant))[:-3]
