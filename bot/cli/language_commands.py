"""Commands on texts alone: parse, statements, summarize, stories. They open no store."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.text import Text

from bot.cli import console
from bot.cli.console import argument, messages, option
from bot.model.errors import SourceUnreadable, UsageError, printable_name
from bot.model.languages import language_name

if TYPE_CHECKING:
    from bot.language.summaries import Document
    from bot.model import Article, ParsedFile, Span, Statement, Turn

# A text may take as long as in workers.AnalystPool: loading the grammar, then analysis.
_LOAD_SECONDS = 30.0
_CHARS_PER_SECOND = 5_000

# Styles of rich for the parts of a statement.
_SPEAKER, _CUE, _CONTENT, _OUTLET = "bold cyan", "bold yellow", "green", "magenta"
_LEGEND = Text("  ").join([
    Text("speaker", _SPEAKER),
    Text("cue", _CUE),
    Text("content", _CONTENT),
    Text("outlet", _OUTLET),
])  # fmt: skip

_FILE = argument("file_or_input", metavar="FILE")
Files = Annotated[list[str] | None, _FILE]
Lines = Annotated[bool, option("jsonl", "--jsonl")]


def parse(
    files: Annotated[list[str], _FILE],
    *,
    json: Annotated[bool, option("parse_json", "--json")] = False,
) -> None:
    """What Dateline reads in files: their format, and the articles in them."""
    from bot.reading import article_json

    failed = 0
    for name, parsed, error in _read_files(files):
        failed += error is not None
        if json:
            articles = [article_json(article) for article in parsed.articles] if parsed else []
            form = str(parsed.format) if parsed else None
            fields = {"file": name, "format": form, "articles": articles, "error": error}
            console.write_json_line(fields)
        elif parsed:
            _print_parsed(name, parsed)
        else:
            console.print_error(f"{name}: {error}")
    raise typer.Exit(1 if failed else 0)


def _read_files(names: Iterable[str]) -> Iterator[tuple[str, ParsedFile | None, str | None]]:
    """Yield each file's name, and what a worker process read in it or why it could not."""
    from bot.intake.workers import ReaderPool

    with closing(ReaderPool()) as pool:
        for name in names:
            parsed: ParsedFile | None = None
            error: str | None = None
            try:
                data = console.read_article_file(name)
                parsed = asyncio.run(pool.parse(data, arrived=console.utc_now()))
            except OSError as e:
                error = e.strerror or str(e)
            except SourceUnreadable as e:
                error = e.reason
            yield printable_name(name), parsed, error


def _print_parsed(name: str, parsed: ParsedFile) -> None:
    for article in parsed.articles:
        console.out.print(Text(article.headline or messages.text("no_headline"), style="bold"))
        published, embargoed = article.published, article.embargoed
        fields = [
            *(name, parsed.format, article.source, article.byline, article.url),
            published and f"{published:%Y-%m-%d %H:%M} UTC",
            article.status if article.status != "usable" else "",
            "correction" if article.correction else "",
            article.digital_source_type,
            embargoed and messages.text("embargoed", time=f"{embargoed:%Y-%m-%d %H:%M}"),
        ]
        console.out.print(Text(" · ".join(str(field) for field in fields if field), style="dim"))
        console.out.print(Text(article.body + "\n"))


def statements(
    files: Files = None,
    *,
    every: Annotated[bool, option("statements_all", "--all")] = False,
    jsonl: Lines = False,
    json: Annotated[bool, option("statements_json", "--json")] = False,
    explain: Annotated[bool, option("statements_explain", "--explain")] = False,
) -> None:
    """Who said what: the statements of texts, best first, each with its place in the text."""
    if json:
        raise typer.Exit(_write_statements(files or [console.STANDARD_INPUT], every=every))
    on_line = partial(_statements_line, every=every)
    on_article = partial(_print_statements, every=every, explain=explain)
    _for_each_text(files, on_line if jsonl else None, on_article)


def _for_each_text(
    files: list[str] | None,
    on_line: Callable[[console.JsonLine], bool] | None,
    on_article: Callable[[str, Article], None],
) -> NoReturn:
    """Answer each JSON line if there is an answer to one, else each article; exit with the code."""
    if on_line:
        failed = sum(map(on_line, console.read_json_lines(files or [])))
    else:
        failed = 0
        for name, error in _read_articles(files or [console.STANDARD_INPUT], on_article):
            if error is not None:
                failed += 1
                console.print_error(f"{name}: {error}")
    raise typer.Exit(1 if failed else 0)


def _read_articles(
    names: Iterable[str], act: Callable[[str, Article], None]
) -> Iterator[tuple[str, str | None]]:
    """Call `act` with the articles of each file, in limited time.

    Yield each file's name then, and why it was given up, None if it was not.
    """
    for name, parsed, fault in _read_files(names):
        error = fault
        try:
            for article in parsed.articles if parsed else ():
                with _time_limit(_LOAD_SECONDS + len(article.body) / _CHARS_PER_SECOND):
                    act(name, article)
        except SourceUnreadable as e:
            error = e.reason
        yield name, error


