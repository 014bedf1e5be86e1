"""A transcript is its speakers' words: who they are, what counts, what heads and sums it up."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.language.analysis import analyse
from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.model import ActorKind, Analysis, Article, QuotationType, TurnKind
from bot.reading import read
from bot.reading.turns import SpokenParagraph, SpokenTurn, compose_transcript
from bot.store.article_rows import pack_analysis, unpack_analysis

BRIEFING = Path(__file__).parent.parent / "reading" / "data" / "briefing.txt"
OWNED = "We own all of it, and have done so since the flood."
Said = tuple[str, str | None, str]


@pytest.fixture(scope="module")
def briefing() -> tuple[Article, Analysis]:
    """Return the sample briefing and what is found in it."""
    article = read(BRIEFING.read_bytes()).articles[0]
    return article, analyse(article)


def said_in(analysis: Analysis) -> list[Said]:
    """Return who, in which role, said which words, in text order."""
    statements = sorted(analysis.statements, key=lambda s: s.content[0].start)
    return [
        (
            s.actor.name.text if s.actor else "",
            s.actor.role.text if s.actor and s.actor.role else None,
            " … ".join(" ".join(span.text.split()) for span in s.content),
        )
        for s in statements
    ]


def said(text: str) -> list[Said]:
    """Return who said what in a text."""
    return said_in(analyse(Article(body=text)))


def test_turns_are_their_speakers_words(briefing: tuple[Article, Analysis]) -> None:
    """Each has the full name and office of the head; an interrupted sentence is one statement."""
    brandt = "Ola Brandt", "Ferry Minister's Spokesman"
    assert said_in(briefing[1]) == [
        (*brandt, "Good afternoon, everyone."),
        (*brandt, "The north pier will open on Friday."),
        (*brandt, "No. He has said that he -- … stays until the spring."),
        ("VAN HALE", None, "That is right."),
        (
            "Jo McKay",
            "Acting Harbor Administrator",
            "We will publish the report … next week.",
        ),
        ("SENIOR FERRY OFFICIAL #1", None, "Most of it."),
        ("MODERATOR", None, "One more question."),
        ("THE MINISTER", None, "I will sign nothing before Friday. … That is my word."),
    ]


@pytest.mark.parametrize("name", ["Roe Marsh, doña Ida", "Ida Minister Roe", "Roe, Ms. Ida"])
def test_a_title_inside_a_name_is_a_part_of_it(name: str) -> None:
    """Only titles that a mark begins with are no part of a speaker's name."""
    words = "The north pier is safe.", "The south pier closed on Friday.", "It opens in May."
    spoken = [
        SpokenTurn(speaker, (SpokenParagraph(text),))
        for speaker, text in zip((name, "Jon Feld", name), words, strict=True)
    ]
    body, turns = compose_transcript([], spoken)
    told = said_in(analyse(Article(body=body, turns=turns)))
    assert {speaker for speaker, _, _ in told} == {name, "Jon Feld"}


def test_a_turn_is_direct_and_its_mark_the_cue(briefing: tuple[Article, Analysis]) -> None:
    """A reader sees the very words, and no verb that nobody wrote."""
    for statement in briefing[1].statements:
        assert statement.form is QuotationType.DIRECT
        assert statement.line == statement.content
        assert statement.cue
        assert statement.cue.text == ":"


def test_substance_goes_before_greetings_and_chairs(briefing: tuple[Article, Analysis]) -> None:
    """What was said first of all is "Good afternoon", and it is no key statement."""
    best, *_ = briefing[1].statements
    last = {s.content[0].text for s in briefing[1].statements if s.score < 0.1}
    assert best.content[0].text.startswith("The north pier will open on Friday.")
    assert {"Good afternoon, everyone.", "One more question."} <= last


