"""The words people read about alerts and statuses, in Chinese and English side by side."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # kinds of alert
    "kind.sos": ("紧急呼救", "SOS call"),
    "kind.fall": ("跌倒", "Fall"),
    "kind.heart_rate_high": ("心率过快", "High heart rate"),
    "kind.heart_rate_low": ("心率过慢", "Low heart rate"),
    "kind.blood_pressure_high": ("血压过高", "High blood pressure"),
    "kind.blood_pressure_low": ("血压过低", "Low blood pressure"),
    "kind.spo2_low": ("血氧偏低", "Low blood oxygen"),
    "kind.temperature_high": ("腕温比平时高", "Warmer than usual"),
    "kind.geofence_exit": ("离开安全区域", "Left the safe area"),
    "kind.geofence_enter": ("进入警戒区域", "Entered a guarded area"),
    "kind.inactivity": ("长时间没有活动", "No movement for long"),
    "kind.not_worn": ("手环未佩戴", "Wristband not worn"),
    "kind.offline": ("手环失去联系", "Wristband out of contact"),
    "kind.battery_low": ("手环电量低", "Wristband battery low"),
    "kind.vitals_change": ("体征与平时不同", "Vital signs unlike usual"),
    "kind.area_outage": ("片区手环大面积失联", "Many wristbands out of contact"),
    # severities, statuses, levels
    "severity.critical": ("紧急", "Critical"),
    "severity.warning": ("警告", "Warning"),
    "severity.info": ("提示", "Notice"),
    "status.open": ("等待处理", "Waiting"),
    "status.acknowledged": ("已接警", "Acknowledged"),
    "status.en_route": ("正在赶来", "On the way"),
    "status.on_scene": ("已到现场", "On the scene"),
    "status.resolved": ("已结束", "Resolved"),
    "level.urgent": ("需要马上帮助", "Needs help now"),
    "level.attention": ("需要留意", "Needs attention"),
    "level.unknown": ("暂不清楚", "Not known just now"),
    "level.ok": ("一切安好", "All is well"),
    # events of a timeline
    "event.opened": ("发出警报", "Alert opened"),
    "event.pressed": ("再次按下呼救", "Pressed again"),
    "event.told": ("已通知", "Told"),
    "event.acknowledged": ("已接警", "Acknowledged"),
    "event.family_acknowledged": ("家属在身边", "Family is with them"),
    "event.departed": ("已出发", "On the way"),
    "event.arrived": ("已到现场", "Arrived"),
    "event.escalated": ("上报上一级", "Next level told"),
    "event.expired": ("超时未处理，重新告警", "Time ran out, alert open again"),
    "event.noted": ("备注", "Note"),
    "event.cleared": ("情况已恢复", "Back to normal"),
    "event.resolved": ("已结束", "Resolved"),
    "event.reopened": ("重新打开", "Reopened"),
    "event.hand_over_asked": ("请求交接", "Hand-over asked"),
    "event.handed_over": ("已交接", "Handed over"),
    "event.hand_over_declined": ("未接受交接", "Hand-over declined"),
    "event.whistled": ("吹哨", "Called for help"),
    "event.request_answered": ("吹哨回应", "Answer to the call"),
    "event.request_overdue": ("吹哨超时", "Call for help overdue"),
    "event.followup_asked": ("安排回访", "Follow-up due"),
    "event.followup_tried": ("回访没联系上", "Follow-up: not reached"),
    "event.followup_overdue": ("回访超时", "Follow-up overdue"),
    "event.verified": ("回访", "Followed up"),
    "event.called_back": ("致电老人", "Senior called"),
    # roles and outcomes
    "role.family": ("家属", "Family"),
    "role.building_head": ("楼栋长", "Building head"),
    "role.grid_worker": ("网格员", "Grid worker"),
    "role.community_manager": ("社区管理员", "Community manager"),
    "role.street_manager": ("街道管理员", "Street manager"),
    "role.district_manager": ("区管理员", "District manager"),
    "role.volunteer": ("志愿者", "Volunteer"),
    "role.admin": ("系统管理员", "Administrator"),
    "role.department": ("协助单位", "Department"),
    "outcome.helped": ("已帮助", "Helped"),
    "outcome.hospital": ("已送医", "To hospital"),
    "outcome.false_alarm": ("误报", "False alarm"),
    "outcome.drill": ("演练", "Drill"),
    "outcome.device_fault": ("设备故障", "Device fault"),
    "outcome.no_action": ("无需处理", "No action needed"),
    "outcome.cleared": ("自行恢复", "Cleared by itself"),
    # why the level is unknown, and which gates are closed
    "reason.unbound": ("目前没有佩戴手环", "No wristband is assigned"),
    "reason.offline": ("手环暂时没有消息", "The wristband has not been heard from"),
    "reason.not_worn": ("手环没有戴在手上", "The wristband is not on the wrist"),
    "reason.no_consent": (
        "未同意身体数据，只看呼救和跌倒",
        "No consent to health data: only calls for help and falls are seen",
    ),
    "reason.no_heart_rate": ("最近没有有效心率", "No valid heart rate lately"),
    "reason.frozen": ("心率读数长时间不变", "The heart rate has not changed for long"),
    "reason.no_signal": (
        "长时间没有脉搏，手环可能没戴好",
        "No pulse for long: the wristband may not be on properly",
    ),
    "reason.moving": (
        "正在活动，暂不判断心率",
        "On the move: the heart rate is not judged now",
    ),
    "reason.area_outage": (
        "所在片区的手环大面积失联，正在排查",
        "Many wristbands around are out of contact: it is being looked into",
    ),
    "reason.service": (
        "我们的系统暂时收不到数据，正在恢复",
        "Our own service takes in no reports just now: it is being restored",
    ),
    "reason.absent": ("外出中，部分提醒已暂停", "Away; some alerts are paused"),
    "reason.lingering": (
        "{kind}：警报已结束，但读数仍在紧急范围",
        "{kind}: the alert is resolved, readings are still critical",
    ),
    "reason.gate": ("部分读数暂不判断", "Some readings are not judged now"),
    # summaries
    "summary.fall": ("{kind}（手环检测）", "{kind} (detected by the wristband)"),
    "summary.by_hand": ("{kind}（人工发起）", "{kind} (raised by hand)"),
    "summary.unbound": ("{kind}：手环 {device}", "{kind}: wristband {device}"),
    "summary.drill": ("【演练】{text}", "[Drill] {text}"),
    # what an alert rests on
    "value.heart_rate": ("心率 {value} 次/分", "heart rate {value} bpm"),
    "value.blood_pressure": ("血压 {value} mmHg", "blood pressure {value} mmHg"),
    "value.systolic": ("高压 {value} mmHg", "systolic {value} mmHg"),
    "value.diastolic": ("低压 {value} mmHg", "diastolic {value} mmHg"),
    "value.spo2": ("血氧 {value}%", "blood oxygen {value} %"),
    "value.temperature": ("腕温 {value} °C", "wrist temperature {value} °C"),
    "value.battery": ("电量 {value}%", "battery {value} %"),
    "grounds.over": ("持续 {span}", "For {span}"),
    "grounds.day": ("{date} 平均：{values}", "Mean of {date}: {values}"),
    "grounds.usual": ("平时这个时候：{values}", "Usual at this time: {values}"),
    "comma": ("，", ", "),
    # where somebody is
    "place.home": ("在家", "At home"),
    "place.wristband": ("手环所报位置", "Where the wristband says it is"),
    "place.near_home": ("离家约 {distance}", "About {distance} from home"),
    # spans and lengths
    "span.minutes": ("{count} 分钟", "{count} min"),
    "span.hours": ("{count} 小时", "{count} h"),
    "length.m": ("{count} 米", "{count} m"),
    "length.km": ("{count} 公里", "{count} km"),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """The text `key` in `locale` (`zh-CN`, else English) with `values` filled in.

    Raises
    ------
    KeyError
        If there is no such text.
    """
    text = WORDS[key][0 if locale == "zh-CN" else 1]
    return text.format(**values) if values else text


def known(key: str) -> bool:
    """Whether there is a text `key`."""
    return key in WORDS


def span(locale: str, seconds: float) -> str:
    """A duration in words: minutes below two hours, hours above [s]."""
    if seconds < 7200:
        return say(locale, "span.minutes", count=max(1, round(seconds / 60)))
    return say(locale, "span.hours", count=round(seconds / 3600))


def length(locale: str, metres: float) -> str:
    """A distance in words: tens of metres below a kilometre [m]."""
    if metres < 950:
        return say(locale, "length.m", count=max(10, round(metres / 10) * 10))
    return say(locale, "length.km", count=round(metres / 1000, 1))
