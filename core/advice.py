"""What to do about an alert, in both languages: the same words on pages and phones."""

from typing import Final

from core.model import Kind, Severity

Texts = tuple[str, str]

_ADVICE: Final[dict[str, Texts]] = {
    Kind.SOS: (
        "请马上打电话或上门；情况危急请拨打 120。",
        "Call or go there at once; if it is serious, call 120.",
    ),
    Kind.FALL: (
        "请马上打电话或上门；不要急着扶起，先问哪里疼；叫不醒、不能动请拨打 120。",
        "Call or go there at once. Do not hurry to lift them: ask what hurts. If they"
        " do not wake or cannot move, call 120.",
    ),
    Kind.HEART_RATE_HIGH: (
        "请打电话问是否胸闷、心慌、头晕；胸痛、喘不上气或晕倒请拨打 120。",
        "Call and ask about a tight chest, palpitations, dizziness. Chest pain, no"
        " breath or a faint: call 120.",
    ),
    Kind.HEART_RATE_LOW: (
        "请打电话问是否头晕、乏力、眼前发黑；胸痛或晕倒请拨打 120。",
        "Call and ask about dizziness, weakness, things going black. Chest pain or a"
        " faint: call 120.",
    ),
    Kind.BLOOD_PRESSURE_HIGH: (
        "请坐下休息 5 分钟，用上臂式血压计复测；仍然很高，或头痛、胸痛、说话不清、"
        "手脚无力，请拨打 120。",
        "Sit down for 5 minutes, then measure with an upper-arm cuff. Still very high,"
        " or headache, chest pain, slurred speech, a weak arm or leg: call 120.",
    ),
    Kind.BLOOD_PRESSURE_LOW: (
        "请躺下，用上臂式血压计复测；头晕、出冷汗或晕倒请拨打 120。",
        "Lie down, then measure with an upper-arm cuff. Dizzy, cold sweat or a faint:"
        " call 120.",
    ),
    Kind.SPO2_LOW: (
        "请坐直，手指暖和后用指夹式血氧仪复测；气促、嘴唇发紫请拨打 120。",
        "Sit upright, warm the hand, measure with a finger oximeter. Short of breath or"
        " blue lips: call 120.",
    ),
    Kind.TEMPERATURE_HIGH: (
        "请用体温计量体温，问是否怕冷、咳嗽、没胃口，多喝水。",
        "Take the temperature with a thermometer; ask about chills, cough, appetite;"
        " offer something to drink.",
    ),
    Kind.GEOFENCE_EXIT: (
        "请打电话联系；联系不上请就近寻找，可能走失请拨打 110。",
        "Call them; if nobody answers, look nearby. If they may be lost, call 110.",
    ),
    Kind.GEOFENCE_ENTER: (
        "请打电话确认是否安全，必要时请人去看看。",
        "Call to make sure that all is well, or have somebody look.",
    ),
    Kind.INACTIVITY: (
        "请打电话或上门看看；无人应答请联系家属或社区一起上门。",
        "Call or look in; if nobody answers, go there with the family or the community.",
    ),
    Kind.NOT_WORN: (
        "请提醒把手环戴好；不戴时体征和跌倒都看不到。",
        "Remind them to put the wristband on: without it neither vital signs nor falls"
        " are seen.",
    ),
    Kind.OFFLINE: (
        "请查看手环电量和网络；联系不上本人请上门看看。",
        "Check the wristband's charge and network; if the person cannot be reached,"
        " look in.",
    ),
    Kind.BATTERY_LOW: (
        "请提醒给手环充电。",
        "Remind them to charge the wristband.",
    ),
    Kind.VITALS_CHANGE: (
        "请打电话问是否不舒服、换了药、感冒或没睡好；持续几天请联系家庭医生。",
        "Call and ask about feeling unwell, new medicine, a cold, bad sleep. If it lasts"
        " for days, ask the family doctor.",
    ),
    Kind.AREA_OUTAGE: (
        "请检查这里的网络和供电；期间手环可能收不到，请留意独居老人。",
        "Check network and power there; wristbands may not get through meanwhile, so"
        " think of those who live alone.",
    ),
}
_TASKS: Final[dict[str, Texts]] = {
    Kind.BLOOD_PRESSURE_HIGH: (
        "请用上臂式血压计连测 7 天，早晚各测 2 次并记下，带给家庭医生看。",
        "Measure with an upper-arm cuff for 7 days, twice each morning and evening; note"
        " it down and show the family doctor.",
    ),
}
"""What is no alarm but something to do: the kind's alerts of severity info."""
_DRILL: Final[Texts] = (
    "这是演练，不是真的呼救：请照真的一样响应，不要拨打 120。",
    "This is a drill, no real call for help: respond as if it were, but do not call 120.",
)


def advice(kind: str, severity: str, locale: str, *, drill: bool = False) -> str:
    """What to do about an alert, in `locale` (`zh-CN`, else English); may be empty."""
    texts = _TASKS.get(kind) if severity == Severity.INFO else None
    texts = _DRILL if drill else texts
    chinese, english = texts or _ADVICE.get(kind, ("", ""))
    return chinese if locale == "zh-CN" else english


def is_task(kind: str, severity: str) -> bool:
    """Whether an alert is a task for somebody rather than a notice."""
    return severity == Severity.INFO and kind in _TASKS