def test_the_extract_says_whose_words_it_is_made_of(briefing: tuple[Article, Analysis]) -> None:
    """Each piece begins with the mark of its turn."""
    article, analysis = briefing
    marks = {turn.mark.text for turn in article.turns}
    assert analysis.extract
    for span in analysis.extract:
        assert span.holds_in(article.body)
        assert any(span.text.startswith(mark) for mark in marks)


def test_an_analysis_keeps_its_turns(briefing: tuple[Article, Analysis]) -> None:
    """They come back equal from what is stored."""
    article, analysis = briefing
    assert analysis.turns == article.turns
    assert unpack_analysis(pack_analysis(analysis, article.body), article.body) == analysis


def test_without_a_headline_the_chief_speaker_heads_it(briefing: tuple[Article, Analysis]) -> None:
    """Its first words of substance, not the greeting."""
    article = replace(briefing[0], headline=None)
    title = analyse(article).title
    assert title.holds_in(article.body)
    assert title.text.startswith("The north pier will open on Friday")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # an office that one person has
            (
                "Remarks by Premier Ada Lind\n\nMR. FELD: The Premier has the word, and I leave."
                "\n\nTHE PREMIER: We will build the pier in the spring."
            ),
            [
                ("FELD", None, "The Premier has the word, and I leave."),
                ("Ada Lind", "Premier", "We will build the pier in the spring."),
            ],
        ),
        (  # two of one name are told apart by title, or not at all
            (
                "With Mr. Tom Berg and Ms. Ida Berg.\n\nMS. BERG: The boats are safe to sail."
                "\n\nMR. BERG: The boats were never safe to sail."
            ),
            [
                ("Ida Berg", None, "The boats are safe to sail."),
                ("Tom Berg", None, "The boats were never safe to sail."),
            ],
        ),
        (  # named in full by another, lower down
            (
                "MR. ROE: Our engineer Lena Ostrow will tell you of the fault in the pump."
                "\n\nMS. OSTROW: The fault was a broken valve in the pump."
            ),
            [
                ("ROE", None, "Our engineer Lena Ostrow will tell you of the fault in the pump."),
                ("Lena Ostrow", "engineer", "The fault was a broken valve in the pump."),
            ],
        ),
    ],
)
def test_names_are_joined_to_full_ones(text: str, expected: list[Said]) -> None:
    """By last name, title and office, wherever the text names them; in doubt as printed."""
    assert said(text) == expected


def test_a_peers_title_is_a_part_of_the_name() -> None:
    """So is the place; the office is told beside it."""
    debate = (
        b"<publicwhip><speech speakername='Lord Vale of Skarn' speakeroffice='Lord in Waiting'>"
        b"<p>The pier is safe to walk on.</p></speech><speech speakername='Baroness Orr'>"
        b"<p>The pier was never safe to walk on.</p></speech></publicwhip>"
    )
    assert said_in(analyse(read(debate).articles[0])) == [
        ("Lord Vale of Skarn", "Lord in Waiting", "The pier is safe to walk on."),
        ("Baroness Orr", None, "The pier was never safe to walk on."),
    ]


def test_what_others_are_reported_to_have_said_stays_theirs() -> None:
    """A report in a turn is its speaker's statement too; in a question it is nobody's."""
    text = (
        "MS. ORR: Mayor Ida Roe said on Friday that no pier would close before winter.\n\n"
        "Q   Tom Hale said that two piers would close.  Is that so?\n\n"
        "MS. ORR: I said nothing of the kind about the piers."
    )
    body = read(text.encode()).articles[0].body
    found = find_statements(body, split_sentences(body))
    reports = [(s.actor.name.text, s.form) for s in found if s.actor and s.found_by != "turn"]
    assert reports == [("Ida Roe", QuotationType.INDIRECT)]
    assert {s.actor.name.text for s in found if s.actor} == {"ORR", "Ida Roe"}


