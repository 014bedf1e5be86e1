"""The docs link to what exists, name existing files, and list every setting."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "seeds/README.md"])


def page_name(path: Path) -> str:
    """Return the page's path in the repository."""
    return path.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub creates them."""
    return {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path):
    """Each link to a file or heading of this repository leads to it."""
    for file, heading in re.findall(
        r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8")
    ):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not heading or heading in anchors(target.read_text(encoding="utf-8")), heading


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_pages_name_no_local_paths(page: Path):
    """No page names a path of the machine on which it was written."""
    assert (
        re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users)/", page.read_text(encoding="utf-8"))
        == []
    )


def test_the_readme_has_every_setting():
    """README's table has each variable that the reference promises."""
    reference = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^`(SLACK_[A-Z_\s]+)`$", reference, re.MULTILINE)
    table = re.findall(
        r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed.split()) == sorted(re.findall(r"[A-Z_]+", " ".join(table)))


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_pages_name_files_that_exist(page: Path):
    """Each file or folder of the code that a page names exists."""
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:bot|tests|training|config|seeds|findings)/[\w./-]*\w/?", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
