"""Titles made from a first sentence end where they still read well."""

import pytest

from bot.language.sentences import split_sentences
from bot.language.summaries import make_title

ROOM = 200


def title(body: str) -> str:
    """Return the title of a text."""
    return make_title(body, split_sentences(body)).text


LEADS = {
    "stated": "Ingrid Halloway, the prime minister of Norrmark, stated on Tuesday that no town "
    "in the valley would be "
    "given up to the river.",
    "lost": "Grennick Shipping, which lost two tugs in the gale off Castra Bay, said its crews "
    "were safe and would "
    "sail on Monday.",
    "has": "A former mayor of Dunholt, the oldest port on the Sunder coast, has been found "
    "guilty of selling its "
    "lighthouse twice to the same buyer.",
}


@pytest.mark.parametrize(("verb", "body"), LEADS.items())
def test_a_cut_title_keeps_its_verb(verb: str, body: str):
    """A long first sentence is not cut before its verb."""
    words = title(body).split()
    assert verb in words
    assert len(title(body)) <= ROOM


def test_a_title_ends_with_a_clause_behind_its_verb():
    """Where a clause ends behind the verb, the title ends there and not at a later word."""
    body = (
        "The iron bridge at Pelany was closed on Monday to lorries and to buses, when its "
        "inspector had found bolts in the oldest pier from which the rust came off by the spoonful "
        "and a nest of gulls in the place of one that nobody had missed."
    )
    assert title(body) == ("The iron bridge at Pelany was closed on Monday to lorries and to buses")


def test_a_sentence_without_a_clause_to_cut_at_is_the_title_as_it_stands():
    """Cut short, "no plans to close the two oldest locks" would say something else."""
    body = (
        "Sunder Harbour Master Ottilie Grane has stated that the port has no worked-out plans "
        "for closing the two "
        "oldest locks. She gave no date."
    )
    assert title(body) == body.partition(". ")[0]


def test_a_short_first_sentence_is_the_title_without_its_stop():
    """Nothing is cut that fits; a headline has no full stop."""
    assert title("The ferry sank. Nobody was aboard.") == "The ferry sank"


def test_a_title_in_another_language_is_cut_at_its_clause():
    """The test for English verbs does not keep a German sentence from its clause."""
    body = (
        "Die Brücke bei Pelany bleibt bis zum Frühling für den Verkehr gesperrt, weil ein Prüfer "
        "am Montag durch "
        "ihren Belag getreten ist und die Bolzen des ältesten Pfeilers den Winter nach Ansicht der "
        "Fachleute kaum überstehen werden."
    )
    assert title(body) == (
        "Die Brücke bei Pelany bleibt bis zum Frühling für den Verkehr gesperrt, weil ein Prüfer "
        "am Montag durch ihren Belag getreten ist"
    )


BEHIND = " as it had stood for eleven years in each of the books of the bank in the capital"
RELATIVE = (
    "Karl Ost, who ran the savings bank for eleven years and was praised on Monday, because it "
    "came through the winter of the strike, left the hall by a side door in silence."
)
TAKEN_BACK = (
    "The savings bank may have been robbed of ninety million crowns by its own treasurer, who kept "
    "the books of its oldest branch, but the inquiry found that not a crown of it is missing"
    + BEHIND
)
NAME = (
    "Everybody in the valley had waited since the spring of the flood for the signature of a judge "
    "below the warrant for the arrest in Amar of the famous General Augusto Marten the man of the "
    "dam "
    "and of the two towns behind it that were given up to the river" + BEHIND
)


@pytest.mark.parametrize(
    ("body", "ends"),
    [(RELATIVE, "in silence"), (TAKEN_BACK, "own treasurer"), (NAME, "the arrest")],
    ids=["relative clause", "taken back", "name"],
)
def test_a_title_is_not_cut_where_it_would_say_something_else(body: str, ends: str):
    """No title ends in a clause that is not the sentence's, before "but", or within a name."""
    assert title(body).endswith(ends)