def test_a_named_askers_question_is_told_last() -> None:
    """Whoever asks by name said it; an answer tells more."""
    text = (
        "KAI ATWELL, HARBOUR ANALYST: The pier has been in use since the flood.\n\n"
        "DALE BRINK, ANCHOR: And who pays for all of its repairs?\n\n"
        "ATWELL: The county pays for all of them out of the harbour dues."
    )
    told = sorted(analyse(Article(body=text)).statements, key=lambda one: -one.score)
    assert [(one.actor and one.actor.name.text, one.content[0].text) for one in told] == [
        ("KAI ATWELL", "The county pays for all of them out of the harbour dues."),
        ("KAI ATWELL", "The pier has been in use since the flood."),
        ("DALE BRINK", "And who pays for all of its repairs?"),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "asked the Minister when the pier would be open.",
        "1. What progress her Department has made on the pier.",
        "To ask the Minister of Ports, whether the pier is open.",
    ],
)
def test_what_a_record_prints_of_a_question_is_no_statement(question: str) -> None:
    """It tells what was asked; the answer is a statement."""
    record = (
        '<publicwhip><minor-heading id="a/2026-03-17.1">Piers</minor-heading>'
        f'<ques speakername="Ida Roe"><p>{question}</p></ques>'
        '<reply speakername="Tom Hale"><p>The pier at Velm is open.</p></reply></publicwhip>'
    )
    (article,) = read(record.encode()).articles
    told = analyse(article).statements
    assert [one.content[0].text for one in told] == ["The pier at Velm is open."]


def test_nameless_officials_are_unnamed() -> None:
    """They are shown as printed, and are no persons."""
    text = (
        "SENIOR TRADE OFFICIAL TWO: The accord will be signed in the spring.\n\n"
        "Q   When?\n\nSENIOR TRADE OFFICIAL TWO: In the second week of May, we hope."
    )
    assert {s.actor.kind for s in analyse(Article(body=text)).statements if s.actor} == {
        ActorKind.UNNAMED
    }


