"""The tables of places, staff and seniors."""

from dataclasses import replace
from typing import Final

from core.exchange.columns import Column, Kind, Sheet
from core.exchange.vocabulary import (
    CONDITION_WORDS,
    COORDINATES,
    LATITUDE,
    LEVELS,
    LOCALE,
    LOCALE_WORDS,
    LONGITUDE,
    NAME,
    NUMBER,
    PHONE,
    PLACE_NO,
    PLACES_BY_LEVEL,
    RISK_WORDS,
    SEX_WORDS,
    STAFF_ROLES,
    USERNAME,
    YES,
    text,
)

PLACES: Final = Sheet(
    "places",
    "场所",
    (
        "每行一个场所：填到哪一级，就是哪一级；上级不存在时一并新增",
        "one place a row, of the last level that is filled in; what lies above is added with it",
    ),
    (
        replace(NUMBER, aliases=(*NUMBER.aliases, "场所编号"), example="P0001"),
        *PLACES_BY_LEVEL,
        Column(
            "level",
            "级别",
            Kind.CHOICE,
            (
                "另一种写法：级别、名称、上级编号",
                "the other form: level, name and the number of what it lies in",
            ),
            choices=LEVELS,
        ),
        text("name", "名称", ("同上", "as before")),
        replace(
            text("parent_no", "上级编号", ("同上", "as before")),
            high=64,
        ),
        replace(
            LATITUDE,
            about=(
                "该处老人没有填坐标时使用（WGS-84 度），本身不保存",
                "for seniors there without a position (degrees WGS-84); not kept itself",
            ),
        ),
        replace(LONGITUDE, about=("同上", "as before")),
        COORDINATES,
    ),
    aliases=("地点", "区域", "place"),
)
STAFF: Final = Sheet(
    "staff",
    "人员",
    (
        "楼栋长、网格员、志愿者和负责人",
        "building heads, grid workers, volunteers, managers",
    ),
    (
        replace(NUMBER, aliases=(*NUMBER.aliases, "工号", "人员编号"), example="S0001"),
        replace(NAME, example="李建国"),
        Column(
            "role",
            "角色",
            Kind.CHOICE,
            ("做什么", "what they do"),
            "楼栋长",
            required=True,
            aliases=("岗位", "职务"),
            choices=STAFF_ROLES,
        ),
        replace(PHONE, example="13800001234"),
        USERNAME,
        LOCALE,
        *PLACES_BY_LEVEL,
        PLACE_NO,
    ),
    aliases=("工作人员", "职员", "people"),
)
SENIORS: Final = Sheet(
    "seniors",
    "老人",
    ("戴手环的老人", "those who wear wristbands"),
    (
        replace(
            NUMBER, aliases=(*NUMBER.aliases, "老人编号", "档案号"), example="L0001"
        ),
        NAME,
        Column(
            "birth_date",
            "出生日期",
            Kind.DATE,
            ("年-月-日", "year-month-day"),
            "1944-05-01",
            required=True,
            aliases=("生日", "出生年月日", "birthday"),
        ),
        Column(
            "sex",
            "性别",
            Kind.CHOICE,
            ("男、女；空白为未知", "female, male; unknown if blank"),
            "女",
            choices=SEX_WORDS,
        ),
        *PLACES_BY_LEVEL,
        PLACE_NO,
        replace(
            text("address", "地址", ("单元、房号", "door and flat"), "2单元301室"),
            aliases=("住址", "房号", "门牌号", "详细地址"),
        ),
        LATITUDE,
        LONGITUDE,
        COORDINATES,
        Column(
            "lives_alone",
            "独居",
            Kind.FLAG,
            ("是或否", "yes or no"),
            "是",
            aliases=("是否独居",),
            choices=YES,
        ),
        Column(
            "conditions",
            "健康状况",
            Kind.WORDS,
            ("多项用顿号隔开", "several are separated by commas"),
            "高血压、糖尿病",
            aliases=("疾病", "病史", "慢性病"),
            choices=CONDITION_WORDS,
            high=50,
        ),
        Column(
            "risk",
            "风险等级",
            Kind.CHOICE,
            ("普通或高", "normal or high"),
            "普通",
            aliases=("风险",),
            choices=RISK_WORDS,
        ),
        replace(
            text("medication_note", "用药", ("备注", "a note"), "晨服降压药"),
            high=2000,
            aliases=("用药备注", "用药情况"),
        ),
        text(
            "key_holder_name", "钥匙保管人", ("谁有备用钥匙", "who has a key"), "李建国"
        ),
        replace(
            PHONE,
            key="key_holder_phone",
            zh="钥匙保管人电话",
            aliases=("保管人电话",),
            about=("其电话", "their phone"),
            example="",
        ),
        replace(
            text("key_holder_note", "钥匙备注", ("在哪里", "where it is")), high=2000
        ),
        replace(
            text("hospital", "常去医院", ("医院名称", "its name"), "市第一医院"),
            aliases=("医院",),
        ),
        Column(
            "language",
            "语言",
            Kind.CHOICE,
            ("老人用的语言，默认中文", "what the senior speaks; Chinese if blank"),
            choices=LOCALE_WORDS,
        ),
        Column(
            "discharged_on",
            "出院日期",
            Kind.DATE,
            ("最近一次出院", "last left hospital"),
        ),
        Column(
            "expected_interval_s",
            "上报间隔秒",
            Kind.WHOLE,
            ("手环上报间隔，默认 300", "seconds between reports, 300 if blank"),
            aliases=("上报间隔",),
            low=1,
            high=86_400,
        ),
        Column(
            "location_consent",
            "同意定位",
            Kind.FLAG,
            (
                "老人同意随时查看位置；空白为否",
                "the senior agrees that staff may always see where they are; no if blank",
            ),
            "否",
            choices=YES,
        ),
        Column(
            "health_consent",
            "同意健康信息",
            Kind.FLAG,
            (
                "老人同意处理其健康信息；空白为是",
                "the senior agrees that health values are kept; yes if blank",
            ),
            "是",
            choices=YES,
        ),
    ),
    aliases=("老年人", "长者", "senior"),
)
