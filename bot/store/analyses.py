"""An analysis as the store keeps it: JSON that says where words stand, and leaves the words to the body.

Written out, an article's sentences, extract and statements repeat its body three times over. Each place stands here
once, in `places`, and is meant by its number; statements are lists in the order of their fields. A digest reads some
fifty analyses: this takes half as long to read as objects whose fields are named and checked one by one.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.model import Actor, ActorKind, Analysis, QuotationType, Span, Stance, Statement

_FIELDS = 2  # of a place in the body: where it starts and where it ends
_KINDS = {kind.value: kind for kind in ActorKind}
_FORMS = {form.value: form for form in QuotationType}
_STANCES = {stance.value: stance for stance in Stance}


def pack(analysis: Analysis, body: str) -> str:
    """JSON in which a span of the body is two numbers; any other span keeps its words."""
    places = _Places(body)
    packed = {
        "language": analysis.language,
        "title": places.number(analysis.title),
        "sentences": places.numbers(analysis.sentences),
        "extract": places.numbers(analysis.extract),
        "statements": [_packed(one, places) for one in analysis.statements],
        "terms": analysis.terms,
        "places": places.places,
    }
    return json.dumps(packed, separators=(",", ":"))


def unpack(data: str, body: str) -> Analysis:
    """Slice the words out of the body again; spans of one place are one object."""
    packed = json.loads(data)
    spans = [
        Span(one[0], one[1], body[one[0] : one[1]] if len(one) == _FIELDS else one[2])
        for one in packed["places"]
    ]
    return Analysis(
        packed["language"],
        spans[packed["title"]],
        tuple([spans[number] for number in packed["sentences"]]),
        tuple([spans[number] for number in packed["extract"]]),
        tuple([_statement(one, spans) for one in packed["statements"]]),
        tuple([(term, weight) for term, weight in packed["terms"]]),
    )


class _Places:
    """Numbers spans, each once."""

    def __init__(self, body: str) -> None:
        self.places: list[tuple[int, int] | tuple[int, int, str]] = []
        self._body = body
        self._numbers: dict[Span, int] = {}

    def number(self, span: Span) -> int:
        if span not in self._numbers:
            place = span.start, span.end
            self._numbers[span] = len(self.places)
            self.places.append(place if span.holds_in(self._body) else (*place, span.text))
        return self._numbers[span]

    def numbers(self, spans: Iterable[Span]) -> list[int]:
        return [self.number(span) for span in spans]

    def where(self, span: Span | None) -> int | None:
        return None if span is None else self.number(span)


def _packed(one: Statement, places: _Places) -> list[Any]:
    actor = one.actor
    return [
        places.numbers(one.content),
        one.form.value,
        one.stance.value,
        places.number(one.sentence),
        places.where(one.speaker),
        None
        if actor is None
        else [places.number(actor.name), places.where(actor.role), actor.kind.value],
        places.where(one.cue),
        places.where(one.via),
        one.score,
        one.found_by,
    ]


def _statement(packed: Sequence[Any], spans: Sequence[Span]) -> Statement:
    content, form, stance, sentence, speaker, actor, cue, via, score, found_by = packed
    return Statement(
        tuple([spans[number] for number in content]),
        _FORMS[form],
        _STANCES[stance],
        spans[sentence],
        None if speaker is None else spans[speaker],
        actor and _actor(actor, spans),
        None if cue is None else spans[cue],
        None if via is None else spans[via],
        score,
        found_by,
    )


def _actor(packed: Sequence[Any], spans: Sequence[Span]) -> Actor:
    name, role, kind = packed
    return Actor(spans[name], None if role is None else spans[role], _KINDS[kind])
