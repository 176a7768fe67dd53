"""The consent forms as they are read out: shipped with a version, told as data."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from core.privacy.consents import Purpose


class Form(NamedTuple):
    """One form: for what, which version, and its words in both languages."""

    purpose: Purpose
    version: str
    chinese: str
    english: str


@cache
def forms() -> tuple[Form, ...]:
    """The forms that are in use; a consent names the version it was given to."""
    text = files("core.privacy").joinpath("forms.toml").read_text(encoding="utf-8")
    return tuple(
        Form(
            Purpose(name),
            f"{name}-{one['version']}",
            one["zh"].strip(),
            one["en"].strip(),
        )
        for name, one in tomllib.loads(text).items()
    )
