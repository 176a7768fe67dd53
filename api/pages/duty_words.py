"""The words of the rota's page, in Chinese and English."""

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("值班表", "Rota"),
    "week": ("{first} 至 {last}", "{first} to {last}"),
    "before": ("上一周", "Week before"),
    "after": ("下一周", "Week after"),
    "this_week": ("本周", "This week"),
    "print": ("打印", "Print"),
    "now": ("现在当班", "On duty now"),
    "nobody": ("无人当班", "Nobody"),
    "standing": ("无班次，长期负责：{names}", "Responsible without a shift: {names}"),
    "role": ("角色", "Role"),
    "gap": ("空档", "Gap"),
    "gap.nobody": ("无人可联系", "nobody in reach"),
    "gap.above": ("身边无人，只有上级", "nobody nearby, only further up"),
    "none": ("这里还没有班次，也没有人员。", "There are no shifts and no people here."),
    "more": (
        "只显示前 {count} 处，请选择下级场所。",
        "Only the first {count} places: choose one below.",
    ),
    "above": ("上级：{name}", "Up: {name}"),
    "below": ("下级场所", "Places below"),
    "uncovered": (
        "{count} 位老人现在没有任何应急人员可联系",
        "{count} seniors have no responder in reach now",
    ),
    "only_from_above": (
        "另有 {count} 位身边无人，只有上级可联系",
        "{count} more have nobody nearby, only further up",
    ),
    "covered": ("所有老人现在都有人可联系", "Every senior has somebody in reach now"),
    "left_off": ("另有 {count} 位未列出", "{count} more are not listed"),
    "swaps": ("换班", "Swaps"),
    "swap.propose": ("提议换班", "Propose a swap"),
    "swap.mine": ("我的班", "My duty"),
    "swap.theirs": ("对方的班", "Their duty"),
    "swap.proposed": ("待确认", "waiting for an answer"),
    "swap.agreed": ("已生效", "in force"),
    "swap.accept": ("同意", "Agree"),
    "swap.decline": ("不同意", "Decline"),
    "swap.withdraw": ("收回", "Take back"),
    "swap.undo": ("撤销", "Undo"),
    "swap.side": (
        "{name}：{place}，{start} 至 {end}",
        "{name}: {place}, {start} to {end}",
    ),
    "cause.no_one_assigned": ("没有指定人员", "no one is assigned"),
    "cause.off_shift": ("无人当班", "nobody is on shift"),
    "cause.no_verified_contact": ("没有已验证的联系方式", "no verified contact"),
    "cause.last_deliveries_failed": (
        "最近几次都没有送达",
        "the last deliveries failed",
    ),
    "day.0": ("周一", "Mon"),
    "day.1": ("周二", "Tue"),
    "day.2": ("周三", "Wed"),
    "day.3": ("周四", "Thu"),
    "day.4": ("周五", "Fri"),
    "day.5": ("周六", "Sat"),
    "day.6": ("周日", "Sun"),
    "day.holiday": ("休", "off"),
    "day.work": ("班", "worked"),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """A word in a language, with `values` filled in."""
    text = _WORDS[key][0 if locale == "zh-CN" else 1]
    return text.format(**values) if values else text