@pytest.mark.parametrize(
    "text",
    [
        "NOTE: The ferry was late.\n\nUPDATE: It sailed at nine.",
        "VELM: The mayor left.\n\nORM: The school burned.\n\nSKARN: It rained.",
        "WATCH: Ferry on fire.\n\nThe ferry burned at Velm on Friday, and nobody was hurt.",
        "SERVES: 8 people\nOVEN: Heat it first.\n\nDOUGH: Rub it.\n\nDOUGH: Roll it thin.",
        "CASE: 26-11, Roe v. Feld\n\nSTATUS: Heard on May 2\n\nCASE: 26-12\n\nSTATUS: Open",
        "WHAT: The road is closed.\n\nCONTACT: Ida Roe.\n\nWHO: All.\n\nCONTACT: Police.",
        "VELM: We lost a ferry.\n\nSKARN: It rained.\n\nVELM: We lost the mayor, too.",
        "PRICE: We paid less.\n\nSCREEN: I could read it.\n\nPRICE: Ours was 79 crowns.",
        "REPORTER: Ida Roe\n\nEDITOR: Tom Hale\n\nSHOWER: Keep it short.",
        "PSALM 23: He leads me.\n\nISAIAH 40: Comfort me.\n\nPSALM 23: I shall not want.",
        "The Boat\n\nEXT. PIER - NIGHT\n\nIDA: You are late.\n\nTOM: I am.\n\nIDA: And the boat?",
        "The sign read MR. LEE: KEEP OUT. Nobody did, and the pond froze over in January.",
    ],
)
def test_headings_in_capitals_are_no_marks(text: str) -> None:
    """Nobody takes turns there."""
    assert read(text.encode()).articles[0].turns == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # lists above the turns, a note below
            (
                "PANEL ON SAND\n\nSPEAKERS: Ida Roe, Tom Hale\n\nHOST: Jo Feld\n\n"
                "JO FELD: Who owns the sand?\n\nIDA ROE: The state owns every grain of it.\n\n"
                "TOM HALE: Not ours.\n\nIDA ROE: I doubt that.\n\nNOTE: Edited for length."
            ),
            [
                ("JO FELD", None, "Who owns the sand?"),
                ("IDA ROE", None, "The state owns every grain of it."),
                ("TOM HALE", None, "Not ours."),
                ("IDA ROE", None, "I doubt that."),
            ],
        ),
        (  # an office in small letters behind the name
            (
                "JO FELD, host: Who owns the sand?\n\nIDA ROE, minister of ports: "
                f"{OWNED}\n\n"
                "JO FELD: Tom?\n\nTOM HALE, quarry owner: I own mine."
            ),
            [
                ("JO FELD", "host", "Who owns the sand?"),
                ("IDA ROE", "minister of ports", OWNED),
                ("JO FELD", None, "Tom?"),
                ("TOM HALE", "quarry owner", "I own mine."),
            ],
        ),
        (  # a subject that looks like a mark, and participants
            (
                "TRANSCRIPT: Call on the Ferry\n\nPARTICIPANTS:\nIda Roe, Minister of Ports\n\n"
                "MODERATOR: Welcome.\n\nMS. ROE: The ferry sails again."
            ),
            [("MODERATOR", None, "Welcome."), ("MS. ROE", None, "The ferry sails again.")],
        ),
        (  # one speaker, framed by a clock
            (
                "Velm Hall\n\n2:05 P.M.\n\nTHE PREMIER:  The pier will open on Friday.\n\n"
                "Nobody will pay for it.\n\nEND 2:10 P.M."
            ),
            [("THE PREMIER", None, "The pier will open on Friday. Nobody will pay for it.")],
        ),
        (  # music and applause
            (
                "IDA ROE: We sing of the boats in the harbor.  \u266a Row, row \u266a\n\n"
                "TOM HALE: Do we?\n\n"
                "IDA ROE: We do. (Applause.)"
            ),
            [
                ("IDA ROE", None, "We sing of the boats in the harbor."),
                ("TOM HALE", None, "Do we?"),
                ("IDA ROE", None, "We do."),
            ],
        ),
    ],
)
def test_whose_turns_a_text_has(text: str, expected: list[Said]) -> None:
    """Lists, labels and notes are nobody's words, and belong to no turn."""
    turns = read(text.encode()).articles[0].turns
    assert [
        (
            turn.speaker.text if turn.speaker else "",
            turn.role.text if turn.role else None,
            " ".join(words.text for words in turn.words),
        )
        for turn in turns
    ] == expected


def test_what_is_printed_between_parts_two_statements() -> None:
    """A letter in the record is nobody's speech, and what follows is not told as its words."""
    record = (
        "  Mr. ORR. Madam President, the bill takes forty boats from us.\n  The letter says:\n"
        "       The boats are old. Nobody wants them.\n  I want them back.\n"
        "  Mr. DAHL. Mr. President, I yield five minutes to the Senator.\n"
    )
    analysis = analyse(read(record.encode()).articles[0])
    assert [words for _, _, words in said_in(analysis)] == [
        "Madam President, the bill takes forty boats from us. The letter says:",
        "I want them back.",
        "Mr. President, I yield five minutes to the Senator.",
    ]
    (given,) = (each for each in analysis.statements if "yield" in each.content[0].text)
    assert given.score < 0.1


