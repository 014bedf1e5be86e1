"""Parliaments' records in XML: publicwhip (Hansard), Akoma Ntoso 3.0 debates, ParlaMint TEI.

XML -> sections with a heading -> an article each -> turns; what is no speech is left out

publicwhip: https://parser.theyworkforyou.com; Akoma Ntoso: https://docs.oasis-open.org/legaldocml;
ParlaMint: https://clarin-eric.github.io/ParlaMint
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.model import Article, TurnKind
from bot.reading import unreadable
from bot.reading.cleaning import MAX_URL_CHARS, clean_line, line_or_none
from bot.reading.document import SourceDocument
from bot.reading.speaker_names import CHAIRS, TeiSpeakers, identifier_of, is_announcement, read_mark
from bot.reading.times import parse_time
from bot.reading.trees import find_all, find_child, find_first, local_name, text_content
from bot.reading.turns import (
    SpokenParagraph,
    SpokenTurn,
    compose_transcript,
    merge_turns,
    speaker_key,
)
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
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")
# A speaker's mark in capitals where the source has it inside the speech: "El señor VIK (Ponente).-"
_MARK = re.compile(r"[^.:\n]{0,30}\b[^\W\d_a-z]{3,}\b[^.:\n]{0,60}(?:\.[-–—]|:)")


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
        if not any(turn.speaker for turn in section.turns):
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
        raise unreadable("nobody_speaks")
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
    name = name.rstrip(" :")
    role = _other_than(name, line_or_none(element.get("speakeroffice")))
    return SpokenTurn(name, tuple(_paragraphs(element, "p", "tr")), role, kind)


# --- Akoma Ntoso ----------------------------------------------------------------------------------


def read_akoma_ntoso(document: SourceDocument) -> list[Article]:
    """Return an article for each section of a debate; raise SourceUnreadable for anything else."""
    tree = document.tree
    body = find_first(tree, "debateBody")
    if body is None:
        raise unreadable("not_a_debate")
    roles = _shown_names(tree, "TLCRole")
    people = roles | _shown_names(tree, "TLCPerson", "TLCOrganization")
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
        elif name in _SPEECHES and (turn := _akoma_turn(element, people, roles)):
            sections[-1].turns.append(turn)
    return _to_articles(sections, base, document.zone)


def _akoma_turn(
    element: Any, people: Mapping[str, str | None], roles: Mapping[str, str | None]
) -> SpokenTurn | None:
    """Return a speech; its speaker is whom `by` refers to, else the printed mark."""
    paragraphs = [*_paragraphs(element, "p")]
    by, office = people.get(_reference(element, "by")), roles.get(_reference(element, "as"))
    printed = clean_line(text_content(find_child(element, "from")))
    lead = SpokenParagraph(printed) if printed else paragraphs.pop(0) if by and paragraphs else None
    # A source may print the mark at the head of the speech, or words behind it in `from`.
    mark, words = _cut_mark(by, lead, is_mark=bool(printed)) if lead else ("", [])
    mark_name, mark_role = read_mark(mark)
    if by and mark_name and not _share_word(mark_name, f"{by} {office or ''}"):
        # A reference to nobody in particular, or to somebody else than is printed.
        by = None
    name, role = by or mark_name, office or mark_role
    kind = _KINDS.get(local_name(element), TurnKind.SPEECH)
    if kind is TurnKind.SPEECH and speaker_key(role or "") in CHAIRS:
        kind = TurnKind.PROCEDURE
    spoken = (*words, *paragraphs)
    return SpokenTurn(name, spoken, _other_than(name, role), kind) if spoken else None


def _other_than(name: str | None, role: str | None) -> str | None:
    return role if name and role and role.lower() != name.lower() else None


def _shown_names(tree: Any, *names: str) -> dict[str, str | None]:
    """Return by its id what each such entry of the references is to be shown as."""
    return {
        element.get("eId") or element.get("id") or "": line_or_none(element.get("showAs"))
        for element in find_all(tree, *names)
    }


def _reference(element: Any, attribute: str) -> str:
    return (element.get(attribute) or "").strip().lstrip("#")


def _cut_mark(
    by: str | None, paragraph: SpokenParagraph, *, is_mark: bool
) -> tuple[str, list[SpokenParagraph]]:
    """Return the mark that a paragraph begins with, "Ms. VIK.-", and the words behind it."""
    mark = _MARK.match(paragraph.text)
    if mark is None or not (is_mark or _share_word(mark[0], by or "")):
        return (paragraph.text, []) if is_mark else ("", [paragraph])
    words = paragraph.text[mark.end() :].strip()
    return mark[0], [SpokenParagraph(words)] if words else []


def _share_word(text: str, other: str) -> bool:
    """Return whether two names have a word of several letters in common."""
    words, others = (set(_NAME_WORD.findall(each.lower())) for each in (text, other))
    return not words.isdisjoint(others)


# --- ParlaMint ------------------------------------------------------------------------------------


def read_tei(document: SourceDocument) -> list[Article]:
    """Return an article for each division of a sitting; raise SourceUnreadable for other TEI."""
    tree = document.tree
    text = find_first(tree, "text")
    if text is None or find_first(text, "u") is None:
        raise unreadable("tei_without_speech")
    day = find_first(tree, "settingDesc", "date")
    titles = list(find_all(find_first(tree, "titleStmt"), "title"))
    heads = [*(t for t in titles if t.get("type") == "sub"), *titles]
    title = clean_line(text_content(heads[0])) if heads else None
    base = Article(
        body="",
        language=attribute(tree, "lang"),
        published=parse_time(day.get("when"), document.zone) if day is not None else None,
    )
    speakers = TeiSpeakers(tree, text)
    sections = [_Section(title)]
    announced = ""
    for element in text.iter():
        name = local_name(element)
        if name == "div":
            sections.append(_Section(title))
        elif name == "head" and find_child(element.getparent(), "head") is element:
            sections[-1].heading = clean_line(text_content(element)) or title
        elif is_announcement(element):
            announced = clean_line(text_content(element))
        elif name == "u":
            named = speakers.of(identifier_of(element), announced)
            announced = ""
            sections[-1].turns += _tei_turn(element, *named)
    return _to_articles(sections, base, document.zone)


def _tei_turn(element: Any, name: str | None, role: str | None) -> Iterator[SpokenTurn]:
    roles = (element.get("ana") or "").split()
    kind = TurnKind.PROCEDURE if "#chair" in roles else TurnKind.SPEECH
    paragraphs = tuple(_paragraphs(element, "seg"))
    if paragraphs:
        yield SpokenTurn(name, paragraphs, name and role, kind)


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
