"""Read a line typed after `/digest`, in a mention or in a direct message, as a command."""

import html
import re
from collections.abc import Callable
from difflib import get_close_matches

from bot.listeners import messages
from bot.listeners.commands import (
    FEED_ADDRESS,
    SPECS_BY_WORD,
    WEB_ADDRESS,
    Command,
    find_command,
    render_command,
)
from bot.listeners.questions import key_words, question_to_command
from bot.listeners.schedule_lists import name_channels
from bot.listeners.schedule_parser import VOCABULARY, parse_subscribe
from bot.model.errors import UsageError

MAX_LINE_CHARS = 2_000
LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
# What Slack makes of a name, an address, a number or a date that was typed, with its label.
# https://docs.slack.dev/messaging/formatting-message-text
_ENTITY = re.compile(r"<(?:@|!|mailto:|tel:)([^|>]*)(?:\|([^>]*))?>")
# Around whole words: within one, without their like, or between quote marks they belong to a name.
_EMPHASIS = re.compile(
    r"\"[^\"]*\"|(?<!\S)([*_~]{1,3})(?=\S)((?:(?!\1).)*[^\s*_~])\1(?![^\s?!.,:;])"
)
_FEED_LINK = re.compile(r"<(feed:[^|>\s]+)(?:\|[^>]*)?>", re.IGNORECASE)
# What marks a line as quoted or as an item of a list.
_LINE_MARK = re.compile(r"\A\s*(?:(?:(?:>|&gt;)\s*)+|[•◦▪*-]\s+)(?=\S)")
_QUOTED = re.compile(r'\A"([^"]+)"\Z')
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("–—−", "-"),
        **dict(zip("：，", ":,", strict=True)),
    }
)
# What stands before a command without being a part of it.
_POLITE = re.compile(
    r"\A(?:(?:please|hey|hi|hello|dear|ok|okay|dateline|(?:can|could|would|will) you)\b[\s,:!]*)+"
    r"(?=\w)",
    re.IGNORECASE,
)

_POLITE_END = re.compile(
    r"(?<=\w)[\s,]+(?:(?:please|pls|thanks|thank you|for me)[\s,.!]*)+\Z", re.IGNORECASE
)


def parse_command(line: str) -> Command:
    """Return the command that was typed; raise UsageError whose hint is the nearest line."""
    if len(line) > MAX_LINE_CHARS:
        raise UsageError(*messages.pair("line_too_long", most=MAX_LINE_CHARS))
    text = re.sub(r"\A/?digest\b\s*", "", strip_markup(line), flags=re.IGNORECASE)
    if not text:
        return Command("preview")
    if WEB_ADDRESS.match(text):
        return Command("read", text)
    if FEED_ADDRESS.match(text):
        return SPECS_BY_WORD["feeds"].parse(text)
    text = question_to_command(text)
    if not text:
        return Command("preview")
    word, _, arguments = text.partition(" ")
    spec = find_command(word)
    if spec is None:
        if suggestion := _suggest(word, arguments):
            problem = messages.text("unknown_command", word=word[:40])
            raise UsageError(problem, suggestion)
        spec, arguments = SPECS_BY_WORD["search"], key_words(text)
    # `subscribe` tells a channel from a topic by where it stands.
    return spec.parse(arguments if spec.takes == "schedule" else name_channels(arguments))


def parse_mention(text: str, bot: str) -> str:
    """Return the command line of a message that mentions the bot (its user id) anywhere.

    What follows the bot's name is meant, else what stands before it.
    """
    before, *parts = re.split(rf"<@{re.escape(bot)}(?:\|[^>]*)?>", text)
    after = " ".join(parts)
    lines = [line.strip(" ,:;\n") for line in (after, before, f"{before} {after}")]
    lines = [line for line in lines if any(map(str.isalnum, strip_markup(line)))]
    understood = (line for line in lines if _is_understood(line, parse_command))
    return next(understood, lines[0] if lines else "")


def _is_understood(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except UsageError:
        return False
    return True


def strip_markup(text: str) -> str:
    """Return typed text without Slack's markup and typographic quotes, with single blanks.

    Channels keep theirs: see `name_channels`. A person without a label has no name that we know.
    """
    text = _LINE_MARK.sub("", _FEED_LINK.sub(r"\1", LINK.sub(r"\1", text)))
    text = _ENTITY.sub(_name_entity, text)
    text = _EMPHASIS.sub(lambda match: match[2] or match[0], text)
    text = html.unescape(text) if re.search(r"&(?:amp|lt|gt);", text) else text
    text = text.translate(_TYPOGRAPHY).replace("`", " ")
    text = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return _POLITE_END.sub("", _POLITE.sub("", _QUOTED.sub(r"\1", text)))


def _name_entity(match: re.Match[str]) -> str:
    """Return what a person sees of a link: its label, else the address or the keyword."""
    if match[2]:
        return match[2].lstrip("@")
    is_id = match[0].startswith("<@") or "^" in match[1]
    return "" if is_id else match[1]


def _suggest(word: str, arguments: str) -> str:
    """Return the line with a command of nearly this word, or a schedule's; "" for neither."""
    typed = word.lower()[:40]
    swapped = [known for known in SPECS_BY_WORD if sorted(known) == sorted(typed)]
    # Words like `post` are not offered: whoever writes "posting" may want that it stops.
    others = [known for known, spec in SPECS_BY_WORD.items() if spec.word != "now"]
    near = swapped or get_close_matches(typed, others, n=1, cutoff=0.7)
    if near:
        return _working_line(f"{SPECS_BY_WORD[near[0]].word} {arguments}")
    for first in (word, *get_close_matches(typed, VOCABULARY, n=1, cutoff=0.8)):
        schedule = f"{first} {arguments}".strip()
        if _is_understood(schedule, parse_subscribe):
            return _working_line(f"subscribe {schedule}")
    return ""


def _working_line(line: str) -> str:
    """Return the line as a command if it works, else the one that its error suggests."""
    try:
        return render_command(parse_command(line))
    except UsageError as e:
        return e.hint or "/digest help"