def test_what_a_record_lists_is_not_said() -> None:
    """Bills that are introduced, with who brings them in, and rules belong to no turn."""
    record = (
        "  Mr. ORR. I want our forty boats back before the winter comes.\n"
        "                 ______\n\n      By Mr. DAHL (for himself and Ms. TARN):\n"
        "  S. 211. A bill to sell the boats; to the Committee on Rivers.\n\n"
        "      By Mr. ROE:\n  S. 212. A bill to buy boats; to the Committee on Rivers.\n\n"
        "  Mr. ROE. Mr. President, we need nine boats on the upper river.\n"
    )
    assert [words for _, _, words in said_in(analyse(read(record.encode()).articles[0]))] == [
        "I want our forty boats back before the winter comes.",
        "Mr. President, we need nine boats on the upper river.",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        # Handed in by its speaker; with what is printed in it.
        "<bullet> Mr. ROE. I handed this in.\n  And this.<bullet>\n",
        "<bullet> Mr. ROE. I handed this in.\n\n       Sec. 1. I sell.\n       Sec. 2.<bullet>\n",
        "&lt;bullet&gt; Mr. ROE. I handed this\nin. &lt;bullet&gt;\n",
        "  <bullet> Mr. ROE. I handed this in.\n<bullet>\n",
        # Two, one below the other.
        "<bullet> Mr. ROE. I did.<bullet>\n<bullet>  Ms. VIK. I handed it in.<bullet>\n",
        # A part of a speech, and the end of a paragraph.
        "  Mr. ROE. We sail today.\n  <bullet> I handed this in.<bullet>\n  We sail again.\n",
        "  Mr. ROE. We sail today. <bullet> I handed this in. <bullet> We sail again.\n",
        "  Mr. ROE. We sail today. <bullet>I handed this in.</bullet> We sail again.\n",
        # Nothing closes it: at a mark it holds for the statement, else for the paragraph.
        "<bullet> Mr. ROE. I handed this in.\n  And this.\n",
        "  Mr. ROE. We sail today.\n<bullet> I handed this in.\n  We sail again.\n",
        # Nothing opens it: it ends a statement.
        "  Mr. ROE. I handed this in.\n  And this too.<bullet>\n",
    ],
)
def test_what_a_record_has_between_bullets_was_handed_in(statement: str) -> None:
    """The Congressional Record: a bullet stands round statements that nobody spoke on the floor."""
    record = (
        f"  Ms. DAHL. The north pier opens on Friday.\n{statement}"
        "  Mr. McALLEN. I have voted for forty boats.\n"
        "  The CHAIR. The time is up.\n"
    )
    article = read(record.encode()).articles[0]
    sailing = ["We sail today.", "We sail again."] if "We sail" in statement else []
    turns = [turn for turn in article.turns if turn.kind is not TurnKind.WRITTEN]
    words = [words.text for turn in turns for words in turn.words]
    expected = ["The north pier opens on Friday.", *sailing, "I have voted for forty boats."]
    assert words == [*expected, "The time is up."]
    assert "I handed" not in str(said_in(analyse(article)))
    assert "<" not in article.body


def test_a_record_of_what_was_handed_in_alone_tells_nothing() -> None:
    """Not even of "I": it has a turn, whose words nobody spoke."""
    record = (
        "[Island Record Volume 12, Number 8 (Tuesday, January 27, 2026)]\n\n"
        "                  TRIBUTE TO IDA BERG\n\n"
        "<bullet> Mr. ROE. Madam President, I believe that Ida Berg has served us well.\n"
        "  I said in May that we owe her forty boats.<bullet>\n"
    )
    article = read(record.encode()).articles[0]
    assert [(turn.kind, len(turn.words)) for turn in article.turns] == [(TurnKind.WRITTEN, 2)]
    assert said_in(analyse(article)) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"segments": [{"speaker": "Ida", "body": "We sail."}, {"speaker": "", "body": "No."}]}',
        (
            "<cite>Ida</cite><time>1</time><p>We sail.</p><cite></cite><time>2</time><p>No.</p>"
            "<cite>Tom</cite><time>3</time><p>Yes.</p>"
        ),
    ],
)
def test_an_empty_name_is_somebody_else(text: str) -> None:
    """The last speaker goes on only where no name is given at all."""
    turns = read(text.encode()).articles[0].turns
    assert [turn.speaker.text if turn.speaker else None for turn in turns[:2]] == ["Ida", None]


