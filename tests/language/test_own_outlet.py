"""An article credits other outlets for what they reported, and not its own."""

import pytest

from bot.language.analysis import analyse
from bot.model import Article

BODY = (
    "Leonard Ashgrove told the Harbour Gazette that the ferry had been sold to a shipyard in "
    "Norrmark."
)


@pytest.mark.parametrize(
    ("source", "via"),
    [
        ("Trask Courier", "Harbour Gazette"),
        (None, "Harbour Gazette"),
        ("The Harbour Gazette", None),
    ],
)
def test_a_paper_is_no_carrier_in_its_own_pages(source: str | None, via: str | None):
    """An outlet named in another's article is the statement's `via`; in its own it is not."""
    (statement,) = analyse(Article(body=BODY, source=source)).statements
    assert (statement.via.text if statement.via else None) == via
