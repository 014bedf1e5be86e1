"""Whoever an extract means by "he", "she" or "it" is named in what is shown: over all our texts."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.language.analysis import analyse
from bot.language.lexicon import EPITHETS, FEMALE_TITLES, MALE_TITLES, ROLES
from bot.language.mentions import Gender, find_mentions, gender_of
from bot.language.sentences import split_sentences
from bot.model import Article, DigestEntry, StoredArticle, Story
from bot.stories.choice import Choice, FitStory
from bot.stories.composition import compose
from tests.needed_cases import read_needed_cases

TESTS = Path(__file__).parent.parent
NOW = datetime(2026, 3, 17, 12, tzinfo=UTC)
LEANING = re.compile(
    r"\W*(?:he|she|it|they|his|her|its|their|this(?! year)|these|but|and)\b", re.IGNORECASE
)
# Of more than one, and what somebody is said to be who was named before.
MEANT = re.compile(
    r"\W*(?:(?:\w+ ){0,3}(?:of|among) them\b|the (?:\d+-year-old|(?:[a-z]+ )?(?:man|woman|suspect"
    r"|victim|accused|couple|pair|duo|former|latter))\b"
    r"(?! (?:who|in|of|at|from|with|behind)\b|(?-i: [A-Z])))",
    re.IGNORECASE,
)
PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|she|hers?|herself)\b", re.IGNORECASE)


def texts() -> list[str]:
    """Return our own texts: short ones two by two, so that there are others whom "he" may mean."""
    cases = (TESTS / "language" / "data" / "naming.jsonl").read_text(encoding="utf-8").splitlines()
    events = (TESTS / "data" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    short = [json.loads(line)["text"] for line in cases]
    short += [case.text for case in read_needed_cases()]
    features = (TESTS / "data" / "features.txt").read_text(encoding="utf-8").split("\n\n\n")
    seeds = sorted((TESTS.parent / "seeds").glob("*/*.txt"))
    return [
        *("\n\n".join(pair) for pair in zip(short[::8], short[4::8], strict=False)),
        *(json.loads(line)["text"] for line in events),
        *features,
        *(path.read_text(encoding="utf-8") for path in seeds),
    ]


analyse_once = cache(analyse)


def compose_entry(text: str, *, is_muted: bool = False) -> tuple[Article, DigestEntry]:
    """Return an article of a text and the story that a digest makes of it."""
    article = Article(text, "News of the day", None, "Northern Wire", published=NOW)
    stored = StoredArticle(1, 1, None, NOW, article, analyse_once(article))
    spoken = [each.actor for each in stored.analysis.statements if each.actor]
    muted = [spoken[0].name.text] if is_muted and spoken else []
    fit = FitStory(Story(1, (stored,)), (stored,))
    digest = compose(Choice((fit,), ()), now=NOW, zone="UTC", since=NOW, topic=None, muted=muted)
    return article, digest.entries[0]


def names(shown: str, gender: Gender) -> bool:
    """Tell whether a name or a noun for a person stands in a text that may be of a gender."""
    genders = [m.gender or gender_of(m.words) for m in find_mentions(shown, split_sentences(shown))]
    persons = ROLES | EPITHETS | FEMALE_TITLES | MALE_TITLES
    genders += [gender_of([word]) for word in persons.intersection(re.findall(r"[a-z]+", shown))]
    return any(each in {None, gender} for each in genders)


def faults(article: Article, entry: DigestEntry) -> list[str]:
    """Return the sentences of an extract that lean on what is not shown."""
    sentences = [sentence.end for sentence in split_sentences(article.body)]
    ends = [citation.span.end for citation in entry.extract]
    found, shown = [], ""
    for citation in entry.extract:
        sentence = citation.span.text
        number = sentences.index(citation.span.end)
        leans = LEANING.match(sentence) or MEANT.match(sentence)
        if leans and (number == 0 or sentences[number - 1] not in ends):
            found.append(sentence)
        for pronoun in PRONOUN.finditer(sentence):
            gender = Gender.MALE if pronoun[1] else Gender.FEMALE
            if not names(f"{shown} {sentence}", gender):
                found.append(sentence)
        shown += sentence
    return found


@pytest.mark.parametrize("is_muted", [False, True])
def test_nobody_is_meant_who_is_not_named(*, is_muted: bool) -> None:
    """No extract opens with a pronoun whose sentence before is left out, or names no such one.

    So it is, too, where what the first speaker says is left out.
    """
    composed = [compose_entry(text, is_muted=is_muted) for text in texts()]
    assert [fault for each in composed for fault in faults(*each)] == []
    assert sum(bool(entry.extract) for _, entry in composed) > 0.8 * len(composed)


@pytest.mark.parametrize(
    "leaning",
    [
        "He has been under investigation since May.",
        "His sons have been jailed twice.",
        "Police in Sund said he had been drinking.",
        "The 54-year-old has admitted the theft.",
        "This was a crime.",
    ],
)
def test_what_leans_on_a_statement_is_not_left_without_it(leaning: str) -> None:
    """The speaker's words stand below the extract, whose other sentence names another man."""
    text = (
        "The head of the Sund savings bank, Karl Ost, will leave at the end of the year.\n\n"
        f"Treasurer Peter Olm warned that losses would reach 90 million crowns. {leaning}"
    )
    _, entry = compose_entry(text)
    shown = [citation.span.text for citation in entry.extract]
    assert shown
    assert leaning not in shown or any("Olm" in sentence for sentence in shown)