def _write_statements(names: Iterable[str], *, every: bool) -> int:
    """Write a JSON line for each file, whatever its format; return 1 if one failed, else 0."""
    from bot.language.statements.spans import count_unsearched, statement_to_json

    answers: list[dict[str, Any]] = []  # one for each article of a file

    def add(_: str, article: Article) -> None:
        body, turns, number = article.body, article.turns or None, len(answers)
        language, found = _find_statements(body, article.headline, turns, every=every)
        statements = [statement_to_json(each) | {"article": number} for each in found]
        left_out = count_unsearched(body)
        answers.append({"language": language, "statements": statements, "left_out": left_out})

    failed = 0
    for name, error in _read_articles(names, add):
        failed += error is not None
        answer = _empty_answer(name) | {"error": error}
        for each in answers:
            answer["language"] = answer["language"] or each["language"]
            answer["statements"] += each["statements"]
            answer["left_out"] += each["left_out"]
        answers.clear()
        console.write_json_line(answer)
    return 1 if failed else 0


def _empty_answer(doc: object) -> dict[str, Any]:
    return {"doc": doc, "statements": [], "language": None, "left_out": 0}


def _find_statements(
    text: str, headline: str | None, turns: Sequence[Turn] | None = None, *, every: bool
) -> tuple[str, tuple[Statement, ...]]:
    """Return the text's language, and its statements."""
    from bot.language.language_detection import detect_language
    from bot.language.sentences import split_sentences
    from bot.language.statements.finding import find_statements
    from bot.stories.composition import key_statements

    language = detect_language(text)
    statements = find_statements(text, split_sentences(text), headline, language, turns)
    return language, statements if every else key_statements(statements)


def _statements_line(line: console.JsonLine, *, every: bool) -> bool:
    """Write the answer to one JSON line; return whether it failed."""
    from bot.language.statements.spans import count_unsearched, statement_to_json

    text, title = line.data.get("text"), line.data.get("title")
    answer = _empty_answer(line.data.get("doc"))
    error = line.error
    if isinstance(text, str):
        headline = title if isinstance(title, str) else None
        language, statements = _find_statements(text, headline, every=every)
        answer["statements"] = [statement_to_json(statement) for statement in statements]
        answer |= {"language": language, "left_out": count_unsearched(text)}
    else:
        error = error or messages.text("line_without_text")
    console.write_json_line(answer | {"error": error})
    return error is not None


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise SourceUnreadable in a block that takes longer: texts are written by strangers."""

    def stop(*_: object) -> NoReturn:
        raise SourceUnreadable(messages.text("over_time", seconds=seconds))

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _print_statements(name: str, article: Article, *, every: bool, explain: bool) -> None:
    from bot.language.statements.coverage import Coverage, coverage_of
    from bot.language.statements.spans import count_unsearched

    turns = article.turns or None
    language, statements = _find_statements(article.body, article.headline, turns, every=every)
    coverage, told = coverage_of(language), language_name(language)
    if coverage is Coverage.NONE:
        console.print_error(messages.text("other_language", name=name, language=told))
    elif not statements:
        key = "no_quoted_words" if coverage is Coverage.QUOTED else "no_statement"
        console.print_error(messages.text(key, name=name, language=told))
    if unread := count_unsearched(article.body):
        console.print_error(messages.text("not_searched", name=name, count=unread))
    if explain and statements:
        console.out.print(_LEGEND, end="\n\n")
    write = _explained if explain else _one_line
    for statement in statements:
        console.out.print(write(statement), soft_wrap=True)


def _speaker(statement: Statement) -> Text:
    """Return the actor's name and role, else the speaker in the words of the article."""
    actor = statement.actor
    name = actor.name if actor else statement.speaker
    unknown = messages.text("no_speaker"), "dim"
    line = Text.assemble((name.text, _SPEAKER) if name else unknown)
    if actor and actor.role:
        line.append(f" ({actor.role.text})", style="cyan")
    return line


def _one_line(statement: Statement) -> Text:
    from bot.blocks.statement import line_head, line_words
    from bot.stories.citations import cite_statement

    quote = cite_statement(statement, 0)
    styles = {id(quote.name): _SPEAKER, id(quote.role): "cyan", id(quote.introduction): _CUE}
    line = Text("" if quote.name else "(no speaker) ", style="dim")
    for part in line_head(quote):
        words = part if isinstance(part, str) else part.span.text
        line.append(words, style=styles.get(id(part), "not dim"))
    line.append(" … ".join(piece.span.text for piece in line_words(quote)), style="not dim")
    if statement.via:
        line.append(f"  [via {statement.via.text}]", style="dim")
    return line


