"""Every relative link in the documentation leads to a file, and to a heading in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(
    r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:href|src)=\"([^\"]+)\""
)


def prose(page: Path) -> str:
    """A page without its code, in which brackets mean something else."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"```.*?```|`[^`\n]*`", "`code`", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def relative_links(page: Path) -> list[str]:
    found = (first or second for first, second in LINK.findall(prose(page)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def broken(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return True
    return bool(anchor and target.suffix == ".md" and anchor not in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    assert [link for link in relative_links(page) if broken(page, link)] == []


def test_a_link_is_seen_and_a_dead_one_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b\n[x](y.md) [y](#a-b) [z](#c) `[q](r.md)` [w](https://e)\n")
    assert relative_links(page) == ["y.md", "#a-b", "#c"]
    assert [link for link in relative_links(page) if broken(page, link)] == [
        "y.md",
        "#c",
    ]


def test_the_readmes_link_to_the_documentation() -> None:
    assert all(relative_links(page) for page in PAGES if page.parent == ROOT)
