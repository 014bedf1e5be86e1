"""Summaries are distinct sentences of their documents, in order, within budget and readable."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.sentence_ranking import FEATURES, RankableSentence, compute_features
from bot.language.sentences import split_words
from bot.language.summaries import METHODS, Document, summarize
from bot.language.sumy_methods import LANGUAGES as SUMYS
from bot.language.sumy_methods import (
    Tokenizer,
    load_stemmer,
    stop_words,
)

FERRY = """TALLMOOR, March 2 (Tidings) — The ferry between Port Vale and the islands sank on \
Monday, rescuers said.

By Ann Lee

All 64 passengers were saved by fishing boats that reached it within an hour, the coastguard \
said. He praised them.

"We heard the mast break," said Olen Tarr, from a boat. "Then the light failed. It was bad," he \
said.

Read more: Ferries through the ages.

The ferry was 41 years old and its owners asked for leave to sail it longer. But the ministry of \
ports refused.

It said the hull was thin. The owners, Vale Lines, declined to comment on the ferry or the letter.

The islands have no other link to the coast until a second ferry arrives from Tallmoor on \
Thursday."""

HARBOUR = """The coastguard said all 64 passengers of the ferry that sank off Port Vale were saved.

Vale Lines, which owns the ferry, had been told in January that it must not sail, a letter shows.

Islanders will wait until Thursday for a second ferry."""

LANGUAGES = {
    "de": "Der Hafen von Talmoor bleibt offen. Das teilte die Ministerin am Montag mit. Die "
    "Fähren zu den "
    "Inseln fahren wie bisher. Der Hafen war nach dem Untergang einer Fähre gesperrt worden. "
    "Fischer hatten alle "
    "Passagiere der Fähre gerettet. Sie wurden geehrt.",
    "fr": "Le port de Talmoor restera ouvert cet hiver. La ministre l'a annoncé lundi. Les bacs "
    "vers les îles "
    "partiront comme avant. Le port avait été fermé après le naufrage d'un bac. Des pêcheurs "
    "avaient sauvé tous les "
    "passagers du bac. Ils ont été honorés.",
    "es": "El puerto de Talmoor seguirá abierto este invierno. La ministra lo anunció el lunes. "
    "Los barcos a las islas "
    "saldrán como antes. El puerto se cerró tras el hundimiento de un barco. Unos pescadores "
    "salvaron a todos los "
    "pasajeros del barco. Ellos fueron honrados.",
    "et": "Talmoori sadam jääb avatuks. Minister ütles seda esmaspäeval. Praamid saartele "
    "sõidavad nagu enne. "
    "Sadam suleti pärast praami uppumist. Kalurid päästsid kõik praami reisijad. Neid autasustati.",
}


def texts(chosen: object) -> list[str]:
    """Return the chosen sentences' words."""
    return [one.span.text for one in chosen]  # type: ignore[attr-defined]


def test_the_lead_is_shown_without_its_dateline():
    """The first sentence of hard news is taken, and begins with the news."""
    (first, *_) = texts(summarize([Document(FERRY, "Ferry sinks, all saved")]))
    assert first.startswith("The ferry between Port Vale")


def test_nothing_that_tells_no_news_is_shown():
    """Bylines and promos are never chosen, however many sentences are requested."""
    shown = " ".join(texts(summarize([Document(FERRY)], sentences=None)))
    assert "Ann Lee" not in shown
    assert "Read more" not in shown


def test_every_start_of_the_extract_reads_by_itself():
    """A sentence that opens with "He", "But" or "It" is chosen only after the one before it."""
    best = texts(summarize([Document(FERRY)], sentences=20, best_first=True))
    for opening, before in (
        ("He praised", "All 64"),
        ("But the ministry", "The ferry was 41"),
        ("They have", "The islands"),
    ):
        places = [i for i, text in enumerate(best) if text.startswith(opening)]
        for place in places:
            assert any(text.startswith(before) for text in best[:place])


def test_no_half_quote_is_shown():
    """A sentence inside a quote that runs on is left out whole."""
    best = texts(summarize([Document(FERRY)], sentences=20, best_first=True))
    assert not [text for text in best if text.count('"') % 2]
    assert not [text for text in best if text.startswith(("Then the lights", "It was bad"))]


def test_several_documents_make_one_extract_without_repeats():
    """What two outlets both report is shown once, and both are used."""
    chosen = summarize([Document(FERRY), Document(HARBOUR)], sentences=None, words=60)
    shown = texts(chosen)
    assert sum(len(text.split()) for text in shown) <= 60
    assert sum("64 passengers" in text for text in shown) == 1
    assert {one.document for one in chosen} == {0, 1}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers(method: str):
    """All of sumy's methods run over our tokenizer, on one document and on two."""
    for documents in (
        [Document(FERRY, "Ferry sinks")],
        [Document(FERRY), Document(HARBOUR, "All saved")],
    ):
        chosen = summarize(documents, sentences=2, method=method)
        assert len(chosen) == 2
        assert all(one.span.holds_in(documents[one.document].text) for one in chosen)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Storm",
        "Storm.",
        "Storm. " * 40,
        "storm " * 400,
        "?!",
        "הנמל נסגר. הספינה טבעה. איש לא נפגע.",
        "港は開いた。" * 9,
    ],
    ids=["empty", "blank", "word", "one", "equal", "endless", "marks", "rtl", "unspaced"],
)
def test_odd_texts_have_an_answer(method: str, text: str):
    """One word, one repeated sentence, no sentence end and right-to-left text raise nothing."""
    chosen = summarize([Document(text)], sentences=2, method=method)
    assert len(chosen) <= 2
    assert bool(chosen) == bool(text.strip())
    assert all(one.span.holds_in(text) for one in chosen)


