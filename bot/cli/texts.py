"""Commands on texts alone: parse, statements, summarize, stories. They open no store and no socket."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.text import Text

from bot.cli.colours import CUE, LEGEND, explained, heading
from bot.cli.printing import STANDARD_INPUT, out, read_lines, read_source, tell, write_line
from bot.model import goes_first
from bot.model.errors import SourceUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.cli.printing import Line
    from bot.language.summaries import Document
    from bot.model import Article, ParsedFile, Statement

# As workers.AnalystPool gives a text: loading the grammar, then so many characters a second at the least.
_SECONDS, _CHARACTERS_A_SECOND = 30.0, 5_000

Files = Annotated[
    list[str] | None, typer.Argument(metavar="FILE", help="files, or - for standard input")
]
Lines = Annotated[bool, typer.Option("--jsonl", help="read and write JSON lines")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (parse, statements, summarize, stories):
        app.command()(command)


def parse(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="files, or - for standard input")
    ],
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON line a file")] = False,
) -> None:
    """What Dateline reads in files: their format, and the articles in them."""
    failed = asyncio.run(_parse(files, as_json=json))
    raise typer.Exit(1 if failed else 0)


async def _parse(files: list[str], *, as_json: bool) -> int:
    from bot.intake.workers import ReaderPool
    from bot.reading import article_json

    failed = 0
    pool = ReaderPool()
    try:
        for name in files:
            parsed: ParsedFile | None = None
            error: str | None = None
            try:
                parsed = await pool.parse(read_source(name))
            except OSError as e:
                error = e.strerror or str(e)
            except SourceUnreadable as e:
                error = e.reason
            failed += error is not None
            if as_json:
                articles = [article_json(article) for article in parsed.articles] if parsed else []
                form = str(parsed.format) if parsed else None
                write_line({"file": name, "format": form, "articles": articles, "error": error})
            elif parsed:
                _print_parsed(name, parsed)
            else:
                tell(f"{name}: {error}")
    finally:
        pool.close()
    return failed


def _print_parsed(name: str, parsed: ParsedFile) -> None:
    for article in parsed.articles:
        out.print(Text(article.headline or "(no headline)", style="bold"))
        told = [name, parsed.format, article.source, article.byline, article.url]
        if article.published:
            told.append(f"{article.published:%Y-%m-%d %H:%M} UTC")
        if article.status != "usable":
            told.append(article.status)
        if article.correction:
            told.append("correction")
        if article.embargoed:
            told.append(f"embargoed: held until {article.embargoed:%Y-%m-%d %H:%M} UTC")
        out.print(Text(" · ".join(str(word) for word in told if word), style="dim"))
        out.print(Text(article.body + "\n"))


def statements(
    files: Files = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="every statement, not the key ones alone")
    ] = False,
    jsonl: Lines = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="say which rule or score found each")
    ] = False,
) -> None:
    """Who said what: the statements of texts, best first, each with its place in the text."""
    if jsonl:
        failed = sum(_statements_line(line, every=every) for line in read_lines(files or []))
    else:
        failed = _each_file(
            files or [STANDARD_INPUT], partial(_print_statements, every=every, explain=explain)
        )
    raise typer.Exit(1 if failed else 0)


def _found(text: str, *, every: bool) -> tuple[str, tuple[Statement, ...]]:
    from bot.language.language_detection import detect_language
    from bot.language.sentences import split_sentences
    from bot.language.statements.extraction import find_statements, key_statements

    language = detect_language(text)
    found = find_statements(text, split_sentences(text)) if language == "en" else ()
    return language, found if every else key_statements(found)


def _statements_line(line: Line, *, every: bool) -> bool:
    from bot.language.statements.extraction import left_out, statement_to_json

    text = line.data.get("text")
    error = line.error or (None if isinstance(text, str) else 'the line has no "text"')
    language, found = _found(text, every=every) if isinstance(text, str) else (None, ())
    write_line(
        {
            "doc": line.data.get("doc"),
            "statements": [statement_to_json(statement) for statement in found],
            "language": language,
            "left_out": left_out(text) if isinstance(text, str) else 0,
            "error": error,
        }
    )
    return error is not None


def _each_file(names: Iterable[str], act: Callable[[str, Article], None]) -> int:
    """Read each file in a worker that may die, and act on its articles within their time; how many failed."""
    from bot.intake.workers import ReaderPool

    failed, pool = 0, ReaderPool()
    try:
        for name in names:
            try:
                for article in asyncio.run(pool.parse(read_source(name))).articles:
                    with _within(_SECONDS + len(article.body) / _CHARACTERS_A_SECOND):
                        act(name, article)
            except OSError as e:
                failed += 1
                tell(f"{name}: {e.strerror}")
            except SourceUnreadable as e:
                failed += 1
                tell(f"{name}: {e.reason}")
    finally:
        pool.close()
    return failed


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Give up what takes longer: a text that someone else wrote must not hold the terminal for ever."""

    def stop(*_: object) -> NoReturn:
        raise SourceUnreadable(f"It took over {seconds:.0f} seconds and was given up.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _print_statements(name: str, article: Article, *, every: bool, explain: bool) -> None:
    from bot.language.statements.extraction import left_out

    language, found = _found(article.body, every=every)
    if language != "en":
        tell(f"{name}: the text is in {language!r}; statements are found in English ('en') alone.")
    elif not found:
        tell(f"{name}: no statement found.")
    unread = left_out(article.body)
    if unread:
        tell(f"{name}: the last {unread:,} characters were not searched; cut the text into parts.")
    if explain and found:
        out.print(LEGEND)
    for statement in found:
        out.print(explained(statement) if explain else _statement_line(statement), soft_wrap=True)


def _statement_line(statement: Statement) -> Text:
    line, verb = heading(statement), statement.verb
    if verb and goes_first(verb.text):
        line = Text.assemble((verb.text, CUE), " ", line)
    elif verb:
        line.append(f" {verb.text}", style=CUE)
    line.append(": ")
    line.append(" … ".join(span.text for span in statement.content))
    if statement.via:
        line.append(f"  [via {statement.via.text}]", style="dim")
    return line


def summarize(
    files: Files = None,
    *,
    sentences: Annotated[
        int | None, typer.Option(min=1, help="at most so many sentences (3 by default)")
    ] = None,
    words: Annotated[int | None, typer.Option(min=1, help="at most so many words")] = None,
    method: Annotated[
        str, typer.Option(help="dateline, lead, or one of sumy's methods")
    ] = "dateline",
    jsonl: Lines = False,
) -> None:
    """The sentences that carry an article, or several on one story: chosen, not written."""
    from bot.language.summaries import METHODS

    if sentences is not None and words is not None:
        raise UsageError("--sentences and --words exclude each other.", "Give one of them.")
    if method not in METHODS:
        raise UsageError(f"There is no method {method!r}.", f"Take one of: {', '.join(METHODS)}.")
    if words is None:
        sentences = sentences or 3
    if jsonl:
        failed = sum(
            _summary_line(line, sentences, words, method) for line in read_lines(files or [])
        )
    else:
        act = partial(_print_summary, sentences=sentences, words=words, method=method)
        failed = _each_file(files or [STANDARD_INPUT], act)
    raise typer.Exit(1 if failed else 0)


def _summary_line(line: Line, sentences: int | None, words: int | None, method: str) -> bool:
    from bot.language.summaries import summarize as choose

    try:
        documents = _documents(line)
    except UsageError as e:
        write_line({"id": line.data.get("id"), "summary": [], "spans": [], "error": str(e)})
        return True
    chosen = choose(documents, sentences=sentences, words=words, method=method)
    write_line(
        {
            "id": line.data.get("id"),
            "summary": [choice.span.text for choice in chosen],
            "spans": [
                {"doc": c.document, "start": c.span.start, "end": c.span.end} for c in chosen
            ],
        }
    )
    return False


def _documents(line: Line) -> list[Document]:
    from bot.language.summaries import Document

    if line.error:
        raise UsageError(line.error)
    data = line.data
    given = data.get("docs", [data])
    documents = []
    for item in given if isinstance(given, list) else [None]:
        if isinstance(item, str):
            documents.append(Document(item))
        elif not (isinstance(item, dict) and isinstance(item.get("text"), str)):
            raise UsageError('the line has neither "text" nor "docs" with texts')
        elif not isinstance(item.get("title"), str | None):
            raise UsageError('the line has a "title" that is no text')
        else:
            documents.append(Document(item["text"], item.get("title")))
    return documents


def _print_summary(
    _: str, article: Article, *, sentences: int | None, words: int | None, method: str
) -> None:
    from bot.language.summaries import Document
    from bot.language.summaries import summarize as choose

    if article.headline:
        out.print(Text(article.headline, style="bold"))
    for choice in choose(
        [Document(article.body, article.headline)], sentences=sentences, words=words, method=method
    ):
        out.print(choice.span.text, soft_wrap=True)


def stories(files: Files = None, *, jsonl: Lines = False) -> None:
    """Which articles tell the same event: same number, same story."""
    from bot.reading.times import parse_time
    from bot.stories.grouping import Item, group_articles

    if not jsonl:
        raise UsageError(
            "stories reads JSON lines.", 'Add --jsonl, and give {"id", "title", "text"} lines.'
        )
    items, failed = [], 0
    for line in read_lines(files or []):
        data = line.data
        if problem := line.error or _no_article(data):
            tell(problem)
            failed += 1
            continue
        published = parse_time(data.get("published"), "UTC")
        items.append(Item(data.get("title") or "", data.get("text") or "", published, data["id"]))
    for item, number in zip(items, group_articles(items), strict=True):
        write_line({"id": item.id, "story": number})
    raise typer.Exit(1 if failed else 0)


def _no_article(data: dict[str, Any]) -> str | None:
    """Say why a line cannot be grouped."""
    if "id" not in data:
        return 'a line has no "id"'
    wrong = [key for key in ("title", "text") if not isinstance(data.get(key), str | None)]
    return f'line {data["id"]!r}: "{wrong[0]}" is no text' if wrong else None