def test_nobody_speaks_below_the_end() -> None:
    """Neither what tells that all is over nor whom to ask belongs to the last turn."""
    text = (
        "Remarks on the dam above Velm\n\n"
        "GOVERNOR ROE: The dam will hold, as it has held since the great flood.\n\n"
        "DR. ARNO: It may break tonight.\n\n{}\n\n"
        "The office of the governor serves nine towns."
    )
    for end in ("(The call ended.)", "For more information, call us.", "(END OF TRANSCRIPT)"):
        turns = read(text.format(end).encode()).articles[0].turns
        assert [words.text for words in turns[-1].words] == ["It may break tonight."]


def test_a_page_of_questions_and_answers_is_no_transcript() -> None:
    """Where nobody is named who answers, what it reports is read as in any article."""
    text = (
        "The card comes in May.\n\nQ: Who needs it?\n\nA: All of us, said Ida Roe on Friday, who"
        " runs the buses.\n\nQ: When?\n\nA: From May."
    )
    assert analyse(Article(body=text)).turns == ()


def test_an_article_goes_on_below_a_dialogue_in_it() -> None:
    """Its prose is nobody's turn; what it reports is as it is in any article."""
    text = (
        "The judge in Velm would not hear of a third delay of the ferry trial on Monday, again.\n\n"
        "THE COURT: How many delays do you need?\n\nMR. MARSH: One more, for our engineer.\n\n"
        "THE COURT: You will be here on Friday.\n\n"
        "Marsh said after the hearing that he would be there.\n\n"
        "The ferry has been out of service since last summer, when its hull cracked off Skarn."
    )
    found = said(text)
    assert ("COURT", None, "You will be here on Friday.") in found
    assert not any("ferry has been" in words for _, _, words in found)


@pytest.mark.parametrize(
    ("head", "mark", "name", "role"),
    [
        ("Remarks by Governor Ada de la Cruz", "GOVERNOR DE LA CRUZ", "Ada de la Cruz", "Governor"),
        (
            "PRESS GAGGLE BY PRESS SECRETARY PAM ST. CLAIR",
            "MS. ST. CLAIR",
            "PAM ST. CLAIR",
            "PRESS SECRETARY",
        ),
    ],
)
def test_names_of_several_words_are_whole(head: str, mark: str, name: str, role: str) -> None:
    """Particles and saints are parts of a name; "by" parts an occasion from an office."""
    text = f"{head}\n\n{mark}: The pier opens on Friday.\n\nQ   And then?\n\n{mark}: It stays."
    assert {told[:2] for told in said(text)} == {(name, role)}


@pytest.mark.parametrize("mark", ["MS. DAHL", "DAHL"])
@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("SKARN (IP) - Harbor Secretary Lena Dahl met reporters on Monday.", "Harbor Secretary"),
        ("Harbor secretary Lena Dahl met reporters on Monday.", "Harbor secretary"),
        ("The harbor secretary, Lena Dahl, met reporters on Monday.", "harbor secretary"),
        ("Press Conference with the Harbor Secretary, Lena Dahl", "Harbor Secretary"),
        ("With us was our Harbor Secretary, Lena Dahl, who spoke first.", "Harbor Secretary"),
        ("Lena Dahl, the harbor secretary, met reporters on Monday.", "harbor secretary"),
        ("Interview of Harbor Commissioner Lena Dahl by Bo Kern", "Harbor Commissioner"),
        ("U.S. Harbor Director Lena Dahl Speaks in Skarn", "U.S. Harbor Director"),
        ("Skarn's Harbor Minister Lena Dahl met reporters.", "Harbor Minister"),
        ("Weekly briefing by Harbor Board Spokeswoman Lena Dahl", "Harbor Board Spokeswoman"),
        ("Mayor Bo Kern and Secretary of the Harbor Lena Dahl", "Secretary of the Harbor"),
        ("MAYOR BO KERN AND MINISTER FOR PIERS LENA DAHL", "MINISTER FOR PIERS"),
        ("Briefing by Lena Dahl (Harbor Secretary)", "Harbor Secretary"),
        ("Lena Dahl\nHarbor Secretary\nSkarn, January 27", "Harbor Secretary"),
        ("Harbor Secretary\nLena Dahl\nSkarn, January 27", "Harbor Secretary"),
    ],
)
def test_an_office_beside_a_full_name_above_is_the_speakers(
    head: str, role: str, mark: str
) -> None:
    """Before it or behind it, in brackets, on a line of its own; neither another's nor a place."""
    text = f"{head}\n\n{mark}: The pier opens on Friday.\n\nQ   And then?\n\n{mark}: It stays."
    told = {(name.title(), office) for name, office, _ in said(text)}
    assert told == {("Lena Dahl", role)}


