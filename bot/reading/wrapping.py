"""Where do paragraphs end? Text that was laid out in lines, by hand or by a wire machine, tells by its margin."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

# The widest that people and wire machines wrap at; a longer line is a paragraph.
_WIDEST = 100
# Lines all shorter than this are a table or a list.
_NARROWEST = 40
# How far from the margin a wrapped line may end beyond the word that did not fit.
_SLACK = 4
_INDENT = 2


def unwrap(text: str) -> str:
    """Join lines that were broken at a margin; part what stays by a blank line where it is a paragraph.

    A line was broken where the next word would not have fitted. Without blank lines, or between long
    lines, each line that was not broken is a paragraph; other line ends stay as they are.
    """
    lines = [line.expandtabs().rstrip() for line in text.splitlines()]
    margin = _margin(lines)
    spaced = any(not line for line in lines[1:-1])
    return "\n\n".join(
        "\n\n".join(_paragraphs(block, margin, spaced=spaced)) for block in _blocks(lines)
    )


def _margin(lines: Sequence[str]) -> int | None:
    """The width the text is wrapped at; None where it is not."""
    widths = [len(line) for line in lines if line]
    short = [width for width in widths if width <= _WIDEST]
    if not short or max(short) < _NARROWEST:
        return None
    return max(short) if len(widths) - len(short) <= len(widths) // 10 else None


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _paragraphs(block: Sequence[str], margin: int | None, *, spaced: bool) -> Iterator[str]:
    paragraph = block[0].strip()
    # Where paragraphs begin with an indent, a line without one goes on with its paragraph.
    set_in = _is_indented(block[0]) and not all(_is_indented(line) for line in block)
    for line, following in pairwise(block):
        if _is_indented(following) and not _is_indented(line):
            yield paragraph
            paragraph = following.strip()
        elif margin is not None and (set_in or _was_broken(line, following, margin)):
            paragraph += " " + following.strip()
        elif spaced and max(len(line), len(following)) <= _WIDEST:
            paragraph += "\n" + following.strip()
        else:
            yield paragraph
            paragraph = following.strip()
    yield paragraph


def _is_indented(line: str) -> bool:
    return len(line) - len(line.lstrip()) >= _INDENT


def _was_broken(line: str, following: str, margin: int) -> bool:
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > margin - _SLACK
