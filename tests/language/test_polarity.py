"""What governs a verb of saying: what was not said is no statement, the rest shows it all."""

from itertools import product

import pytest

from bot.model import Stance
from tests.statement_cases import statements_of as said

# A group before a verb of saying by which nothing was said, and the form of the verb after it.
NOT_SAID = (
    "will {base} that {clause}",
    "would {base} that {clause} if anyone asked",
    "might {base} that {clause}",
    "is due to {base} on Friday that {clause}",
    "is expected to {base} that {clause}",
    "is about to {base} that {clause}",
    "has yet to {base} that {clause}",
    "was careful not to {base} that {clause}",
    "stopped short of {ing} that {clause}",
    "rang off without {ing} that {clause}",
    "almost {past} that {clause}",
    "rarely {past} that {clause}",
    "did not, as first reported, {base} that {clause}",
)
# A group that still reports something, and which words of it the cue must have.
SAID = (
    ("did not {base} that {clause}", "did not {base}"),
    ("has never {participle} that {clause}", "has never {participle}"),
    ("refused to {base} that {clause}", "refused to {base}"),
    ("would not {base} that {clause}", "would not {base}"),
    ("could neither {base} nor deny that {clause}", "could neither {base} nor deny"),
    ("no longer {present} that {clause}", "no longer {present}"),
    ("reportedly {past} that {clause}", "reportedly {past}"),
    ("was unable to {base} whether {clause}", "was unable to {base}"),
)
NOBODY = (
    "Nobody", "No one at the tollhouse", "None of the ferrymen", "No ferryman", "Few ferrymen",
    "Neither Ilse Bram nor Olav Trent", "Anyone who", "Not a single ferryman",
)  # fmt: skip
FORMS = (
    {"base": "say", "ing": "saying", "past": "said", "participle": "said", "present": "says"},
    {
        "base": "claim", "ing": "claiming", "past": "claimed", "participle": "claimed",
        "present": "claims",
    },
    {
        "base": "confirm", "ing": "confirming", "past": "confirmed", "participle": "confirmed",
        "present": "confirms",
    },
)  # fmt: skip
SPEAKERS = ("Ilse Bram", "The harbour council", "A spokesman for the ferry")
CLAUSE = "the tollhouse had burned"


@pytest.mark.parametrize("group", NOT_SAID)
def test_what_was_not_said_is_no_statement(group: str) -> None:
    """A future, a condition and an omission tell nothing, whoever speaks and by which verb."""
    for speaker, forms in product(SPEAKERS, FORMS):
        text = f"{speaker} {group.format(clause=CLAUSE, **forms)}."
        assert said(text) == [], text


@pytest.mark.parametrize(("words", "cue"), SAID)
def test_what_turns_a_verb_round_stays_with_it(words: str, cue: str) -> None:
    """Negations, modals and refusals are part of the cue."""
    found = 0
    for speaker, forms in product(SPEAKERS, FORMS):
        for statement in said(f"{speaker} {words.format(clause=CLAUSE, **forms)}."):
            assert statement.cue is not None
            assert cue.format(**forms) in statement.cue.text
            found += 1
    assert found


@pytest.mark.parametrize("nobody", NOBODY)
def test_nobody_said_nothing(nobody: str) -> None:
    """Where nobody, or nobody in particular, speaks there is no statement."""
    for forms in FORMS:
        assert said(f"{nobody} {forms['past']} that {CLAUSE}.") == []


@pytest.mark.parametrize(
    "text",
    [
        "If Ilse Bram says the tollhouse burned, Olav Trent will leave.",
        "Had Ilse Bram said that the tollhouse burned, Olav Trent would have left.",
        "Until Ilse Bram says that the tollhouse burned, nobody will leave.",
        "It is not true that Ilse Bram said the tollhouse burned.",
        "It is unclear whether Ilse Bram said the tollhouse burned.",
        "Nor did Ilse Bram say who burned the tollhouse.",
        "At no point did Ilse Bram say that the tollhouse burned.",
        "Ilse Bram said nothing about the tollhouse.",
        "Ilse Bram said little of the fire.",
        "Ilse Bram made no mention of the tollhouse.",
        "Ilse Bram made no promise that the tollhouse would open.",
        "Ilse Bram did not say anything about the tollhouse.",
        "Ilse Bram all but admitted that the tollhouse burned.",
        "Ilse Bram was misquoted as saying that the tollhouse burned.",
        "Ilse Bram was wrongly quoted as saying that the tollhouse burned.",
        "A forged letter in which Ilse Bram says “I burned it” went round.",
        "Contrary to what Ilse Bram claimed, it never burned.",
        "Once Ilse Bram says the tollhouse burned, the guild will act.",
        "Were Ilse Bram to say the tollhouse burned, the guild would act.",
        "Ilse Bram was to have announced that the tollhouse would open.",
        "Ilse Bram has to explain why the tollhouse burned.",
        "Ilse Bram as good as admitted that the tollhouse burned.",
        "Ilse Bram rang off without so much as mentioning the tollhouse.",
        "Ilse Bram will be unable to turn the guild around and accuse the ferrymen of arson.",
        "A doctored film has Ilse Bram saying the tollhouse is a ruin.",
    ],
)
def test_nothing_is_put_into_a_mouth(text: str) -> None:
    """Conditions, doubts, forgeries, and verbs with nothing as their object tell no statement."""
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "cue", "stance"),
    [
        ("Olav Trent pleaded not guilty to arson.", "pleaded not guilty", Stance.DENIES),
        ("Olav Trent pleaded guilty in May to arson.", "pleaded guilty", Stance.SAYS),
        ("Olav Trent did not deny that it burned.", "did not deny", Stance.SAYS),
        ("Olav Trent has denied that it burned.", "has denied", Stance.DENIES),
        ("Olav Trent did not promise that it would open.", "did not promise", Stance.SAYS),
        ("Olav Trent could not say how it burned.", "could not say", Stance.SAYS),
        ("Olav Trent pleaded no contest to arson.", "pleaded no contest", Stance.SAYS),
        (
            "Olav Trent neither confirmed nor denied that it burned.",
            "neither confirmed nor denied",
            Stance.SAYS,
        ),
        ("Olav Trent would only say that it burned.", "would only say", Stance.SAYS),
        ("Olav Trent went on to say that it burned.", "went on to say", Stance.SAYS),
    ],
)
def test_the_cue_and_the_stance_are_those_of_the_whole_verb_group(
    text: str, cue: str, stance: Stance
) -> None:
    """A plea, a denial and a refusal are told with all their words."""
    [statement] = said(text)
    assert statement.cue is not None
    assert cue in statement.cue.text
    assert statement.stance is stance


@pytest.mark.parametrize(
    "text",
    [
        "Ilse Bram said she would not sign.",
        "Ilse Bram said nothing was wrong with the tollhouse.",
        "Ilse Bram said none of the nine ferrymen had left.",
        "Ilse Bram said little of the tollhouse had burned.",
        "No. 10 said that the tollhouse had burned.",
        "Asked if it burned, Ilse Bram said it did not.",
        "“I must say it burned,” Ilse Bram said.",
        "Ilse Bram said: “It will burn.”",
    ],
)
def test_what_was_said_stays(text: str) -> None:
    """A modal or a negation inside the content is what was said."""
    assert [s for s in said(text) if s.speaker and s.speaker.text in {"Ilse Bram", "No. 10"}]