@pytest.mark.parametrize(
    "courtesy",
    [
        "Please, sit down.",
        "Okay, please be seated.",
        "Everyone, please take your seats.",
        "Next question, please.",
        "The next question is from Bo Kern.",
        "Yes, go ahead, Mr. Kern.",
        "You, sir, in the back.",
        "Ladies and gentlemen, good evening.",
        "I'll hand it over to Ida Berg.",
        "I'll take one more question.",
        "One at a time, please.",
        "Please raise your hand.",
        "We appreciate your time.",
        "That's a very good question.",
        "My apologies for the delay.",
        "See you on Monday, everybody.",
        "Happy New Year to you all.",
    ],
)
def test_courtesies_are_told_last(courtesy: str) -> None:
    """What gives the word, a seat or a greeting is no key statement, be it all that is said."""
    text = (
        f"MS. DAHL: {courtesy}\n\nQ   And then?\n\nMS. DAHL: It stays with us.\n\n"
        f"MR. ROE: The pier opens on Friday. {courtesy}"
    )
    scores = {s.content[0].text: s.score for s in analyse(Article(body=text)).statements}
    assert scores[courtesy] < 0.1
    assert scores["The pier opens on Friday."] > scores[courtesy]


@pytest.mark.parametrize(
    "words",
    [
        "Please close the north pier by Friday.",
        "Sit down with the unions and talk: that is our advice to Skarn.",
        "Go ahead with the pier, I told Bo Kern on Friday.",
        "The next question is who pays nine million for the pier.",
        "I appreciate that the pier costs us nine million.",
        "Thank God nobody was hurt in the fire at Skarn.",
        "Order more boats, I told the ministry on Friday.",
        "Happy families leave Skarn each year for the mainland.",
    ],
)
def test_words_of_substance_may_begin_as_courtesies_do(words: str) -> None:
    """They are told as any others."""
    courtesy, told = (
        analyse(Article(body=f"MS. DAHL: {each}\n\nQ   And then?\n\nMS. DAHL: It stays with us."))
        for each in (f"Thank you all. {words}", words)
    )
    best = {s.content[0].text: s.score for s in told.statements}
    assert words in best
    assert words in {s.content[0].text for s in courtesy.statements}
    assert best[words] > 0.1


def test_kinds_follow_from_marks_and_question_marks(briefing: tuple[Article, Analysis]) -> None:
    """A question, its answer, a second speaker's words, a moderator's."""
    kinds = [(t.speaker.text if t.speaker else "Q", t.kind) for t in briefing[0].turns]
    assert kinds == [
        ("MR. BRANDT", TurnKind.SPEECH),
        ("Q", TurnKind.QUESTION),
        ("MR. BRANDT", TurnKind.ANSWER),
        ("Q", TurnKind.QUESTION),
        ("MR. BRANDT", TurnKind.ANSWER),
        ("MS. VAN HALE", TurnKind.SPEECH),
        ("ACTING ADMINISTRATOR McKAY", TurnKind.SPEECH),
        ("Q", TurnKind.QUESTION),
        ("SENIOR FERRY OFFICIAL #1", TurnKind.ANSWER),
        ("MODERATOR", TurnKind.PROCEDURE),
        ("THE MINISTER", TurnKind.SPEECH),
    ]


