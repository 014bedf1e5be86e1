"""The pages at the front door tell the truth about the house."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs/design.md",
    ROOT / "seeds/README.md",
]


def name(path: Path) -> str:
    """Give the page's path in the repository."""
    return path.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """Give the addresses of a page's headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path):
    """Each link to a page of this repository has that page, each link into the page that heading."""
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)
    assert [file for file, _ in targets if file and not (page.parent / file).exists()] == []
    assert [heading for file, heading in targets if heading and not file and heading not in anchors(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_name_nothing_of_one_machine(page: Path):
    """No page names a path of the machine it was written on."""
    assert re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users)/", page.read_text(encoding="utf-8")) == []


def test_the_readme_has_every_setting():
    """README's table has each variable that the design promises."""
    design = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"Settings by environment or `\.env`: `([A-Z_\s]+)`", design)
    table = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed.split()) == sorted(re.findall(r"[A-Z_]+", " ".join(table)))
