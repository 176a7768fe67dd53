"""Words that people write in a street's tables, and the columns that several share."""

from dataclasses import replace
from typing import Final

from core.exchange.columns import Column, Kind
from core.model import RESPONDERS, PlaceLevel, Role, Scope

LONGEST_NAME: Final = 200
LEVEL_WORDS: Final = {
    PlaceLevel.DISTRICT: ("区", "区县", "县"),
    PlaceLevel.STREET: ("街道", "街镇", "镇", "乡镇"),
    PlaceLevel.COMMUNITY: ("社区", "村", "村居"),
    PlaceLevel.COMPOUND: ("小区", "院落"),
    PlaceLevel.BUILDING: ("楼栋", "楼", "栋", "幢", "楼号", "楼幢"),
}
ROLE_WORDS: Final = {
    Role.BUILDING_HEAD: ("楼栋长", "楼长"),
    Role.GRID_WORKER: ("网格员", "网格长"),
    Role.COMMUNITY_MANAGER: ("社区负责人", "社区管理员", "社区"),
    Role.STREET_MANAGER: ("街道负责人", "街道管理员", "街道"),
    Role.DISTRICT_MANAGER: ("区负责人", "区管理员", "区"),
    Role.VOLUNTEER: ("志愿者",),
}
SCOPE_WORDS: Final = {
    Scope.STATUS: ("状态",),
    Scope.VITALS: ("体征", "健康"),
    Scope.LOCATION: ("位置", "定位"),
    Scope.ALERTS: ("警报", "报警", "告警"),
}
CONDITION_WORDS: Final = {
    "dementia": ("失智", "认知症", "阿尔茨海默", "老年痴呆", "痴呆"),
    "copd": ("慢阻肺",),
    "hypertension": ("高血压",),
    "hypotension": ("低血压",),
    "diabetes": ("糖尿病",),
    "heart_failure": ("心衰", "心力衰竭"),
    "coronary_heart_disease": ("冠心病",),
    "stroke": ("中风", "脑卒中", "脑梗"),
    "parkinson": ("帕金森", "帕金森病"),
    "epilepsy": ("癫痫",),
    "deaf": ("听力障碍", "耳聋"),
    "blind": ("视力障碍", "失明"),
    "bedridden": ("卧床", "失能"),
}
LOCALE_WORDS: Final = {"zh-CN": ("中文", "zh", "汉语"), "en": ("英文", "english")}
KIND_WORDS: Final = {
    "push": ("推送",),
    "sms": ("短信",),
    "voice": ("语音", "电话"),
    "email": ("邮件", "邮箱"),
    "chat": ("聊天", "群聊", "微信", "钉钉"),
}
SEX_WORDS: Final = {"female": ("女", "女性"), "male": ("男", "男性"), "unknown": ("未知", "不详")}  # fmt: skip
RISK_WORDS: Final = {"normal": ("普通", "一般", "低"), "high": ("高", "高风险", "重点")}


def text(key: str, zh: str, about: tuple[str, str], example: str = "") -> Column:
    """A column of plain text, at most as long as a name."""
    return Column(key, zh, Kind.TEXT, about, example, high=LONGEST_NAME)


NUMBER: Final = replace(
    text(
        "external_no",
        "编号",
        (
            "贵单位自己的编号；再次导入时以它为准",
            "your own number for it; what a re-import goes by",
        ),
    ),
    high=64,
    aliases=("id", "no", "number", "序列号"),
)
NAME: Final = replace(
    text("name", "姓名", ("全名", "the whole name"), "王桂兰"), required=True
)
PHONE: Final = Column(
    "phone",
    "电话",
    Kind.PHONE,
    (
        "印在联系卡上的电话；它本身不用来发通知",
        "printed on contact cards; by itself it is not notified",
    ),
    "13800001234",
    aliases=("手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile"),
)
USERNAME: Final = replace(
    text(
        "username",
        "用户名",
        (
            "登录名；密码不在此设置，由本人收邀请后自设",
            "to log in with; no password is set here, the person gets an invitation",
        ),
    ),
    high=64,
    aliases=("登录名", "账号", "login"),
)
LOCALE: Final = Column(
    "locale",
    "语言",
    Kind.CHOICE,
    ("通知用的语言，默认中文", "of what they are told; Chinese if blank"),
    choices=LOCALE_WORDS,
)
PLACES_BY_LEVEL: Final = tuple(
    replace(
        text(
            str(level),
            words[0],
            (f"所在{words[0]}的名称", f"name of the {level}"),
            example,
        ),
        aliases=tuple(f"{word}名称" for word in words) + words[1:],
    )
    for (level, words), example in zip(
        LEVEL_WORDS.items(),
        ("新城区", "长乐街道", "甲社区", "和平小区", "1号楼"),
        strict=True,
    )
)
PLACE_NO: Final = replace(
    text(
        "place_no",
        "场所编号",
        (
            "代替上面几列，或名称不唯一时用",
            "instead of the columns before, or where names are not unique",
        ),
    ),
    high=64,
)
SENIOR: Final = (
    replace(
        text("senior_no", "老人编号", ("见“老人”表", "as in the table of seniors")),
        high=64,
        example="L0001",
    ),
    text(
        "senior_name",
        "老人姓名",
        (
            "没有编号时填姓名和出生日期",
            "without a number give the name and the birth date",
        ),
    ),
    Column(
        "senior_birth_date",
        "老人出生日期",
        Kind.DATE,
        ("同上", "as before"),
        aliases=("老人生日",),
    ),
)
PERSON: Final = (
    replace(
        text(
            "person_no",
            "人员编号",
            ("见“人员”或“家属”表", "as in the table of staff or relatives"),
        ),
        high=64,
        example="S0001",
        aliases=("工号",),
    ),
    text(
        "person_name",
        "姓名",
        ("没有编号时填姓名和电话", "without a number give the name and the phone"),
    ),
    replace(PHONE, key="person_phone", about=("同上", "as before"), example=""),
)
LATITUDE: Final = Column(
    "latitude",
    "纬度",
    Kind.DECIMAL,
    ("WGS-84 度", "degrees WGS-84"),
    "34.3416",
    low=-90,
    high=90,
)
LONGITUDE: Final = Column(
    "longitude",
    "经度",
    Kind.DECIMAL,
    ("WGS-84 度", "degrees WGS-84"),
    "108.9398",
    low=-180,
    high=180,
)
COORDINATES: Final = Column(
    "coordinates",
    "坐标系",
    Kind.CHOICE,
    (
        "wgs84 或 gcj02（高德、腾讯地图），空白为 wgs84；gcj02 会换算",
        "wgs84 or gcj02 (Amap, Tencent), which is converted; wgs84 if blank",
    ),
    aliases=("坐标类型", "datum"),
    choices={
        "wgs84": ("wgs84", "WGS-84", "GPS", "地球坐标"),
        "gcj02": ("gcj02", "GCJ-02", "高德", "腾讯", "火星坐标", "国测局坐标"),
    },
)
STAFF_ROLES: Final = {
    str(role): words for role, words in ROLE_WORDS.items() if role in RESPONDERS
}
LEVELS: Final = {str(level): words for level, words in LEVEL_WORDS.items()}
SCOPES: Final = {str(scope): words for scope, words in SCOPE_WORDS.items()}
YES: Final = {"true": ("是", "有", "y", "yes", "1", "√"), "false": ("否", "无", "没有", "n", "no", "0", "×")}  # fmt: skip