@pytest.mark.parametrize(("shown", "seconds"), [("(1:05)", {65}), ("0:05:", set()), ("...", set())])
def test_a_damaged_clock_leaves_the_words_without_a_time(shown: str, seconds: set[int]) -> None:
    """A transcript's page is read all the same."""
    turn = "<cite>{}:</cite><time>{}</time><p>The pier stays open all winter long.</p>"
    page = "".join(turn.format(name, shown) for name in ("Ida Roe", "Tom Hale", "Ida Roe"))
    (article,) = read(f"<html><body>{page}</body></html>".encode()).articles
    assert {at for turn in article.turns for _, at in turn.times} == seconds
    assert len(article.turns) == 3


def test_what_nobody_could_hear_may_have_been_a_denial() -> None:
    """A sentence with a gap inside is not told; one beside an inaudible sentence is."""
    text = (
        "MS. ORR: We (inaudible) close the pier at Velm. The ferry sails on Friday. "
        "(Inaudible.)\n\n"
        "Q   When?\n\nMS. ORR: At nine, from [inaudible] in the east of Velm."
    )
    assert [words for _, _, words in said_all(text)] == ["The ferry sails on Friday."]


def test_an_office_and_a_full_name_in_a_mark_name_later_marks() -> None:
    """TREASURER BO LEE is meant by DR LEE."""
    text = (
        "TREASURER BO LEE: The fund has 30 million crowns left.\n\n"
        "MR MOSS: Ours has none.\n\nDR LEE: It will last for two winters."
    )
    assert [name for name, _, _ in said_all(text)] == ["BO LEE", "MOSS", "BO LEE"]


def test_a_host_leads_and_is_told_last() -> None:
    """What a host says of the guest is no key statement."""
    text = (
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Host>Ida Roe runs the port of Velm.\n\n"
        "00:04.000 --> 00:09.000\n<v Ida Roe>We earned 9 million crowns last year.\n"
    )
    (article,) = read(text.encode()).articles
    ranked = analyse(article).statements
    assert [one.actor.name.text for one in ranked if one.actor] == ["Ida Roe", "Host"]


def said_all(text: str) -> list[tuple[str | None, str | None, str]]:
    """Return who in which role is told to have said what in a transcript, in text order."""
    (article,) = read(text.encode()).articles
    statements = sorted(analyse(article).statements, key=lambda one: one.content[0].start)
    return [
        (
            one.actor and one.actor.name.text,
            one.actor and one.actor.role and one.actor.role.text,
            " ".join(span.text for span in one.content),
        )
        for one in statements
    ]


def test_who_answers_by_a_question_answers() -> None:
    """Behind a "Q" a named speaker does not ask."""
    text = "MS. ORR: Hello.\n\nQ   Who pays?\n\nMS. ORR: Why would we pay?\n\nQ   And they?"
    turns = read(text.encode()).articles[0].turns
    assert [turn.kind.value for turn in turns] == ["speech", "question", "answer", "question"]


def test_one_of_several_officials_has_a_mark_of_any_length() -> None:
    """A number behind an office is part of the mark."""
    text = (
        "SENIOR PORT DEPARTMENT OFFICIAL ONE: The envoy left the talks at Velm on Monday night.\n\n"
        "QUESTION: And will he come back?\n\n"
        "SENIOR PORT DEPARTMENT OFFICIAL TWO: He returns to Velm in May, with nine ships."
    )
    office = "SENIOR PORT DEPARTMENT OFFICIAL"
    assert [name for name, _, _ in said_all(text)] == [f"{office} ONE", f"{office} TWO"]


def test_an_office_behind_of_is_whole() -> None:
    """A conference of a foreign minister tells that office, not the last word of it."""
    text = (
        "Press Conference of Foreign Minister Anna Vik\n\n"
        "FOREIGN MINISTER VIK: We agreed on 40 miles."
        "\n\nQUESTION: Which?\n\nFOREIGN MINISTER VIK: The ones in the north."
    )
    assert said_all(text)[0][:2] == ("Anna Vik", "Foreign Minister")
