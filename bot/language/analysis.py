"""Analyse an article: all that the language room finds in it, at once, for the workers.

article -> language -> sentences -> title, extract, statements, terms
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.language.language_detection import detect_language
from bot.language.sentences import split_sentences
from bot.language.statements.english.turns import find_turns, name_answers
from bot.language.statements.finding import find_statements
from bot.language.statements.spans import MAX_TEXT_CHARS
from bot.language.statements.statement_ranking import MIN_CHANCE
from bot.language.summaries import Document, make_title, summarize
from bot.language.terms import event_terms
from bot.model import Analysis, Article, Span, Statement, Turn
from bot.model.transcripts import is_transcript, turn_before

_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MAX_CHARS = 400  # of a mark and the words behind it
# No article has more: 100,000 characters of news have some 800.
MAX_SENTENCES = 3_000
_EXTRACT_SENTENCES = 5


def analyse(article: Article) -> Analysis:
    """Analyse one article, whatever its text and its language; of a book the beginning."""
    article, sentences = _shorten(article)
    body = article.body
    language = detect_language(body or article.headline or "", article.language)
    turns = _find_turns(article, sentences, language)
    statements = _find_statements(article, sentences, language, turns)
    title = make_title(body, sentences, language)
    if is_transcript(body, turns):
        title = _make_transcript_title(body, statements, turns, language) or title
        # Bold type does not tell whose the answers are; what stands above them does.
        above = Document(body[: turns[0].mark.start], article.headline)
        extract = _extract_answers(body, statements, turns) or _summarize(above, language)
        # The names in marks stand there too often to tell an event.
        telling = "\n\n".join(words.text for turn in turns for words in turn.words)
    else:
        heads = None if (article.headline or "").strip() else title
        document = Document(body, heads.text if heads else article.headline, heads)
        extract, telling = _summarize(document, language), body
    return Analysis(
        language=language,
        title=title,
        sentences=sentences,
        extract=extract,
        statements=statements,
        terms=event_terms(telling, article.headline, language),
        turns=turns,
    )


def _summarize(document: Document, language: str) -> tuple[Span, ...]:
    chosen = summarize([document], sentences=_EXTRACT_SENTENCES, best_first=True, language=language)
    return tuple(each.span for each in chosen)


def _find_turns(article: Article, sentences: tuple[Span, ...], language: str) -> tuple[Turn, ...]:
    """Return who has the word where: as the article's source marks it, else as its words do."""
    turns, headline = article.turns, article.headline
    # The questions of an interview may be in bold type: then nobody is named yet.
    if turns and not any(turn.mark.text for turn in turns):
        is_english = language == "en"
        turns = name_answers(article.body, sentences, turns, headline) if is_english else ()
    if turns or language != "en":
        return turns
    return find_turns(article.body, sentences, headline)


def _shorten(article: Article) -> tuple[Article, tuple[Span, ...]]:
    """Return the article as far as it is analyzed, in whole sentences, and its sentences."""
    body = article.body[:MAX_TEXT_CHARS]
    sentences = split_sentences(body)
    most = min(MAX_SENTENCES, max(1, len(sentences) - (len(body) < len(article.body))))
    if len(body) == len(article.body) and len(sentences) <= most:
        return article, sentences
    sentences = sentences[:most]
    end = sentences[-1].end if sentences else len(body)
    turns = tuple(turn for turn in article.turns if turn.end <= end)
    return replace(article, body=body[:end], turns=turns), sentences


def _find_statements(
    article: Article, sentences: tuple[Span, ...], language: str, turns: tuple[Turn, ...]
) -> tuple[Statement, ...]:
    """Return the statements; an outlet is not credited in its own pages."""
    own = _normalize_outlet(article.source or "")
    statements = []
    found = find_statements(article.body, sentences, article.headline, language, turns)
    for statement in found:
        via = statement.via
        is_own = via is not None and own and _normalize_outlet(via.text) == own
        statements.append(replace(statement, via=None) if is_own else statement)
    return tuple(statements)


def _normalize_outlet(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def load_models() -> None:
    """Load what an analysis needs, which takes seconds, before the time of one is measured."""
    analyse(Article(body="The ferry sails at noon, Ida Berg said."))


def _extract_answers(
    body: str, statements: Sequence[Statement], turns: Sequence[Turn]
) -> tuple[Span, ...]:
    """Return the best statements that open a turn, each from its mark on, best first.

    Any other does not tell whose it is.
    """
    spans = (_with_mark(body, statement, turns) for statement in statements)
    return tuple(islice((span for span in spans if span), _EXTRACT_SENTENCES))


def _make_transcript_title(
    body: str, statements: Sequence[Statement], turns: Sequence[Turn], language: str
) -> Span | None:
    """Return the chief speaker's first words of substance, with their mark where that is beside.

    None where nobody says anything of substance.
    """
    said = Counter[str]()
    for turn in turns:
        if turn.speaker and turn.kind.is_telling:
            said[turn.speaker.text] += sum(len(words.text) for words in turn.words)
    ranked = [name for name, _ in said.most_common()]
    told = [s for s in statements if s.score >= MIN_CHANCE and s.speaker and s.speaker.text in said]
    if not told:
        return None
    first = min(told, key=lambda s: (ranked.index(s.speaker.text if s.speaker else ""), _start(s)))
    opening = _with_mark(body, first, turns) or Span.of(body, _start(first), first.content[-1].end)
    return make_title(body, [opening], language)


def _start(statement: Statement) -> int:
    return statement.content[0].start


def _with_mark(body: str, statement: Statement, turns: Sequence[Turn]) -> Span | None:
    """Return the words of a statement that opens a turn with the mark before them."""
    k = turn_before(turns, _start(statement))
    if (
        k < 0
        or not turns[k].mark.text
        or statement.speaker != turns[k].speaker
        or statement.score < MIN_CHANCE
    ):
        return None
    mark, end = turns[k].mark, statement.content[-1].end
    is_beside = not any(map(str.isalnum, _NOTE.sub("", body[mark.end : _start(statement)])))
    is_whole = k + 1 == len(turns) or end <= turns[k + 1].mark.start
    is_short = is_whole and end - mark.start <= _MAX_CHARS
    return Span.of(body, mark.start, end) if is_beside and is_short else None
