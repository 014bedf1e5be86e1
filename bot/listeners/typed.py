"""What was typed, without Slack's markup, as a person meant it: typed text -> plain words -> a command's line."""

import html
import re

_MARKS = str.maketrans(
    {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′", "'"), **dict.fromkeys("–—−", "-")}
)
LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<[@!](\w+)(?:\|([^>]*))?>")

# Questions as people put them, and the line that answers each.
_QUESTIONS = (
    (r"what(?:'s| is) (?:new|up|the news)|any(?:thing)? (?:new|news)|news", "preview"),
    (
        r"(?:what(?:'s| is) (?:new|the news)|any(?:thing)? (?:new|news)) (?:about|on|from) (?P<x>.+)",
        "search",
    ),
    (
        r"what (?:did|does|do|has|have|is|was) (?P<x>.+?) (?:say|said|saying|says)(?: lately| today| recently)?",
        "who",
    ),
    (r"what (?:did|does|do|has|have) (?P<x>.+?) (?:say|said) about .+", "who"),
    (
        r"who (?:said|says|spoke|talked)(?: (?:what|anything|something))? (?:about|on|of) (?P<x>.+)",
        "search",
    ),
    (
        r"(?:hi|hello|hey|thanks|thank you)(?: dateline)?|what can you do|how does (?:this|it) work",
        "help",
    ),
)
_ASKED = tuple(
    (re.compile(rf"\A(?:{form})[\s?!.]*\Z", re.IGNORECASE), word) for form, word in _QUESTIONS
)


def asked(words: str) -> str:
    """Give the command that answers a question; anything else as it is."""
    for form, word in _ASKED:
        if found := form.match(words):
            return f"{word} {found.groupdict().get('x') or ''}".rstrip()
    return words


def plain(text: str) -> str:
    """Take Slack's markup and typographic quotes out of typed text."""
    text = LINK.sub(r"\1", text)
    text = _MENTION.sub(lambda m: m[2] or m[1], text)
    text = html.unescape(text) if re.search(r"&(?:amp|lt|gt);", text) else text
    text = text.translate(_MARKS).replace("`", " ")
    return " ".join("".join(mark for mark in text if mark.isprintable() or mark.isspace()).split())
