"""Look at trees of XML and HTML by the names of elements without their namespaces."""

from collections.abc import Iterator
from typing import Any


def local_name(element: Any) -> str:
    """Return the element's name without namespace, or "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find_all(tree: Any | None, *names: str) -> Iterator[Any]:
    """Yield `tree` and the elements below it with one of these local names, in order."""
    return iter(()) if tree is None else tree.iter(*(f"{{*}}{name}" for name in names))


def find_first(tree: Any | None, *path: str) -> Any | None:
    """Return the first element down a path of names, each anywhere below the last, or None."""
    element = tree
    for name in path:
        element = next(find_all(element, name), None)
    return element


def find_children(element: Any | None, name: str) -> Iterator[Any]:
    """Yield the element's own children of that local name; none where `element` is None."""
    children = () if element is None else element
    return (child for child in children if local_name(child) == name)


def find_child(element: Any | None, name: str) -> Any | None:
    """Return the first of the element's own children of that local name, or None."""
    return next(find_children(element, name), None)


def text_content(element: Any | None) -> str:
    """Return all text in an element, or "" for None."""
    return "".join(element.itertext()) if element is not None else ""


def has_own_text(element: Any) -> bool:
    """Return whether text stands right in an element ("mixed content" in the words of XML)."""
    texts = (element.text, *(child.tail for child in element))
    return any(text and not text.isspace() for text in texts)
