"""The words of a text with their grammar, as plain tables."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


VECTOR_WIDTH = 96  # of the small model's tok2vec


@dataclass(slots=True)
class ParsedText:
    """The words of a text, by index, over all its sentences; `head[i] == i` marks a root.

    A word of a sentence that was not parsed has no tag and no dependency, and is its own head.
    `vectors` has a piece a sentence: a row of numbers a word, spaCy's own picture of it in its surroundings.
    `bounds` has each sentence's first word and the one after its last, `paragraphs` the number of its
    paragraph. `quotes` has each quotation's words likewise, and `inside[i]` is the
    number of the quotation that word i stands in, counted from one, or 0.
    """

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    dep: list[str] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    kids: list[list[int]] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    vectors: list[Vectors] = field(default_factory=list)

    def __len__(self) -> int:
        """How many words there are."""
        return len(self.word)

    def subtree(self, root: int, without: frozenset[int] | set[int] = frozenset()) -> list[int]:
        """The words below `root` and itself, in text order, leaving out the branches at `without`."""
        found, waiting = [], [root]
        while waiting:
            i = waiting.pop()
            if i not in without:
                found.append(i)
                waiting.extend(self.kids[i])
        return sorted(found)

    def kids_by(self, i: int, *deps: str) -> list[int]:
        """The children of a word that hang on it by one of these dependencies."""
        return [k for k in self.kids[i] if self.dep[k] in deps]
