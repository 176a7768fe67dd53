"""The words of the report's page, in Chinese and English."""

from typing import Final

from core.model import Kind

_KINDS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.SOS: ("紧急呼救", "SOS"),
    Kind.FALL: ("跌倒", "Fall"),
    Kind.HEART_RATE_HIGH: ("心率过快", "Heart rate high"),
    Kind.HEART_RATE_LOW: ("心率过慢", "Heart rate low"),
    Kind.BLOOD_PRESSURE_HIGH: ("血压过高", "Blood pressure high"),
    Kind.BLOOD_PRESSURE_LOW: ("血压过低", "Blood pressure low"),
    Kind.SPO2_LOW: ("血氧过低", "Blood oxygen low"),
    Kind.TEMPERATURE_HIGH: ("体温升高", "Temperature high"),
    Kind.GEOFENCE_EXIT: ("离开安全区", "Left a safe area"),
    Kind.GEOFENCE_ENTER: ("进入危险区", "Entered a danger area"),
    Kind.INACTIVITY: ("长时间无活动", "No activity"),
    Kind.NOT_WORN: ("未佩戴", "Not worn"),
    Kind.OFFLINE: ("离线", "Offline"),
    Kind.BATTERY_LOW: ("电量低", "Battery low"),
    Kind.VITALS_CHANGE: ("体征变化", "Vital signs changed"),
    Kind.AREA_OUTAGE: ("区域中断", "Area outage"),
}

_PAGE: Final[dict[str, tuple[str, str]]] = {
    "backtest": ("规则回放", "Backtest"),
    "critical": ("紧急", "Critical"),
    "warning": ("警告", "Warning"),
    "info": ("提示", "Info"),
    "per_person_day": ("每人每天", "per person-day"),
    "person_days": ("人天", "person-days"),
    "readings": ("条读数", "readings"),
    "rules": ("规则版本", "rules"),
    "per_day": ("每天的提醒", "Alerts each day"),
    "alerts_opened": ("当天发起的提醒数", "Alerts opened"),
    "day": ("日期", "Day"),
    "by_kind": ("按种类和级别", "By kind and severity"),
    "kind": ("种类", "Kind"),
    "a_day": ("每人每天", "a day"),
    "per_shift": ("每班次（8 小时）的工作量", "A worker's shift of 8 hours"),
    "per_shift_note": (
        "只计紧急和警告；后三列为各时段开始的班次的平均数。",
        "Critical and warning alerts only; the last columns are means by when the"
        " shift begins.",
    ),
    "workers": ("人员", "Workers"),
    "mean": ("平均", "Mean"),
    "most": ("最多", "Most"),
    "by_place": ("各地的工作量", "Load on places"),
    "by_place_note": (
        "含其下各级；最后一列为每位老人每天的紧急和警告数。",
        "With all below them; last, critical and warning alerts per senior-day.",
    ),
    "place": ("地点", "Place"),
    "seniors": ("老人", "Seniors"),
    "told_a_day": ("每人每天", "told a day"),
    "more": ("项未列出，见 --json", "more are in --json"),
    "labels": ("与标注比较", "Against labels"),
    "labels_note": (
        "“及时”指在应知时间之前；误报指没有任何标注能解释的提醒。",
        "In time: by when it ought to be known. False: no label explains it.",
    ),
    "events": ("事件", "Events"),
    "detected": ("发现", "Detected"),
    "in_time": ("及时", "In time"),
    "median_delay": ("延迟中位数", "Median delay"),
    "false": ("误报", "False"),
    "false_a_day": ("每人每天误报", "False a day"),
    "beside": ("伴随", "Beside"),
    "all": ("全部", "All"),
    "delays": ("发现延迟的分布", "Delays: share detected within"),
    "minutes": ("分钟", "Minutes"),
    "sensitivity": ("灵敏度与误报", "Sensitivity against false alerts"),
    "against": ("与其他规则比较", "What the change adds and removes"),
    "against_rules": ("比较的规则版本", "Compared with rules"),
    "added": ("新增", "Added"),
    "removed": ("消失", "Removed"),
    "changed": ("级别改变", "Changed"),
    "change": ("变化", "Change"),
    "was": ("原级别", "Was"),
    "becomes": ("新级别", "Becomes"),
    "senior": ("老人", "Senior"),
    "time": ("时间", "Time"),
    "examples": ("实例", "Examples"),
    "examples_note": (
        "提醒前后的读数；竖线为提醒发起的时刻。",
        "Readings around alerts; the line is when the alert was opened.",
    ),
    "remarks": ("未能使用的数据", "What could not be used"),
    "heart_rate": ("心率", "Heart rate"),
    "systolic": ("收缩压", "Systolic"),
    "spo2": ("血氧", "SpO₂"),
    "temperature": ("皮肤温度", "Skin temperature"),
    "steps": ("步数", "Steps"),
    "battery": ("电量", "Battery"),
}


def words() -> dict[str, dict[str, str]]:
    """Every word of the page by language."""
    pairs = {**_PAGE, **{str(kind): pair for kind, pair in _KINDS.items()}}
    return {
        language: {word: pair[i] for word, pair in pairs.items()}
        for i, language in enumerate(("zh-CN", "en"))
    }
