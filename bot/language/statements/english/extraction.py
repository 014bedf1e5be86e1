"""Extract who said what from an article: from its body to ranked statements.

body -> quotations -> words with grammar (parsing.py) -> features of words (token_features.py)
     -> likely cues, the words around them (models.py) -> readings of each cue (readings.py)
     -> the best reading of each, if good enough -> whose words they are (speaker_rules.py)
     -> completed (attribution_completion.py)
     -> speakers named (coreference.py), outlets credited (outlets.py)
     -> statements, best first (statement_ranking.py)
"""

import re
from collections.abc import Sequence

from bot.language.coreference import ActorResolver
from bot.language.lexicon import PLEASANTRIES, SPEAKER_CLASS, SPEECH_CLASSES
from bot.language.quotations import closed_at, find_quotations
from bot.language.statements.english.attribution_completion import (
    add_punctuation_attributions,
    complete_content,
    trim_content,
)
from bot.language.statements.english.attribution_rules import (
    RELATIVE_PRONOUNS,
    SUBJECT_DEPS,
    Attribution,
    noun_phrase,
    words_of,
)
from bot.language.statements.english.content_ends import trim_ends
from bot.language.statements.english.governors import Governors, cue_phrase, stance_of
from bot.language.statements.english.lines import find_line
from bot.language.statements.english.models import load_models
from bot.language.statements.english.outlets import Credits, attribute_to_speakers, without_credit
from bot.language.statements.english.parsing import ParsedText, Run, parse, recognize_names
from bot.language.statements.english.polarity import why_unsaid
from bot.language.statements.english.readings import (
    choose_readings,
    is_speech,
    propose_readings,
    score_readings,
)
from bot.language.statements.english.speaker_rules import correct_speakers, is_heard
from bot.language.statements.english.token_features import find_token_features
from bot.language.statements.english.turns import find_turns
from bot.language.statements.sameness import content_words
from bot.language.statements.spans import quotation_type, sentence_around
from bot.language.statements.statement_ranking import FoundStatement, rank_statements
from bot.language.statements.turn_statements import (
    narrated_sentences,
    turn_statements,
    weigh_report,
)
from bot.language.trimming import strip_dateline, without_notes
from bot.model import QuotationType, Span, Statement, Turn

_HYPHENATED_AFTER = re.compile(r"-\w+")
_HYPHENATED_BEFORE = re.compile(r"(?:\w+-)+$")
_MAX_HYPHENATED_CHARS = 30
_OCCUPATIONS = re.compile(r"\w+(?:men|women|ists|ians|keepers|workers|makers|smiths)")
_DASHES = "-–—―"
_OPENING_MARKS = "\"“„«‘‹'‚`”"
_MAX_OPENING_WORDS = 4  # in which an unparsed sentence may name a group


def find_statements(
    body: str,
    sentences: Sequence[Span],
    headline: str | None = None,
    turns: Sequence[Turn] | None = None,
) -> tuple[Statement, ...]:
    """Return every statement in an English text, best first; each span slices `body`.

    The headline, where it is no part of the body, says which statements matter. `turns` are those
    of a transcript or interview; None has them looked for.
    """
    if not sentences:
        return ()
    turns = find_turns(body, sentences, headline) if turns is None else turns
    told = [
        *turn_statements(body, sentences, turns),
        *_find_reports(body, sentences, turns),
    ]
    return rank_statements(told, body, headline)


def _find_reports(
    body: str, sentences: Sequence[Span], turns: Sequence[Turn]
) -> list[FoundStatement]:
    """Return what is reported to have been said, in turns by others than who has the word."""
    quotations = find_quotations(body, sentences)
    # A leading dash is no part of a dateline: it may credit a quotation.
    news = without_notes(body, narrated_sentences(body, sentences, turns))
    undated = [s if s.text[:1] in _DASHES else strip_dateline(body, s) for s in news]
    parsed = parse(body, undated, quotations)
    continued = [k for k, quotation in enumerate(quotations) if quotation.continues]
    attributions = correct_speakers(parsed, _find_believed(parsed))
    attributions = [complete_content(parsed, a) for a in attributions]
    attributions = add_punctuation_attributions(parsed, attributions, continued)
    attributions = attribute_to_speakers(parsed, attributions)
    attributions = [trim_ends(parsed, trim_content(parsed, a)) for a in attributions]
    governed = [Governors.of(parsed, a) for a in attributions]
    governed = [governors for governors in governed if why_unsaid(governors) is None]
    resolver = ActorResolver(
        body,
        sentences,
        subjects=_subject_starts(parsed),
        groups=_group_phrases(parsed),
        quotations=quotations,
        recognize=recognize_names,
    )
    outlet_credits = Credits(body, sentences)
    # The resolver must be asked in text order: earlier speakers guide later pronouns.
    governed.sort(key=_first_named)
    found = [
        FoundStatement(
            _to_statement(governors, sentences, resolver, outlet_credits),
            governors.attribution.certainty,
            is_spoken=_is_spoken(parsed, governors.attribution),
            has_verb=any(parsed.tag[i].startswith(("V", "MD")) for i in governors.content),
        )
        for governors in governed
    ]
    weighed = (weigh_report(each, turns) for each in found if _has_content(each))
    return [each for each in weighed if each]


def _first_named(governors: Governors) -> int:
    """Return the first word of the source, else the cue."""
    attribution = governors.attribution
    return attribution.source[0] if attribution.source else attribution.cue


def _has_content(found: FoundStatement) -> bool:
    """Return whether words tell something: "what", "nothing" and "goodbye" alone do not."""
    if found.has_verb or found.statement.form is not QuotationType.INDIRECT:
        return True
    return not content_words(found.statement) <= PLEASANTRIES


