"""An attribution in German words: who says what, by which words."""

from dataclasses import dataclass

from bot.language.statements.german.words import Run


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what: runs of words. `verb_class` is that of the cue's verb, "" for none."""

    cue: Run
    source: Run | None
    content: tuple[Run, ...]
    rule: str
    verb: str = ""
    verb_class: str = ""
