"""Cut sequences into batches of a size that a query, a message or a model takes at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the items `size` at a time, the last ones fewer: itertools.batched of Python 3.12."""
    return (items[start : start + size] for start in range(0, len(items), size))
