"""Captions and podcast transcripts: WebVTT, SRT, and JSON and HTML of the podcast namespace.

cues -> voices -> the cues of one speaker joined, with a time code where each began -> turns

WebVTT: https://www.w3.org/TR/webvtt1; podcasts:
https://github.com/Podcastindex-org/podcast-namespace (transcripts)
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.model import Article, Format
from bot.reading import unreadable
from bot.reading.cleaning import clean_line, line_or_none
from bot.reading.document import FormatReader, SourceDocument, json_objects
from bot.reading.markup import parse_html
from bot.reading.trees import find_all, local_name, text_content
from bot.reading.turns import SpokenParagraph, SpokenTurn, compose_transcript

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
# Of an HTML transcript: "0:05", "1:02:03", "7".
_SPOKEN_AT = re.compile(r"(?:[0-9]{1,4}:){0,2}[0-9]{1,6}(?:[.,][0-9]{1,3})?")
_TIMING = re.compile(rf"\s*({_CLOCK})\s*-->\s*{_CLOCK}")
_VTT_START = re.compile(r"\ufeff?WEBVTT(?:[ \t]+-?[ \t]*(?P<title>[^\n]*))?(?:\n|$)")
_SRT_START = re.compile(rf"\ufeff?\s*\d{{1,6}}[ \t]*\n{_CLOCK}\s*-->\s*{_CLOCK}")
_LANGUAGE = re.compile(r"^Language:\s*(\S+)", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[^<>\n]{0,300}>")
# The reading of a word, above it; its end tag may be left out.
_READING = re.compile(r"<rt\b[^<>]{0,300}>.{0,300}?(?=</?r(?:t|uby)\b)", re.DOTALL)
_CITED = re.compile(r"<cite\b[^<>]*>[^<>]{1,200}</cite>\s*<time\b[^<>]*>[^<>]{1,40}</time>\s*<p\b")
_SEGMENTS = re.compile(r'"segments"\s*:\s*\[')
# "Ann Lowe:", ">> MR. LOWE:", "- Ann:" before words or on a line of its own.
_NAME = r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,4}"
_LABEL = re.compile(rf"(?:>>+\s*|-\s+)?(?P<name>{_NAME})\s?:(?:\s+|$)")
_NEW_VOICE = re.compile(r">>+\s*|-\s+(?=\S)")
_BLANK_LINES = re.compile(r"\n[ \t]*\n+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
_JOINED = re.compile(r"[.,;:?!…]+$|['’](?:s|t|re|ve|ll|d|m)$", re.IGNORECASE)
_PARAGRAPH_CHARS = 600  # of one speaker's words, after which the next sentence begins another
_MIN_CITED = 2
_MIN_REPEATED_SPACES = 2  # fewer words may be said twice
_NO_NAME = ""


@dataclass(frozen=True, slots=True)
class _Voice:
    """Words of a cue; `speaker` is None where it goes on as before, "" where nobody says who."""

    speaker: str | None
    text: str
    seconds: float | None


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize captions by their first lines, and transcripts of podcasts by their structure."""
    text = document.text
    if _VTT_START.match(_lines(text[:1000])):
        return Format.WEBVTT, _read_cues
    if _SRT_START.match(_lines(text[:1000])):
        return Format.SRT, _read_cues
    if document.looks_like_json and _SEGMENTS.search(text[:5000]) and _segments(document.json):
        return Format.PODCAST_TRANSCRIPT, _read_json
    if len(_CITED.findall(text[:20_000])) >= _MIN_CITED:
        return Format.PODCAST_TRANSCRIPT, _read_html
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_cues(document: SourceDocument) -> list[Article]:
    """Return the article of WebVTT, whose first block is a head, or of SRT, which has none."""
    blocks = _BLANK_LINES.split(_lines(document.text).strip())
    start = _VTT_START.match(blocks[0])
    language = _LANGUAGE.search(blocks.pop(0)) if start else None
    voices = _name_by_label([voice for block in blocks for voice in _cue_voices(block)])
    title = start["title"] if start else None
    return [_to_article(voices, title, language[1] if language else None)]


def _cue_voices(block: str) -> Iterator[_Voice]:
    """Yield the voices of a cue; notes, styles and identifiers have no timing and are none."""
    lines = block.split("\n")
    at = next((k for k, line in enumerate(lines[:2]) if _TIMING.match(line)), None)
    if at is None:
        return
    timing = _TIMING.match(lines[at])
    seconds = _to_seconds(timing[1]) if timing else None
    text = "\n".join(lines[at + 1 :])
    start, speaker = 0, None
    for voice in _VOICE.finditer(text):
        yield _Voice(speaker, text[start : voice.start()], seconds)
        start, speaker = voice.end(), clean_line(unescape(voice[1]))
    yield _Voice(speaker, text[start:], seconds)


def _name_by_label(voices: Sequence[_Voice]) -> list[_Voice]:
    """Return the voices by name, where no tag but "Name:" tells who speaks, and without tags."""
    plain = [_Voice(v.speaker, _plain(v.text), v.seconds) for v in voices]
    if any(voice.speaker for voice in plain):
        return plain
    labels = [
        label["name"] for v in plain for line in v.text.split("\n") if (label := _LABEL.match(line))
    ]
    counts = Counter(labels)
    known = set(counts) if len(counts) > 1 or max(counts.values(), default=0) > 1 else set()
    return [named for voice in plain for named in _split_labels(voice, known)]


