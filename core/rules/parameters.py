"""Every figure a rules file may hold: its safe corridor, unit and meaning.

They stand in ``corridors.toml``, beside what is in force where nobody set others
(``defaults.toml``).
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple


class Parameter(NamedTuple):
    """One figure of the rules.

    Attributes
    ----------
    name : dotted, as in the file: the section, then the key.
    low, high : the corridor outside of which it is refused.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str


def _parameters(tree: Mapping[str, Any], above: str = "") -> Iterator[Parameter]:
    for key, value in tree.items():
        if "low" in value:
            yield Parameter(f"{above}{key}", **value)
        else:
            yield from _parameters(value, f"{above}{key}.")


PARAMETERS: Final[tuple[Parameter, ...]] = tuple(
    _parameters(
        tomllib.loads(
            files("core.rules").joinpath("corridors.toml").read_text(encoding="utf-8")
        )
    )
)