def _explained(statement: Statement) -> Text:
    """Return three lines: who, the sentence in colours, and what found and ranked it."""
    actor = statement.actor
    lines = _speaker(statement)
    lines.append(f" · {actor.kind.value}" if actor else "", style="dim")
    lines.append("\n  ").append_text(_coloured_sentence(statement)).append("\n")
    kind = f"{statement.form.value}, {statement.stance.value}"
    facts = [statement.found_by, kind, f"rank {statement.score:.2f}"]
    if statement.via:
        facts.append(f"via {statement.via.text}")
    return lines.append("  " + " · ".join(facts) + "\n", style="dim")


def _coloured_sentence(statement: Statement) -> Text:
    """Return the sentence on one line, each span of the statement in its style."""
    sentence = statement.sentence
    text = Text(sentence.text.replace("\r", " ").replace("\n", " "), style="dim")
    spans: list[tuple[Span | None, str]] = [(span, _CONTENT) for span in statement.content]
    spans += [(statement.speaker, _SPEAKER), (statement.cue, _CUE), (statement.via, _OUTLET)]
    for span, style in spans:
        if span and sentence.start <= span.start and span.end <= sentence.end:
            text.stylize(f"not dim {style}", span.start - sentence.start, span.end - sentence.start)
    return text


def summarize(
    files: Files = None,
    *,
    sentences: Annotated[int | None, option("summarize_sentences", min=1)] = None,
    words: Annotated[int | None, option("summarize_words", min=1)] = None,
    method: Annotated[str, option("summarize_method")] = "dateline",
    jsonl: Lines = False,
) -> None:
    """The sentences that carry an article, or several on one story: chosen, not written."""
    from bot.language.summaries import METHODS
    from bot.language.summaries import summarize as summarize_documents

    if sentences is not None and words is not None:
        raise UsageError(*messages.pair("sentences_and_words"))
    if method not in METHODS:
        names = ", ".join(METHODS)
        raise UsageError(*messages.pair("no_method", method=method, methods=names))
    if words is None:
        sentences = sentences or 3
    summarizer = partial(summarize_documents, sentences=sentences, words=words, method=method)
    on_line = partial(_summary_line, summarizer=summarizer)
    on_article = partial(_print_summary, summarizer=summarizer)
    _for_each_text(files, on_line if jsonl else None, on_article)


def _summary_line(line: console.JsonLine, summarizer: Callable[[list[Document]], Any]) -> bool:
    """Write the answer to one JSON line; return whether it failed."""
    key = line.data.get("id")
    try:
        choices = summarizer(_documents(line))
    except UsageError as e:
        console.write_json_line({"id": key, "summary": [], "spans": [], "error": str(e)})
        return True
    spans = [{"doc": c.document, "start": c.span.start, "end": c.span.end} for c in choices]
    summary = [choice.span.text for choice in choices]
    console.write_json_line({"id": key, "summary": summary, "spans": spans})
    return False


def _documents(line: console.JsonLine) -> list[Document]:
    """Return the texts of a line; raise UsageError."""
    from bot.language.summaries import Document

    if line.error:
        raise UsageError(line.error)
    items = line.data.get("docs", [line.data])
    documents = []
    for item in items if isinstance(items, list) else [None]:
        if isinstance(item, str):
            documents.append(Document(item))
        elif not (isinstance(item, dict) and isinstance(item.get("text"), str)):
            raise UsageError(messages.text("line_without_texts"))
        elif not isinstance(item.get("title"), str | None):
            raise UsageError(messages.text("line_with_bad_title"))
        else:
            documents.append(Document(item["text"], item.get("title")))
    return documents


def _print_summary(
    _: str, article: Article, *, summarizer: Callable[[list[Document]], Any]
) -> None:
    from bot.language.summaries import Document

    if article.headline:
        console.out.print(Text(article.headline, style="bold"))
    for choice in summarizer([Document(article.body, article.headline)]):
        console.out.print(choice.span.text, soft_wrap=True)


def stories(files: Files = None, *, jsonl: Lines = False) -> None:
    """Which articles tell the same event: same number, same story."""
    from bot.reading.times import parse_time
    from bot.stories.batch_grouping import Item, group_articles

    if not jsonl:
        raise UsageError(*messages.pair("stories_need_jsonl"))
    items, failed = [], 0
    for line in console.read_json_lines(files or []):
        data = line.data
        if problem := line.error or _why_no_article(data):
            console.print_error(problem)
            failed += 1
            continue
        published = parse_time(data.get("published"), "UTC")
        items.append(Item(data.get("title") or "", data.get("text") or "", published, data["id"]))
    for item, number in zip(items, group_articles(items), strict=True):
        console.write_json_line({"id": item.id, "story": number})
    raise typer.Exit(1 if failed else 0)


def _why_no_article(data: dict[str, Any]) -> str | None:
    """Return why a line cannot be grouped, None where it can."""
    if "id" not in data:
        return messages.text("line_without_id")
    wrong = [key for key in ("title", "text") if not isinstance(data.get(key), str | None)]
    return messages.text("no_text_field", id=data["id"], field=wrong[0]) if wrong else None
