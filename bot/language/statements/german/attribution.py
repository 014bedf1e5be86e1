"""An attribution in German words: who says what, by which words."""

from dataclasses import dataclass

from bot.language.statements.german.cues import CueVerb, is_verb_final, opener_of
from bot.language.statements.german.words import GermanText, Run


@dataclass(frozen=True, slots=True)
class GermanAttribution:
    """Who says what: runs of words.

    `verb` is the cue's, "" where none reports; then the rest is unset too. `verb_class` is its
    list, `verb_at` its word and `finite` the word that bears its person, `particle` the one that
    is parted from it, `clause` the words of its clause, `opener` the first of them. `is_final`
    says whether it ends a subordinate clause.
    """

    cue: Run
    source: Run | None
    content: tuple[Run, ...]
    rule: str
    verb: str = ""
    verb_class: str = ""
    verb_at: int = 0
    finite: int = 0
    particle: str = ""
    clause: Run = (0, 0)
    opener: int = 0
    is_passive: bool = False
    is_final: bool = False

    @classmethod
    def by_verb(
        cls,
        text: GermanText,
        verb: CueVerb,
        source: Run | None,
        content: tuple[Run, ...],
        rule: str,
    ) -> "GermanAttribution":
        """Return the attribution of a verb that reports."""
        return cls(
            verb.cue,
            source,
            content,
            rule,
            verb=verb.reading.verb,
            verb_class=verb.reading.verb_class,
            verb_at=verb.at,
            finite=verb.finite,
            particle=verb.reading.particle,
            clause=(verb.clause[0], max(verb.clause[1], verb.end)),
            opener=opener_of(text, verb.clause),
            is_passive=verb.is_passive,
            is_final=is_verb_final(text, verb),
        )
