"""Read a line typed after `/digest`, in a mention or in a direct message, as a command."""

import html
import re
from difflib import get_close_matches

from bot.listeners import messages
from bot.listeners.commands import SPECS_BY_WORD, WEB_ADDRESS, Command, find_command, render_command
from bot.listeners.schedule_parser import parse_subscribe
from bot.model.errors import UsageError

MAX_LINE_CHARS = 2_000
LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
# What Slack makes of a name, an address, a number or a date that was typed, with its label.
# https://docs.slack.dev/messaging/formatting-message-text
_ENTITY = re.compile(r"<(?:@|!|mailto:|tel:)([^|>]*)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#\w*(?:\|([^>]*))?>")
_EMPHASIS = re.compile(r"(?<!\S)([*_~]{1,3})(?=\S)(.*?\S)\1(?!\S)")
_QUOTE_MARK = re.compile(r"\A\s*(?:>|&gt;)\s*")
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
    r"\A(?:(?:please|hey|hi|hello|dear|ok|okay|dateline)\b[\s,:!]*)+(?=\w)", re.IGNORECASE
)
# Questions as people put them, and the command that answers each.
_NEWS = r"what(?:'s| is) (?:new|the news)|any(?:thing)? (?:new|news)"
_DID = r"did|does|do|has|have"
_WHAT = r"(?: (?:what|anything|something))?"
_LATELY = r"(?: lately| today| recently)?"
_QUESTIONS = tuple(
    (re.compile(rf"\A(?:{pattern})[\s?!.]*\Z", re.IGNORECASE), word)
    for pattern, word in (
        (rf"{_NEWS}|what(?:'s| is) up|news", "preview"),
        (rf"(?:{_NEWS}) (?:about|on|from) (?P<object>.+)", "search"),
        (rf"what (?:{_DID}|is|was) (?P<object>.+?) (?:say|said|saying|says){_LATELY}", "who"),
        (rf"what (?:{_DID}) (?P<object>.+?) (?:say|said) about .+", "who"),
        (rf"who (?:said|says|spoke|talked){_WHAT} (?:about|on|of) (?P<object>.+)", "search"),
        (r"(?:hi|hello|hey|thanks|thank you)(?: dateline)?|dateline|what can you do", "help"),
        (r"how does (?:this|it) work", "help"),
    )
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
    word, _, arguments = question_to_command(text).partition(" ")
    spec = find_command(word)
    if spec is None:
        raise _unknown_command(word, arguments)
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
    return next(filter(_is_command, lines), lines[0] if lines else "")


def _is_command(line: str) -> bool:
    try:
        parse_command(line)
    except UsageError:
        return False
    return True


def name_channels(text: str) -> str:
    """Return typed text with the names of the channels that Slack made links of."""
    return _CHANNEL.sub(lambda match: match[1] or "", text)


def strip_markup(text: str) -> str:
    """Return typed text without Slack's markup and typographic quotes, with single blanks.

    Channels keep theirs: see `name_channels`. A person without a label has no name that we know.
    """
    text = _QUOTE_MARK.sub("", LINK.sub(r"\1", text))
    text = _ENTITY.sub(_name_entity, text)
    text = _EMPHASIS.sub(r"\2", text)
    text = html.unescape(text) if re.search(r"&(?:amp|lt|gt);", text) else text
    text = text.translate(_TYPOGRAPHY).replace("`", " ")
    text = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return _POLITE.sub("", text)


def _name_entity(match: re.Match[str]) -> str:
    """Return what a person sees of a link: its label, else the address or the keyword."""
    if match[2]:
        return match[2].lstrip("@")
    is_id = match[0].startswith("<@") or "^" in match[1]
    return "" if is_id else match[1]


def question_to_command(text: str) -> str:
    """Return the command line that answers a question; any other text as it is."""
    for pattern, word in _QUESTIONS:
        if match := pattern.match(text):
            return f"{word} {match.groupdict().get('object') or ''}".rstrip()
    return text


def _unknown_command(word: str, arguments: str) -> UsageError:
    """Return the error that offers a command with nearly this word, a schedule, or a search."""
    typed = word.lower()[:40]
    swapped = [known for known in SPECS_BY_WORD if sorted(known) == sorted(typed)]
    near = swapped or get_close_matches(typed, SPECS_BY_WORD, n=1, cutoff=0.7)
    text = f"{word} {arguments}".strip()
    if near:
        line = f"{SPECS_BY_WORD[near[0]].word} {arguments}"
    else:
        line = f"subscribe {text}" if _is_schedule(text) else f"search {text}"
    return UsageError(messages.text("unknown_command", word=word[:40]), _working_line(line))


def _is_schedule(text: str) -> bool:
    try:
        parse_subscribe(text)
    except UsageError:
        return False
    return True


def _working_line(line: str) -> str:
    """Return the line as a command if it works, else the one that its error suggests."""
    try:
        return render_command(parse_command(line))
    except UsageError as e:
        return e.hint or "/digest help"