def test_an_unknown_method_is_refused():
    """An unknown method raises an error."""
    with pytest.raises(KeyError):
        summarize([Document(FERRY)], method="oracle")


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_are_summarized_in_their_own(language: str):
    """The lead is found and no pronoun opens, in languages that sumy knows and others."""
    chosen = texts(summarize([Document(LANGUAGES[language])], sentences=2))
    assert "Talmoor" in chosen[0]
    assert not [text for text in chosen if text.startswith(("Sie ", "Ils ", "Ellos "))]


def test_stop_words_and_stems_come_from_sumy_without_nltk_data():
    """Stop words and stemmers load without a download; other languages have neither."""
    assert {"the", "und", "les", "los"} <= stop_words("en") | stop_words("de") | stop_words(
        "fr"
    ) | stop_words("es")
    assert load_stemmer("en")("ferries") == load_stemmer("en")("ferry")
    assert stop_words("et") == frozenset()
    assert load_stemmer("et")("praamid") == "praamid"


def test_the_tokenizer_serves_sumy():
    """The tokenizer has the methods that sumy calls."""
    assert Tokenizer().to_words("The ferry's 64 passengers") == ("The", "ferry's", "passengers")
    assert split_words("港は開") == ["港は", "は開"]


@pytest.mark.parametrize("language", sorted(SUMYS))
def test_a_language_whose_stemmer_is_not_installed_is_read_all_the_same(language: str):
    """Without the package of a stemmer of sumy, a word is its own stem."""
    assert load_stemmer(language)("news")
    assert (
        len(
            summarize(
                [Document(LANGUAGES["et"])], sentences=2, method="lex-rank", language=language
            )
        )
        == 2
    )


PROSE = st.lists(
    st.sampled_from(
        [
            "The ferry sank.",
            "He left.",
            '"No',
            'way."',
            "But it rained.",
            "Vale Lines paid 3 million.",
            "\n\n",
            "Why?",
            "By Ann Lee",
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(PROSE, max_size=3), st.none() | st.integers(0, 6), st.none() | st.integers(0, 40))
def test_a_summary_keeps_its_promises(bodies: list[str], sentences: int | None, words: int | None):
    """Spans slice, stand in order, are distinct, and keep both budgets."""
    chosen = summarize([Document(body) for body in bodies], sentences=sentences, words=words)
    keys = [(one.document, one.span.start) for one in chosen]
    assert keys == sorted(set(keys))
    assert all(one.span.holds_in(bodies[one.document]) for one in chosen)
    assert sentences is None or len(chosen) <= sentences
    assert words is None or sum(len(one.span.text.split()) for one in chosen) <= words


@settings(deadline=None, max_examples=40)
@given(PROSE)
def test_fewer_sentences_are_the_best_of_more(body: str):
    """A smaller request gives a prefix of a larger one's result."""
    more = summarize([Document(body)], sentences=5, best_first=True)
    assert summarize([Document(body)], sentences=2, best_first=True) == more[:2]


@pytest.mark.parametrize("method", METHODS)
def test_ten_thousand_sentences(method: str):
    """Quadratic methods look only at the first sentences."""
    text = " ".join(
        f"Ferry {i} of line {i % 97} sank near island {i % 31} in year {i % 13}."
        for i in range(10_000)
    )
    began = time.process_time()
    assert 1 <= len(summarize([Document(text)], method=method)) <= 3
    assert time.process_time() - began < 30


def test_what_tells_all_at_once_is_told_by_its_opening():
    """A wire's report, a brief and one sentence a paragraph do; a long piece may only lure."""
    told = "The ferry sank off Port Vale on Monday."
    cabins = [RankableSentence(f"Cabin {n} was dry.", paragraph=n // 3) for n in range(1, 40)]
    apart = [RankableSentence(f"Cabin {n} was dry.", paragraph=n) for n in range(1, 40)]
    for rest, after_dateline, opening in (
        (cabins, False, 0.0),
        (cabins, True, 1.0),
        (cabins[:6], False, 1.0),
        (apart, False, 1.0),
    ):
        lines = [RankableSentence(told, after_dateline=after_dateline), *rest]
        rows = [dict(zip(FEATURES, row, strict=True)) for row in rank_features(lines)]
        assert [row["opening"] for row in rows[:4]] == [opening] * 3 + [0.0]
        assert (rows[0]["lure"], rows[1]["lure"]) == (1 - opening, 0.0)


def rank_features(lines: list[RankableSentence]) -> list[list[float]]:
    """Return our ranker's features, a row for each sentence."""
    rows: list[list[float]] = compute_features(lines, [], stop_words("en")).tolist()
    return rows
