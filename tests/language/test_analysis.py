"""An article's analysis is complete, and every span of it slices the body."""

import pickle

import pytest

from bot.language import analysis
from bot.language.analysis import analyse
from bot.language.statements.spans import MAX_TEXT_CHARS
from bot.model import Analysis, Article
from bot.reading import read

HARBOUR = """PORT VALE, March 2 (Tidings) — Farland keeps its harbour open, Prime Minister Mara \
Ilves said on Monday.

"The ferries sail tomorrow," said Olen Tarr, head of the seamen's union.

But he warned that crews were tired. Nobody at the port authority answered calls."""
ODD = [
    "",
    " ",
    "Storm",
    "Storm " * 3_000,
    "?!",
    "הנמל נסגר.",
    "港は開いた。",
    "By Ann Lee\n\n(Tidings)",
]


def spans(found: Analysis) -> list:
    """Return every span that a reader may be shown."""
    quoted = [span for one in found.statements for span in (*one.content, one.sentence)]
    return [*found.sentences, *found.extract, *quoted]


def test_a_headline_in_the_text_takes_no_sentence_out_of_the_extract():
    """The lead below it holds its words and says more."""
    lead = "Coach Bruno Vik leaves Farland after the fire, and takes his brother with him."
    body = f"Coach Bruno Vik leaves Farland after fire.\n\n{lead}\n\nThe stand was built in 1911."
    assert lead in [span.text for span in analyse(Article(body=body)).extract]


def test_an_article_without_headline_is_headed_and_told():
    """Title, extract, statements and terms all come from one text."""
    found = analyse(Article(body=HARBOUR))
    assert found.language == "en"
    assert (
        found.title.text
        == "Farland keeps its harbour open, Prime Minister Mara Ilves said on Monday"
    )
    assert found.extract[-1].text.startswith("Farland keeps")  # it stands above already
    assert {"Mara Ilves", "Olen Tarr"} <= {
        one.actor.name.text for one in found.statements if one.actor
    }
    assert {"farland", "harbour"} & {term for term, _ in found.terms}
    assert all(span.holds_in(HARBOUR) for span in spans(found))


NOTES = """CORRECTION: An earlier version of this story said Mara Ilves had resigned. She has not.

{news}

This article was amended on 4 May. An earlier version said that Olen Tarr led the port.

Olen Tarr at the quay on Tuesday. Photograph: Ann Lee/Tidings

READ: Why Olen Tarr said the strike would go on."""


def test_notes_to_readers_are_neither_news_nor_statements():
    """Corrections with all their sentences, captions and promos: no title, extract, statement."""
    news = 'The harbour is open again. "The ferries sail tomorrow," said the pilot Olen Tarr.'
    found = analyse(Article(body=NOTES.format(news=news)))
    assert found.title.text == "The harbour is open again"
    assert [span.text in news for span in found.extract] == [True, True]
    assert [s.content[0].text for s in found.statements] == ['"The ferries sail tomorrow,"']


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_any_body_has_an_analysis(body: str):
    """Empty, endless and foreign texts, and bylines alone, raise nothing."""
    found = analyse(Article(body=body))
    assert all(span.holds_in(body) for span in spans(found))
    assert bool(found.extract) == bool(body.strip())


def test_no_grammar_guesses_at_another_language():
    """A Finnish text has an extract but no statements, which English grammar would guess."""
    body = (
        "Satama on auki, sanoi ministeri Mara Ilves maanantaina. Lautat kulkevat taas kuten ennen."
    )
    found = analyse(Article(body=body, language="en"))
    assert found.language == "fi"
    assert found.statements == ()
    assert len(found.extract) == 2


def test_an_analysis_travels_between_processes():
    """An analysis can be pickled, as workers return it."""
    found = analyse(Article(body=HARBOUR, headline="Harbour stays open"))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes


def test_polish_and_greek_articles_are_read():
    """Languages without an installed stemmer of sumy still have terms."""
    polish = analyse(
        Article(
            "Prom zatonął wczoraj w porcie. Wszyscy pasażerowie zostali uratowani przez rybaków."
        )
    )
    greek = analyse(
        Article("Το πλοίο βυθίστηκε χθες στο λιμάνι. Όλοι οι επιβάτες σώθηκαν από τους ψαράδες.")
    )
    assert (polish.language, greek.language) == ("pl", "el")
    assert polish.terms
    assert greek.terms


def test_words_that_tell_nothing_by_themselves_are_no_statement():
    """A pronoun alone is no statement; "No," quoted directly is one."""
    body = (
        "Harbour master Karen Lee said the pier was safe. The council's Oskar Lind does not "
        "believe her. "
        'At the gate Lind told the crowd: "No."'
    )
    told = [
        " ".join(span.text for span in one.content)
        for one in analyse(Article(body=body)).statements
    ]
    assert sorted(told) == ['"No."', "the pier was safe"]


@pytest.mark.parametrize(
    "body",
    [
        "The ferry sails at noon, Ida Berg said. " * 4_000,
        "a\n\n" * 10_000,
        "word" * 40_000,
        " " * 10,
    ],
    ids=["prose", "paragraphs", "no sentence", "nothing"],
)
def test_of_a_book_the_beginning_is_analyzed(body: str) -> None:
    """Texts longer than any article are analyzed so far, in whole sentences that slice them."""
    shortened, sentences = analysis._shorten(Article(body=body))
    assert len(shortened.body) <= MAX_TEXT_CHARS
    assert len(sentences) <= analysis.MAX_SENTENCES
    assert all(span.holds_in(body) and span.end <= len(shortened.body) for span in sentences)
    assert body.startswith(shortened.body)


def test_of_a_long_transcript_no_mark_stands_behind_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A turn that nobody could hear has no words to tell where it stands."""
    monkeypatch.setattr(analysis, "MAX_SENTENCES", 3)
    heard = "Remarks at Velm\n\nMS. ROE: The pier was built by us.\n\nMR. FELD: It is hers alone."
    article = read(f"{heard}\n\nMS. ROE: (Inaudible.)".encode()).articles[0]
    assert [turn.words for turn in article.turns][2:] == [()]
    assert [turn.mark.text for turn in analyse(article).turns] == ["MS. ROE:", "MR. FELD:"]


def test_an_article_is_analyzed_whole() -> None:
    """What is no longer than an article stays as it is."""
    article = Article(body="The ferry sails at noon. It rained, Ida Berg said.")
    assert analysis._shorten(article)[0] is article
