"""Extract who said what from a German article: from its body to ranked statements.

body -> quotations -> words and clauses (words.py) -> attributions (attributions.py)
     -> without what was not said (polarity.py) -> speakers named (actors.py), outlets credited
     -> statements, best first (statement_ranking.py)
"""

from collections.abc import Sequence

from bot.language.quotations import find_quotations
from bot.language.statements.german.actors import GermanActors
from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.attributions import find_attributions
from bot.language.statements.german.lexicon import FUNCTION_WORDS, SPEAKER_FOLLOWS
from bot.language.statements.german.lines import find_line
from bot.language.statements.german.outlets import GermanCredits
from bot.language.statements.german.people import may_speak
from bot.language.statements.german.phrases import is_source_noun
from bot.language.statements.german.polarity import is_negated, is_unsaid
from bot.language.statements.german.words import GermanText, read_words
from bot.language.statements.spans import quotation_type, sentence_around
from bot.language.statements.statement_ranking import FoundStatement, rank_statements
from bot.language.statements.turn_statements import narrated_sentences, turn_statements
from bot.model import Actor, ActorKind, QuotationType, Span, Stance, Statement, Turn

_STANCES = {
    "deny": Stance.DENIES, "warn": Stance.WARNS, "promise": Stance.PROMISES,
    "accuse": Stance.ACCUSES, "ask": Stance.ASKS, "demand": Stance.ASKS,
}  # fmt: skip
# How sure each rule is, by what was right of it in texts that it was written against.
_CERTAINTY = {
    "quote": 0.98, "inverted": 0.97, "around": 0.95, "continued": 0.95, "dass": 0.97, "V2": 0.96,
    "according": 0.95, "so": 0.97, "wie": 0.95, "infinitive": 0.9, "quote after colon": 0.85,
    "back reference": 0.8, "subjunctive": 0.8, "demnach": 0.5, "noun": 0.75, "noun with zu": 0.4,
    "adjective": 0.8, "hanging": 0.8, "quoted object": 0.8, "colon": 0.35, "for": 0.75,
    "quote alone": 0.6,
}  # fmt: skip
_NOT_SPOKEN = frozenset(["think", "show", "call"])
# What is decided is a deed, whoever may have said it.
_DEEDS = frozenset(
    ["beschließen", "entscheiden", "einigen", "verpflichten", "anordnen", "beauftragen",
     "vereinbaren"]
)  # fmt: skip
_OF_THINGS = 0.4  # of the certainty where the source is no person, body or group


def find_statements(
    body: str,
    sentences: Sequence[Span],
    headline: str | None = None,
    turns: Sequence[Turn] | None = None,
) -> tuple[Statement, ...]:
    """Return every statement in a German text, best first; each span slices `body`.

    `turns` are those of a transcript, which are not looked for.
    """
    turns = turns or ()
    found = [*turn_statements(body, sentences, turns), *_find_reports(body, sentences, turns)]
    return rank_statements(found, body, headline, FUNCTION_WORDS)


def _find_reports(
    body: str, sentences: Sequence[Span], turns: Sequence[Turn]
) -> list[FoundStatement]:
    """Return what is reported to have been said, outside of turns."""
    told = narrated_sentences(body, sentences, turns)
    text = read_words(body, told, find_quotations(body, told, SPEAKER_FOLLOWS))
    actors, outlets = GermanActors(text), GermanCredits(body, sentences)
    return [
        _to_found(
            text, attribution, actors, _to_statement(text, attribution, sentences, actors, outlets)
        )
        for attribution in find_attributions(text)
        if not is_unsaid(text, attribution)
    ]


def _to_found(
    text: GermanText, attribution: GermanAttribution, actors: GermanActors, statement: Statement
) -> FoundStatement:
    """Return a statement with what its grammar tells about it."""
    words = [i for run in attribution.content for i in range(*run)]
    is_deed = attribution.verb_class in _NOT_SPOKEN or attribution.verb in _DEEDS
    return FoundStatement(
        statement,
        _certainty(text, attribution, actors, statement.actor),
        is_spoken=not is_deed or statement.form is QuotationType.DIRECT,
        has_verb=any(text.finite_at(i) or text.quotation[i] for i in words),
    )


def _certainty(
    text: GermanText, attribution: GermanAttribution, actors: GermanActors, actor: Actor | None
) -> float:
    """Return how surely a reading is right: by its rule, and whether its source can speak."""
    source = attribution.source
    inner = actors.inner(source) if source else None
    is_person = actor is not None and actor.kind is ActorKind.PERSON  # whom "er" stands for too
    is_nobodys = source is not None and inner == source and is_source_noun(text, source[1] - 1)
    is_sure = is_person or inner is None or (may_speak(text, inner) and not is_nobodys)
    return _CERTAINTY[attribution.rule] * (1.0 if is_sure else _OF_THINGS)


def _to_statement(
    text: GermanText,
    attribution: GermanAttribution,
    sentences: Sequence[Span],
    actors: GermanActors,
    outlets: GermanCredits,
) -> Statement:
    content = tuple(text.span(run) for run in attribution.content)
    speaker = text.span(attribution.source) if attribution.source else None
    cue, form = text.span(attribution.cue), _form(text, attribution)
    introduction, line = find_line(text, attribution, content, form)
    return Statement(
        content=content,
        form=form,
        stance=_stance(text, attribution),
        sentence=sentence_around(text.text, sentences, (cue, *content)),
        speaker=speaker,
        actor=actors.resolve(attribution.source) if attribution.source else None,
        cue=None if attribution.rule == "subjunctive" else cue,
        via=outlets.outlet_at(cue.start, speaker),
        found_by=attribution.rule,
        line=line,
        introduction=introduction,
    )


def _stance(text: GermanText, attribution: GermanAttribution) -> Stance:
    """Return what a verb does with the words; denied, it only says."""
    if is_negated(text, attribution):
        return Stance.SAYS
    between = text.lower[attribution.finite + 1 : attribution.content[0][0]]
    if "dagegen" in between and attribution.rule == "infinitive":
        return Stance.DENIES
    if attribution.verb == "abraten":
        return Stance.WARNS
    return _STANCES.get(attribution.verb_class, Stance.SAYS)


def _form(text: GermanText, attribution: GermanAttribution) -> QuotationType:
    words = (i for run in attribution.content for i in range(*run) if text.is_word(i))
    return quotation_type([text.quotation[i] > 0 for i in words])