def _plain(text: str) -> str:
    """Return the words of a cue's text, without tags and without readings above words."""
    return unescape(_TAG.sub("", _READING.sub("", text))).strip()


def _split_labels(voice: _Voice, known: set[str]) -> Iterator[_Voice]:
    """Yield the parts of a cue by who speaks in them."""
    for line in voice.text.split("\n"):
        label = _LABEL.match(line)
        if label and label["name"] in known:
            yield _Voice(label["name"], line[label.end() :], voice.seconds)
        elif new := _NEW_VOICE.match(line):
            yield _Voice(_NO_NAME, line[new.end() :], voice.seconds)
        else:
            yield _Voice(None, line, voice.seconds)


def _to_seconds(clock: str) -> float:
    """Return a clock reading of hours, minutes and seconds as seconds."""
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


# --- podcasts -------------------------------------------------------------------------------------


def _segments(data: Any) -> list[dict[str, Any]]:
    segments = json_objects(data.get("segments")) if isinstance(data, dict) else []
    return [segment for segment in segments if isinstance(segment.get("body"), str)]


def _read_json(document: SourceDocument) -> list[Article]:
    voices = []
    for segment in _segments(document.json):
        speaker, start = segment.get("speaker"), segment.get("startTime")
        # One that is empty is somebody who is not known; where there is none, the last goes on.
        name = line_or_none(speaker) or _NO_NAME if isinstance(speaker, str) else None
        seconds = float(start) if isinstance(start, int | float) else None
        voices.append(_Voice(name, segment["body"], seconds))
    return [_to_article(voices, document.json.get("title"), document.json.get("language"))]


def _read_html(document: SourceDocument) -> list[Article]:
    tree = parse_html(document.text)
    voices: list[_Voice] = []
    speaker: str | None = None
    seconds: float | None = None
    for element in find_all(tree, "cite", "time", "p"):
        text, name = clean_line(text_content(element)), local_name(element)
        if name == "cite":
            speaker, seconds = text.rstrip(" :") or _NO_NAME, None
        elif name == "time":
            clock = text.strip("() ")
            seconds = _to_seconds(clock) if _SPOKEN_AT.fullmatch(clock) else None
        else:
            voices.append(_Voice(speaker, text, seconds))
            speaker = None
    title = next((text_content(heading) for heading in find_all(tree, "h1", "title")), None)
    return [_to_article(voices, title)]


# --- turns ----------------------------------------------------------------------------------------


def _to_article(voices: Iterable[_Voice], title: object = None, language: object = None) -> Article:
    """Return the article of these voices; one without any name is a text without turns."""
    turns = list(_join_voices(voices))
    if not turns:
        raise unreadable("empty_captions")
    headline = line_or_none(title)
    tag = language if isinstance(language, str) else None
    if not any(turn.speaker for turn in turns):
        body = "\n\n".join(paragraph.text for turn in turns for paragraph in turn.paragraphs)
        return Article(body=body, headline=headline, language=tag)
    body, placed = compose_transcript([headline or ""], turns)
    return Article(body=body, headline=headline, language=tag, turns=placed)


def _join_voices(voices: Iterable[_Voice]) -> Iterator[SpokenTurn]:
    """Yield a turn for each run of words of one speaker, in paragraphs of some sentences."""
    speaker, paragraphs = _NO_NAME, [_CueParagraph()]
    last = ""
    for voice in voices:
        text = clean_line(voice.text)
        is_new = voice.speaker is not None and (voice.speaker != speaker or not voice.speaker)
        if is_new:
            yield from _to_turn(speaker, paragraphs)
            speaker, paragraphs = voice.speaker or _NO_NAME, [_CueParagraph()]
        elif text == last and text.count(" ") >= _MIN_REPEATED_SPACES:
            continue  # captions that roll up repeat their last line
        elif paragraphs[-1].is_full:
            paragraphs.append(_CueParagraph())
        if text:
            paragraphs[-1].add(text, voice.seconds)
            last = text
    yield from _to_turn(speaker, paragraphs)


class _CueParagraph:
    """Words of cues joined by spaces, with the time code at which each cue began."""

    def __init__(self) -> None:
        self.text = ""
        self.times: list[tuple[int, float]] = []

    @property
    def is_full(self) -> bool:
        return len(self.text) > _PARAGRAPH_CHARS and _SENTENCE_END.search(self.text) is not None

    def add(self, text: str, seconds: float | None) -> None:
        # Transcripts word by word give marks of punctuation as words.
        is_apart = self.text and not _JOINED.match(text)
        self.text += f" {text}" if is_apart else text
        place = len(self.text) - len(text)
        if seconds is not None and (not self.times or self.times[-1][1] != seconds):
            self.times.append((place, seconds))


def _to_turn(speaker: str, paragraphs: Sequence[_CueParagraph]) -> Iterator[SpokenTurn]:
    spoken = tuple(SpokenParagraph(p.text, tuple(p.times)) for p in paragraphs if p.text)
    if spoken:
        yield SpokenTurn(speaker or None, spoken)
