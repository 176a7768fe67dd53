"""The tables of relatives, contacts, wristbands and shifts."""

from dataclasses import replace
from typing import Final

from core.exchange.columns import Column, Kind, Sheet
from core.exchange.vocabulary import (
    KIND_WORDS,
    LOCALE,
    NAME,
    NUMBER,
    PERSON,
    PHONE,
    PLACE_NO,
    PLACES_BY_LEVEL,
    SCOPES,
    SENIOR,
    USERNAME,
    YES,
    text,
)

RELATIVES: Final = Sheet(
    "relatives",
    "家属",
    (
        "每行一名家属与一位老人；有两位老人的家属写两行",
        "one relative of one senior a row; a relative of two seniors has two rows",
    ),
    (
        replace(NUMBER, aliases=(*NUMBER.aliases, "家属编号"), example="F0001"),
        replace(NAME, example="王芳"),
        replace(PHONE, example="13900001234"),
        USERNAME,
        LOCALE,
        *SENIOR,
        replace(
            text("relation", "关系", ("女儿、儿子……", "daughter, son, …"), "女儿"),
            required=True,
            aliases=("与老人关系",),
        ),
        Column(
            "scopes",
            "权限",
            Kind.CHOICES,
            (
                "老人同意其查看什么；空白为状态、警报",
                "what the senior lets them see; status and alerts if blank",
            ),
            "状态、警报",
            aliases=("查看权限",),
            choices=SCOPES,
        ),
        Column(
            "consent",
            "老人已同意",
            Kind.FLAG,
            (
                "新增家属必须为“是”：老人已同意上述权限",
                "must be yes for a new link: the senior has agreed to it",
            ),
            "是",
            aliases=("已同意", "同意"),
            choices=YES,
        ),
    ),
    aliases=("亲属", "家人", "family"),
)
CONTACTS: Final = Sheet(
    "contacts",
    "联系方式",
    (
        "通知发到哪里；核实后才会用",
        "where people are told; used once verified",
    ),
    (
        *PERSON,
        USERNAME,
        Column(
            "kind",
            "方式",
            Kind.CHOICE,
            ("推送、短信、语音、邮件、聊天", "push, sms, voice, email, chat"),
            "推送",
            required=True,
            choices=KIND_WORDS,
        ),
        replace(
            text(
                "url",
                "地址",
                (
                    "Apprise 地址；语音可只填电话号码",
                    "an Apprise URL; of voice the number will do",
                ),
                "ntfys://push.example.org/wang",
            ),
            required=True,
            high=2000,
            aliases=("通知地址",),
        ),
        Column(
            "verified",
            "已核实",
            Kind.FLAG,
            (
                "只有管理员担保（--vouch）时才生效",
                "counts only where an administrator vouches (--vouch)",
            ),
            "否",
            choices=YES,
        ),
    ),
    aliases=("通知方式", "contact"),
)
WRISTBANDS: Final = Sheet(
    "wristbands",
    "手环",
    ("手环，以及谁在戴", "wristbands and who wears them"),
    (
        replace(
            text(
                "device_id",
                "设备号",
                ("通常是 IMEI", "usually the IMEI"),
                "860000000000001",
            ),
            required=True,
            high=64,
            aliases=("IMEI", "手环编号", "设备编号", "手环号", "device"),
        ),
        text("model", "型号", ("厂家型号", "make and model")),
        *SENIOR,
        Column(
            "since",
            "佩戴起",
            Kind.INSTANT,
            ("从何时起佩戴，空白为现在", "worn since; now if blank"),
            aliases=("佩戴时间", "绑定时间"),
        ),
    ),
    aliases=("绑定", "手环绑定", "bindings", "wristband"),
)
SHIFTS: Final = Sheet(
    "shifts",
    "排班",
    ("谁在何处值班", "who is on duty where"),
    (
        *PERSON,
        USERNAME,
        *PLACES_BY_LEVEL,
        PLACE_NO,
        Column(
            "starts_at",
            "开始",
            Kind.INSTANT,
            ("第一次的开始", "of the first time"),
            "2026-12-01 08:00",
            required=True,
            aliases=("开始时间",),
        ),
        Column(
            "ends_at",
            "结束",
            Kind.INSTANT,
            ("第一次的结束", "of the first time"),
            "2026-12-01 18:00",
            required=True,
            aliases=("结束时间",),
        ),
        replace(
            text(
                "rrule",
                "重复",
                ("RFC 5545 规则，空白为一次", "an RFC 5545 rule; once if blank"),
                "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            ),
            high=500,
            aliases=("重复规则",),
        ),
        Column(
            "holidays",
            "节假日",
            Kind.CHOICE,
            ("法定节假日：跳过或仅限", "public holidays: skip or only"),
            choices={"skip": ("跳过",), "only": ("仅限", "仅节假日")},
        ),
    ),
    aliases=("值班", "班次", "shift"),
)
