"""The words of reports and of the visit diary, in Chinese and English side by side."""

from typing import Final

from api.views.words import WORDS

REPORT_WORDS: Final[dict[str, tuple[str, str]]] = {
    "everywhere": ("全部", "Everywhere"),
    "no_place": ("未登记地点", "No place"),
    "title": ("响应报表", "Response report"),
    "visits.title": ("探访", "Visits"),
    "from": ("从", "From"),
    "to": ("到（含）", "To (inclusive)"),
    "place": ("范围", "Place"),
    "show": ("查看", "Show"),
    "download": ("下载", "Download"),
    "month": ("月份", "Month"),
    "period": ("{since} 至 {until}", "{since} to {until}"),
    "no_alerts": ("这段时间没有警报。", "There were no alerts in this time."),
    "standard": (
        "标准：60 秒内 {a}%，180 秒内 {b}%",
        "Standard: {a} % within 60 s, {b} % within 180 s",
    ),
    "fair": (
        "从警报打开时算起；家属的确认不算接警；演练另列。",
        "Counted from opening; relatives' acknowledgements do not count; drills stand"
        " apart.",
    ),
    "part.total": ("总计", "Total"),
    "part.by_place": ("按地点", "By place"),
    "part.by_role": ("按接警人", "By who answered"),
    "part.by_kind": ("按类型", "By kind"),
    "part.by_severity": ("按级别", "By severity"),
    "part.weekly": ("按周", "By week"),
    "part.monthly": ("按月", "By month"),
    "part.drills": ("演练", "Drills"),
    "first.total": ("范围", "Place"),
    "first.by_place": ("地点", "Place"),
    "first.by_role": ("接警人", "Who answered"),
    "first.by_kind": ("类型", "Kind"),
    "first.by_severity": ("级别", "Severity"),
    "first.weekly": ("周（周一）", "Week (Monday)"),
    "first.monthly": ("月份", "Month"),
    "first.drills": ("范围", "Place"),
    "figure.rank": ("名次", "Rank"),
    "figure.alerts": ("警报", "Alerts"),
    "figure.calling": ("需要接警", "Calling for somebody"),
    "figure.answered": ("已接警", "Answered"),
    "figure.answered_60s_percent": ("60 秒内接警 %", "Answered within 60 s, %"),
    "figure.answered_180s_percent": ("180 秒内接警 %", "Answered within 180 s, %"),
    "figure.median_acknowledge_s": ("接警中位数（秒）", "Median to answer, s"),
    "figure.median_arrive_s": ("到场中位数（秒）", "Median to arrive, s"),
    "figure.lapsed": ("承诺后未到", "Promises lapsed"),
    "figure.closed": ("已办结", "Closed"),
    "figure.closing_rate_percent": ("办结率 %", "Closed, %"),
    "figure.false_alarms": ("误报", "False alarms"),
    "figure.false_alarm_rate_percent": ("误报率 %", "False alarms, %"),
    "figure.senior_days": ("老人·天", "Senior-days"),
    "figure.alerts_per_senior_day": ("每位老人每天警报", "Alerts per senior-day"),
    "matters": (
        "警报和求助共 {count} 件，办结 {closed} 件",
        "{count} alerts and calls for help, {closed} closed",
    ),
    # visits
    "visits.rate": ("探访率", "Visited"),
    "visits.of": ("{seniors} 人中 {visited} 人", "{visited} of {seniors}"),
    "visits.doors": ("本月还没有探访的老人", "Not visited this month"),
    "visits.none_left": ("本月都已探访。", "All were visited this month."),
    "visits.called": ("通过电话", "Called"),
    "visits.never": ("从未探访", "never"),
    "visits.away": ("外出", "Away"),
    "visits.last": ("上次探访", "Last visit"),
    "visits.senior": ("老人", "Senior"),
    "visits.address": ("住址", "Address"),
    "visits.why": ("重点关爱原因", "Special care"),
    "visits.seniors": ("重点关爱老人", "Special-care seniors"),
    "visits.visited": ("已探访", "Visited"),
    "visits.percent": ("探访率 %", "Visited, %"),
    "care.living_alone": ("独居", "Lives alone"),
    "care.over_80": ("80 岁以上", "80 or older"),
    "care.dementia": ("失智", "Dementia"),
    "care.recently_in_hospital": ("近期住院", "Recently in hospital"),
    "care.high_risk": ("高风险", "High risk"),
    "diary.title": ("民情日记", "Visit diary"),
    "diary.note": ("情况", "How it was"),
    "diary.kind.visit": ("上门", "Visit"),
    "diary.kind.call": ("电话", "Call"),
    "diary.found_well": ("老人状况良好", "Found well"),
    "diary.not_well": ("状况不好", "Not well"),
    "diary.save": ("记下探访", "Record the visit"),
    "diary.corrected": ("（更正）", "(corrects an earlier entry)"),
    "diary.none": ("还没有探访记录。", "No visit is on record yet."),
    # drills
    "drills.title": ("演练记录", "Drills"),
    "drills.begin": ("开始 SOS 演练", "Begin an SOS drill"),
    "drills.hint": (
        "像真的呼救一样通知所有人，并注明是演练。",
        "Everyone is told as in an emergency, and that it is a drill.",
    ),
    "drills.answered": ("{seconds} 秒接警", "answered in {seconds} s"),
    "drills.arrived": ("{seconds} 秒到场", "there in {seconds} s"),
    "drills.nobody": ("无人接警", "nobody answered"),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """A word of reports or of the views, in `locale`, with `values` filled in."""
    text = (REPORT_WORDS.get(key) or WORDS[key])[0 if locale == "zh-CN" else 1]
    return text.format(**values) if values else text