def _find_believed(parsed: ParsedText) -> list[Attribution]:
    """Return the readings that the models believe."""
    models = load_models()
    features = find_token_features(parsed)
    readings = propose_readings(features, models.network)
    score_readings(features, readings, models.trees)
    speech = [reading for reading in readings if is_speech(parsed, reading.attribution)]
    return choose_readings(speech, models.trees.min_quality)


def _is_spoken(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether a verb of speech reports, or no verb: a noun, a mark, "according to".

    It does not where nobody is told to have said what somebody was told.
    """
    cue = attribution.cue
    if attribution.source is None and is_heard(parsed, cue):
        return False
    if parsed.lower[cue] == "according" or not parsed.tag[cue].startswith("V"):
        return True
    return not parsed.verb_classes(cue).isdisjoint(SPEECH_CLASSES)


def _subject_starts(parsed: ParsedText) -> list[int]:
    """Return where each word of a subject's name starts in the text."""
    heads = (i for i, dep in enumerate(parsed.dep) if dep in SUBJECT_DEPS)
    return [parsed.start[k] for i in heads for k in (i, *parsed.children_by(i, "compound", "nmod"))]


def _group_phrases(parsed: ParsedText) -> list[Span]:
    """Return the phrases of plural subjects, which a later "they" may stand for."""
    phrases = [
        noun_phrase(parsed, i, parsed.head[i])
        for i, dep in enumerate(parsed.dep)
        if dep in SUBJECT_DEPS and _are_people(parsed.lower[i]) and not parsed.quotation[i]
    ]
    phrases += [_opening_group(parsed, *bounds) for bounds in parsed.sentence_bounds]
    return [parsed.span(phrase) for phrase in sorted(phrase for phrase in phrases if phrase)]


def _opening_group(parsed: ParsedText, first: int, last: int) -> Run | None:
    """Return the people who open a sentence that was not parsed: "Two officials in ..."."""
    for i in range(first, min(first + _MAX_OPENING_WORDS, last)):
        if parsed.tag[i] or parsed.quotation[i] or not parsed.word[i][0].isalnum():
            return None
        if _are_people(parsed.lower[i]):
            return first, i + 1
    return None


def _are_people(word: str) -> bool:
    """Return whether a lower-case noun means several people."""
    is_listed = word.endswith("s") and SPEAKER_CLASS.get(word) == "person"
    return is_listed or word == "people" or _OCCUPATIONS.fullmatch(word) is not None


def _to_statement(
    governors: Governors,
    sentences: Sequence[Span],
    resolver: ActorResolver,
    outlet_credits: Credits,
) -> Statement:
    parsed, attribution = governors.parsed, governors.attribution
    content = tuple(_content_span(parsed, run) for run in attribution.content)
    source = attribution.source
    speaker = _whole_words(parsed, source) if source else None
    group = cue_phrase(governors)
    cue, form = parsed.span(group), _form(parsed, attribution.content)
    line = find_line(governors, group, content, form)
    actor = (_antecedent(parsed, source) or speaker) if source else None
    return Statement(
        content=content,
        form=form,
        stance=stance_of(governors),
        sentence=sentence_around(parsed.text, sentences, (cue, *content)),
        speaker=speaker,
        actor=resolver.resolve(actor) if actor else None,
        cue=cue,
        via=outlet_credits.outlet_at(cue.start, speaker),
        found_by=attribution.rule,
        line=line.pieces,
        introduction=line.introduction,
    )


def _antecedent(parsed: ParsedText, source: Run) -> Span | None:
    """Return the phrase that a lone "who", "which" or "that" stands for."""
    i, end = source
    if end - i > 1 or parsed.lower[i] not in RELATIVE_PRONOUNS:
        return None
    verb = parsed.head[i]
    while parsed.dep[verb] in {"conj", "xcomp", "aux"} and parsed.head[verb] != verb:
        verb = parsed.head[verb]
    noun = parsed.head[verb]
    if parsed.dep[verb] != "relcl" or noun == verb:
        return None
    phrase = noun_phrase(parsed, noun, verb)
    return _whole_words(parsed, phrase) if phrase else None


def _whole_words(parsed: ParsedText, run: Run) -> Span:
    """Return the span of words, extended over hyphens at which spaCy cuts names: Holt-Jensen."""
    span, text = parsed.span(run), parsed.text
    before = _HYPHENATED_BEFORE.search(text, max(0, span.start - _MAX_HYPHENATED_CHARS), span.start)
    after = _HYPHENATED_AFTER.match(text, span.end)
    start = before.start() if before else span.start
    return Span.of(text, start, after.end() if after else span.end)


def _content_span(parsed: ParsedText, run: Run) -> Span:
    """Return a piece of content with the marks of a whole quotation, without an outlet's credit."""
    text, (start, end) = parsed.text, (parsed.start[run[0]], parsed.end[run[1] - 1])
    starts_quoted, ends_quoted = parsed.quotation[run[0]], parsed.quotation[run[1] - 1]
    if start and text[start - 1] in _OPENING_MARKS and starts_quoted:
        start -= 1
    if ends_quoted and text[start] in _OPENING_MARKS:
        end = closed_at(text, end)
    kept = without_credit(text[start:end])
    return Span.of(text, start, start + len(kept) if kept else end)


def _form(parsed: ParsedText, content: Sequence[Run]) -> QuotationType:
    quoted = [parsed.quotation[i] > 0 for i in words_of(content) if parsed.word[i][0].isalnum()]
    return quotation_type(quoted)
