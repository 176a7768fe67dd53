"""The words of notifications in both languages, and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a notification says in one language; braces are filled in."""

    kinds: dict[str, str]
    severities: dict[str, str]
    drill: str
    nobody: str
    title: str
    late: str
    at: str
    vitals: str
    heart_rate: str
    blood_pressure: str
    spo2: str
    temperature: str
    location: str
    acknowledge: str
    away: str
    note: str
    wristband: str
    model: str
    worn_before: str
    never_worn: str
    unknown_senior: str
    service: str
    lapse: str
    minutes: str
    hours: str
    comma: str


CHINESE = Words(
    kinds={
        "sos": "SOS 呼救",
        "fall": "跌倒",
        "heart_rate_high": "心率过高",
        "heart_rate_low": "心率过低",
        "blood_pressure_high": "血压过高",
        "blood_pressure_low": "血压过低",
        "spo2_low": "血氧过低",
        "temperature_high": "体温偏高",
        "geofence_exit": "离开安全区域",
        "geofence_enter": "进入警戒区域",
        "inactivity": "长时间无活动",
        "not_worn": "手环未佩戴",
        "offline": "手环失联",
        "battery_low": "手环电量低",
        "vitals_change": "体征异常变化",
        "area_outage": "多个手环同时失联",
        "absence": "外出",
    },
    severities={"critical": "紧急", "warning": "提醒", "info": "通知"},
    drill="演练",
    nobody="无人可通知，请立即处理",
    title="【{mark}】{senior}：{kind}",
    late="（数据迟到{delay}）",
    at="时间：{time}",
    vitals="最近体征：{values}",
    heart_rate="心率 {value:.0f} 次/分（{time}）",
    blood_pressure="血压 {systolic:.0f}/{diastolic:.0f} mmHg（{time}）",
    spo2="血氧 {value:.0f}%（{time}）",
    temperature="腕温 {value:.1f} ℃（{time}）",
    location="位置：{url}",
    acknowledge="我来处理：{url}",
    away="{since} 至 {until} 不在家：{reason}",
    note="备注：{note}",
    wristband="手环：{device_id}{model}",
    model="（{model}）",
    worn_before="登记上最后由 {senior} 佩戴（到 {until}）：请先联系本人和家属，查清手环现在谁戴着，"
    "再派人去现场。",
    never_worn="登记上没有人戴过：请查清手环发给了谁，再派人去现场。",
    unknown_senior="未绑定的手环",
    service="银铃系统",
    lapse="数据接收中断",
    minutes=" {n} 分钟",
    hours=" {n} 小时",
    comma="，",
)
ENGLISH = Words(
    kinds={
        "sos": "SOS",
        "fall": "fall",
        "heart_rate_high": "heart rate high",
        "heart_rate_low": "heart rate low",
        "blood_pressure_high": "blood pressure high",
        "blood_pressure_low": "blood pressure low",
        "spo2_low": "blood oxygen low",
        "temperature_high": "temperature raised",
        "geofence_exit": "left the safe area",
        "geofence_enter": "entered a watched area",
        "inactivity": "no activity for long",
        "not_worn": "wristband not worn",
        "offline": "wristband silent",
        "battery_low": "wristband battery low",
        "vitals_change": "unusual change of vital signs",
        "area_outage": "many wristbands silent at once",
        "absence": "away",
    },
    severities={"critical": "URGENT", "warning": "Warning", "info": "Note"},
    drill="DRILL",
    nobody="nobody can be told, please act now",
    title="[{mark}] {senior}: {kind}",
    late=" (data came {delay} late)",
    at="Time: {time}",
    vitals="Last vital signs: {values}",
    heart_rate="heart rate {value:.0f}/min ({time})",
    blood_pressure="blood pressure {systolic:.0f}/{diastolic:.0f} mmHg ({time})",
    spo2="SpO₂ {value:.0f} % ({time})",
    temperature="wrist skin {value:.1f} °C ({time})",
    location="Where: {url}",
    acknowledge="I take care of it: {url}",
    away="Away from {since} to {until}: {reason}",
    note="Note: {note}",
    wristband="Wristband: {device_id}{model}",
    model=" ({model})",
    worn_before="On record {senior} wore it last (until {until}): ask them and their"
    " family who wears it now, and send somebody there.",
    never_worn="Nobody is on record as its wearer: find out who was given it, and send"
    " somebody there.",
    unknown_senior="a wristband nobody wears",
    service="the Yinling service",
    lapse="reports are not taken in",
    minutes="{n} min",
    hours="{n} h",
    comma=", ",
)
WORDS: dict[str, Words] = {"zh-CN": CHINESE, "en": ENGLISH}
