"""Which verbs of speech do other work here: "called the plan a joke" tells something, "called her brother" nothing."""

from bot.language.lexicon import VERB_LEMMA
from bot.language.statements.constructions import Report
from bot.language.statements.parsed import ParsedText

# What a verb takes, as a dependency or a preposition, when it says nothing: call at a port, command a view, rule a
# people, answer to no one.
_SILENT = {
    "address": frozenset(["dobj"]),
    "answer": frozenset(["to"]),
    "argue": frozenset(["with"]),
    "call": frozenset(["dobj", "at"]),
    "command": frozenset(["dobj"]),
    "rule": frozenset(["dobj", "over"]),
}
# What makes it speak all the same: call on them to go, call it a joke, rule it out.
_SPEAKING = {
    "call": frozenset(["for", "on", "upon", "oprd", "advmod"]),
    "rule": frozenset(["prt", "out"]),
}
_CLAUSES = frozenset(["ccomp", "xcomp", "parataxis", "advcl"])
_AMOUNTS = frozenset(["little", "much", "more", "less", "nothing"])


def tells(parsed: ParsedText, report: Report) -> bool:
    """Whether a report's verb can be one of speech: by a clause or quotation, or for want of another sense."""
    cue = report.cue
    lemma = VERB_LEMMA.get(parsed.low[cue], "") if parsed.tag[cue].startswith("V") else ""
    if (
        (lemma not in _SILENT and lemma != "ask")
        or parsed.kids_by(cue, *_CLAUSES)
        or _quotes(parsed, report)
    ):
        return True
    if lemma == "ask":
        return not any(parsed.low[k] in _AMOUNTS for k in parsed.kids_by(cue, "dobj"))
    taken = {
        parsed.low[k] if parsed.dep[k] == "prep" else parsed.dep[k]
        for k in parsed.kids[cue]
        if k > cue
    }
    speaks = taken & _SPEAKING.get(lemma, frozenset()) or _judges(parsed, cue)
    return bool(speaks) or not taken & _SILENT[lemma]


def _judges(parsed: ParsedText, verb: int) -> bool:
    """Whether a verdict follows the object, which the grammar takes for its own now and then: the talks useful."""
    behind = [tag for k in parsed.kids_by(verb, "dobj") for tag in parsed.tag[k + 1 : k + 2]]
    return any(tag[:2] in {"JJ", "NN", "DT", "PR"} for tag in behind)


def _quotes(parsed: ParsedText, report: Report) -> bool:
    """Whether the sentence or the content has quoted words."""
    runs = [parsed.bounds[parsed.sentence[report.cue]], *report.content]
    return any(any(parsed.inside[first:last]) for first, last in runs)
