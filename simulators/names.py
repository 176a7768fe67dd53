"""Names for invented people: common ones of their generation."""

from typing import Final

import numpy as np

from simulators.model.people import Sex

SURNAMES: Final = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧")
WOMEN: Final = [
    "秀英",
    "桂兰",
    "玉兰",
    "淑珍",
    "凤英",
    "秀兰",
    "桂英",
    "玉珍",
    "淑华",
    "秀珍",
    "兰英",
    "玉英",
    "桂芳",
    "素珍",
    "惠兰",
    "淑芬",
    "月娥",
    "翠花",
]
MEN: Final = [
    "建国",
    "国强",
    "德明",
    "文华",
    "志强",
    "永福",
    "福生",
    "玉林",
    "广林",
    "长生",
    "振华",
    "世荣",
    "宝山",
    "树林",
    "德福",
    "学文",
    "金生",
    "云山",
]


def draw(rng: np.random.Generator, sex: Sex) -> str:
    """A full name, surname first."""
    given = WOMEN if sex == "female" else MEN
    surname = SURNAMES[int(rng.integers(len(SURNAMES)))]
    return surname + given[int(rng.integers(len(given)))]
