"""Parliaments' records in XML: publicwhip (Hansard), Akoma Ntoso 3.0 debates, ParlaMint TEI.

XML -> sections with a heading -> an article each -> turns; what is no speech is left out

publicwhip: https://parser.theyworkforyou.com; Akoma Ntoso: https://docs.oasis-open.org/legaldocml;
ParlaMint: https://clarin-eric.github.io/ParlaMint
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.model import Article, TurnKind
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import MAX_URL_CHARS, clean_line, line_or_none
from bot.reading.document import SourceDocument
from bot.reading.times import parse_time
from bot.reading.trees import find_all, find_child, find_first, local_name, text_content
from bot.reading.turns import SpokenParagraph, SpokenTurn, compose_transcript, merge_turns
from bot.reading.wire_text import attribute

_HEADINGS = {"oral-heading", "major-heading", "minor-heading"}
_SPEECHES = {"speech", "question", "answer"}
_KINDS = {
    **dict.fromkeys(("question", "ques"), TurnKind.QUESTION),
    **dict.fromkeys(("answer", "reply"), TurnKind.ANSWER),
}
# Inside a speech: what was heard or done, and what editors added.
_ASIDES = frozenset(
    ["note", "kinesic", "vocal", "incident", "gap", "remark", "noteRef", "authorialNote", "from"]
)
_CLOSING = tuple(".,;:!?)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-Þ])")
_BRACKETED = re.compile(r"\(([^()]{3,60})\)")


@dataclass
class _Section:
    """A part of a sitting under one heading, and what is said in it."""

    heading: str | None
    guid: str | None = None
    url: str | None = None
    date: str | None = None
    turns: list[SpokenTurn] = field(default_factory=list)


def _to_articles(sections: Sequence[_Section], base: Article, zone: str) -> list[Article]:
    """Return an article for each section in which somebody speaks; raise if there is none."""
    articles = []
    for section in sections:
        if not section.turns:
            continue
        body, turns = compose_transcript([section.heading or ""], merge_turns(section.turns))
        articles.append(
            replace(
                base,
                body=body,
                headline=line_or_none(section.heading),
                guid=line_or_none(section.guid, MAX_URL_CHARS),
                url=line_or_none(section.url, MAX_URL_CHARS),
                published=parse_time(section.date, zone) or base.published,
                turns=turns,
            )
        )
    if not articles:
        raise SourceUnreadable("Nobody speaks in this record of a parliament.")
    return articles


# --- publicwhip -----------------------------------------------------------------------------------


def read_publicwhip(document: SourceDocument) -> list[Article]:
    """Return an article for each heading; raise SourceUnreadable where nobody speaks."""
    sections = [_Section(None)]
    above = ""
    for element in document.tree:
        name = local_name(element)
        if name in _HEADINGS:
            heading = clean_line(text_content(element))
            if name != "minor-heading":
                above = heading
            day = _DATE.search(element.get("id") or "")
            date = f"{day[0]} {element.get('time') or ''}".strip() if day else None
            # The Lords' clock has other forms.
            date = date if parse_time(date, document.zone) else day and day[0]
            title = heading or above or None
            sections.append(_Section(title, element.get("id"), element.get("url"), date))
        elif name in {"speech", "ques", "reply"} and (turn := _publicwhip_turn(element)):
            sections[-1].turns.append(turn)
    return _to_articles(sections, Article(body=""), document.zone)


def _publicwhip_turn(element: Any) -> SpokenTurn | None:
    name = line_or_none(element.get("speakername"))
    if element.get("nospeaker") == "true" or name is None or name.lower() == "unknown":
        return None
    kind = _KINDS.get(local_name(element), TurnKind.SPEECH)
    own_type = (element.get("type") or "").lower()
    is_numbered = any(p.get("qnum") for p in element.iter()) or element.get("oral-qnum")
    if kind is TurnKind.SPEECH and (
        "question" in own_type or (is_numbered and "answer" not in own_type)
    ):
        kind = TurnKind.QUESTION
    elif "answer" in own_type:
        kind = TurnKind.ANSWER
    # Lords are printed with a colon behind their names.
    texts = tuple(_paragraphs(element, "p", "tr"))
    return SpokenTurn(name.rstrip(" :"), texts, line_or_none(element.get("speakeroffice")), kind)


# --- Akoma Ntoso ----------------------------------------------------------------------------------


def read_akoma_ntoso(document: SourceDocument) -> list[Article]:
    """Return an article for each section of a debate; raise SourceUnreadable for anything else."""
    tree = document.tree
    body = find_first(tree, "debateBody")
    if body is None:
        raise SourceUnreadable("This Akoma Ntoso is no debate (acts and bills are not read).")
    shown = {
        element.get("eId") or element.get("id"): line_or_none(element.get("showAs"))
        for element in find_all(tree, "TLCPerson", "TLCRole", "TLCOrganization")
    }
    language = find_first(tree, "FRBRlanguage")
    day = find_first(tree, "FRBRWork", "FRBRdate")
    title = clean_line(text_content(find_first(tree, "preface", "docTitle"))) or None
    base = Article(
        body="",
        language=(language.get("language") or "")[:2] if language is not None else None,
        published=parse_time(day.get("date"), document.zone) if day is not None else None,
    )
    sections = [_Section(title)]
    for element in body.iter():
        name = local_name(element)
        if name == "heading" and local_name(element.getparent()) not in _SPEECHES:
            sections.append(_Section(clean_line(text_content(element)) or title))
        elif name in _SPEECHES and (turn := _akoma_turn(element, shown)):
            sections[-1].turns.append(turn)
    return _to_articles(sections, base, document.zone)


def _akoma_turn(element: Any, shown: dict[str | None, str | None]) -> SpokenTurn | None:
    """Return a speech; its speaker is whom `by` refers to, else the printed mark."""
    by, office = (_reference(element, shown, name) for name in ("by", "as"))
    printed = clean_line(text_content(find_child(element, "from"))).rstrip(" :.—–-")
    if by is None and (named := _BRACKETED.search(printed)):
        # "Minister of Ports (Ms. Vik)" is printed where `by` refers to nobody.
        by, office = named[1], office or line_or_none(printed[: named.start()])
    name = by or printed or None
    if name is None:
        return None
    kind = _KINDS.get(local_name(element), TurnKind.SPEECH)
    role = office if office and office.lower() != name.lower() else None
    return SpokenTurn(name, tuple(_paragraphs(element, "p")), role, kind)


def _reference(element: Any, shown: dict[str | None, str | None], attribute: str) -> str | None:
    return shown.get((element.get(attribute) or "").lstrip("#"))


# --- ParlaMint ------------------------------------------------------------------------------------


def read_tei(document: SourceDocument) -> list[Article]:
    """Return an article for each division of a sitting; raise SourceUnreadable for other TEI."""
    tree = document.tree
    text = find_first(tree, "text")
    if text is None or find_first(text, "u") is None:
        raise SourceUnreadable("This TEI has no speech (`u`) in it: it is no transcript.")
    day = find_first(tree, "settingDesc", "date")
    titles = list(find_all(find_first(tree, "titleStmt"), "title"))
    heads = [*(t for t in titles if t.get("type") == "sub"), *titles]
    title = clean_line(text_content(heads[0])) if heads else None
    base = Article(
        body="",
        language=attribute(tree, "lang"),
        published=parse_time(day.get("when"), document.zone) if day is not None else None,
    )
    names = {
        attribute(person, "id") or "": clean_line(_person_name(find_child(person, "persName")))
        for person in find_all(tree, "person")
    }
    sections = [_Section(title)]
    announced: str | None = None
    for element in text.iter():
        name = local_name(element)
        if name == "div":
            sections.append(_Section(title))
        elif name == "head":
            sections[-1].heading = clean_line(text_content(element)) or title
        elif name == "note" and element.get("type") == "speaker":
            announced = clean_line(text_content(element)).rstrip(" :.")
        elif name == "u":
            who = (element.get("who") or "").lstrip("#")
            if announced:
                names[who] = names.get(who) or announced
            announced = None
            sections[-1].turns += _tei_turn(element, names.get(who) or _name_in_id(who))
    return _to_articles(sections, base, document.zone)


def _person_name(element: Any) -> str:
    """Return first and last names in order, else the whole name."""
    parts = [*find_all(element, "forename"), *find_all(element, "surname")]
    return " ".join(map(text_content, parts)) or text_content(element)


def _name_in_id(who: str) -> str:
    """Return the name that an identifier is made of: LindsayHoyle."""
    return _CAMEL.sub(" ", who.replace("_", " ")).strip()


def _tei_turn(element: Any, name: str) -> Iterator[SpokenTurn]:
    roles = (element.get("ana") or "").split()
    kind = TurnKind.PROCEDURE if "#chair" in roles else TurnKind.SPEECH
    paragraphs = tuple(_paragraphs(element, "seg"))
    if name and paragraphs:
        yield SpokenTurn(name, paragraphs, None, kind)


# --- text -----------------------------------------------------------------------------------------


def _paragraphs(element: Any, *names: str) -> Iterator[SpokenParagraph]:
    """Yield the words of each such element, without what was heard, done or noted."""
    for child in find_all(element, *names):
        text = clean_line("".join(_spoken_pieces(child)))
        is_italic = child.get("class") == "italic"
        if text and not is_italic:
            yield SpokenParagraph(text)


def _spoken_pieces(element: Any) -> Iterator[str]:
    """Yield the text of an element without asides; annotated words are joined as they were."""
    yield element.text or ""
    for child in element:
        name = local_name(child)
        if name in {"w", "pc"}:
            yield text_content(child) + ("" if child.get("join") in {"right", "both"} else " ")
            continue
        if name in _ASIDES or not name:
            yield "" if (child.tail or "")[:1] in _CLOSING else " "
        else:
            yield from _spoken_pieces(child)
        yield child.tail or ""
