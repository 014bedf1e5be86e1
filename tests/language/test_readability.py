"""Does a sentence read by itself? Told by how it opens, by who speaks in it, and by its quotes."""

import itertools

import pytest

from bot.language.readability import find_whole, needs_context, reads_after
from bot.language.sentences import split_sentences
from bot.model import Span

POINTING = [
    "He left the harbour at dawn.",
    "But the ministry of ports refused.",
    "They’re waiting for a second ferry.",
    "That's what the owners wanted.",
    '"It was dark," said the cook.',
    "This was refused.",
    "There it lay for a week.",
    "The former lost.",
    "For example, bread is dear.",
    "After his speech the hall was empty.",
    "Because of those debts the line was sold.",
    "Some of them will not return.",
    "In the letter, she told the owners to stop.",
    "Two years ago, he was a pilot.",
    "On Monday, he asked for leave to sail.",
    "In March, 2024, she sold the line.",
    "If convicted, he faces ten years in jail.",
    '"We heard the mast break," he said.',
    '"We heard the mast break."',
    "Police in Port Vale said he had been drinking.",
    "Mayor Ann Lee said he should resign.",
    "Prosecutors have not said where his boat was found.",
    "On Monday a court in Trask sent her to prison.",
    "Sadly, she was never found.",
    "The 54-year-old was jailed in May.",
    "The singer has been under investigation since May.",
    "Divers said this was wrong.",
    "In a letter, it told the owners to stop.",
    "Which is what the mayor had feared.",
    "Who also owns the pier.",
    "Er verließ den Hafen.",
    "Pero la ministra lo negó.",
]
STANDING = [
    "This week the harbour reopens.",
    "There are no other boats.",
    "That day nobody sailed.",
    "At its own cost the town built a pier.",
    "The ferry sank on Monday.",
    "Which of the ferries will sail?",
    "Divers look for the parents of Army Sgt. Brek Orlund after his rescue.",
    "One of the boats is old.",
    "When Ann Lee came home, she found the letter.",
    "As Karen Olt left the hall, she waved.",
    "In the letter, the owners promise a new boat.",
    "Heather grows on the island.",
    "Thematic stamps are dear.",
    '"We heard the mast break," said Olen Tarr.',
    "Sie-Foundation wins.",
    "Mayor Ann Lee said she would resign.",
    "Hours after he fled, the singer Lee Marsh was found.",
    "Marsh said his boat was safe.",
    "A fisherman said he had seen nothing.",
    "The singer Lee Marsh has been under investigation since May.",
    "The man who sold the boat was jailed.",
    "The 54-year-old pilot Lee Marsh was jailed.",
]


@pytest.mark.parametrize("sentence", POINTING)
def test_a_sentence_that_points_back_needs_context(sentence: str):
    """It opens with a word whose meaning stood before it, or leaves out who is meant."""
    assert needs_context(sentence)


@pytest.mark.parametrize("sentence", STANDING)
def test_a_sentence_that_names_what_it_is_about_stands(sentence: str):
    """A time, a name before the pronoun, or a longer word with the same start is no reference."""
    assert not needs_context(sentence)


def test_a_quote_that_runs_on_leaves_its_sentences_in_halves():
    """Of three sentences in one pair of marks none is whole; what follows it is."""
    text = 'Olen Tarr said: "It broke. It was dark. We waited." All were saved.'
    cuts = [0, 26, 39, 52, len(text)]
    spans = [Span.of(text, a, b) for a, b in itertools.pairwise(cuts)]
    assert find_whole(spans) == [False, False, False, True]


TWO = "Ferry captain Peter Holm spoke on Monday. The inquiry goes on. He was jailed. She was not."


@pytest.mark.parametrize(
    ("number", "shown", "reads"),
    [
        (1, [], True),
        (2, [0, 1], True),
        (2, [0], False),
        (2, [1], False),
        (3, [0, 1, 2], False),
    ],
)
def test_whom_a_sentence_means_is_named_right_before(number: int, shown: list[int], *, reads: bool):
    """The sentences shown before it without a gap name a man for "he", a woman for "she"."""
    sentences = split_sentences(TWO)
    before = [sentences[i] for i in shown]
    assert reads_after(TWO, sentences[number], before, "en") is reads


def test_pronouns_are_english_in_english_alone():
    """What is "her" in English means "here" in Danish, and nobody."""
    sentence = "Færgen kom ikke her i mandags."
    assert not needs_context(sentence, "da")
