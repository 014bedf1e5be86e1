"""Tell text that is data, code or an encoded file from text that somebody can quote."""

import json
import re
from collections import Counter

from bot.model.wordlists import load_tables
from bot.reading import unreadable
from bot.reading.document import SourceDocument

_KINDS = load_tables("bot.reading", "data/data_files.toml")
_STARTS = _KINDS["starts"]
_JSON_DATA = re.compile(r"\s*(?:\{\s*(?:\"|\}\s*$)|\[\s*[\[{\"\]])")
# JSON inside of a program or behind a guard against being run as one.
_WRAPPED_JSON = re.compile(
    r"\s*(?:\)\]\}'|(?://[^\n]{0,500}\n\s*|/\*.{0,2000}?\*/\s*)*"
    r"(?:(?:var|let|const)\s+[\w$]+\s*=|window[.\[][\w$.\"'\]]{1,80}\s*=|export\s+default"
    r"|[\w$.]{1,80}\s*\()?\s*[\[{]\s*[\w\"'{\[])",
    re.DOTALL,
)
_JSON_END = re.compile(r"[}\]]\s*\)?\s*;?\s*$")
_JSON_MEMBER = re.compile(r"[\"']?[\w$-]{1,80}[\"']?\s*:\s*(?:[\"'\[{\d-]|true|false|null)")
# A line of base64 or the like, which no language has words for.
_ENCODED_WORD = re.compile(r"[A-Za-z0-9+/=_-]{60,}")
_URL = re.compile(r"https?://\S+")
_MIN_ENCODED_SHARE = 0.5
_SNIFFED_CHARS = 20_000
_MIN_ROWS = 3
_MAX_CELL_CHARS = 40
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*\s*$")
# Behind a comma a sentence goes on, in most languages after a space.
_DELIMITERS = {"\t": 1, ";": 1, "|": 1, ",": 2}


def refuse_data(document: SourceDocument) -> None:
    """Raise SourceUnreadable where a text is JSON, a table, code or an encoded file."""
    text = document.text
    if _JSON_DATA.match(text):
        # Where it is cut short, `json` says so.
        raise unreadable("other_json" if document.json is not None else "json")
    start = text.lstrip("\ufeff \t\r\n")
    if kind := next((kind for begin, kind in _STARTS.items() if start.startswith(begin)), None):
        raise unreadable("not_an_article", kind=kind)
    if _is_json_value(start) or _is_wrapped_json(text):
        raise unreadable("other_json")
    sample = text[:_SNIFFED_CHARS]
    words = _URL.sub("", sample)
    encoded = sum(map(len, _ENCODED_WORD.findall(words)))
    if encoded > _MIN_ENCODED_SHARE * len(words):
        raise unreadable("encoded_file")
    if _is_table(sample):
        raise unreadable("table")


def _is_json_value(text: str) -> bool:
    """Return whether a text is a list, a number, or a string with markup; few articles are."""
    if text[:1] not in '"[-0123456789tfn' or len(text) > _SNIFFED_CHARS:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    # What stands in quotes may be all that a text says.
    return not isinstance(value, str) or "</" in value or value != text.strip()[1:-1]


def _is_wrapped_json(text: str) -> bool:
    head = text[:_SNIFFED_CHARS]
    is_wrapped = _WRAPPED_JSON.match(head) and _JSON_END.search(text[-200:])
    return bool(is_wrapped and _JSON_MEMBER.search(head))


def _is_table(sample: str) -> bool:
    """Return whether each line has the same number of short cells, and none is a sentence."""
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    if len(lines) < _MIN_ROWS or any(map(_SENTENCE_END.search, lines)):
        return False
    for delimiter, least in _DELIMITERS.items():
        counts = Counter(line.count(delimiter) for line in lines)
        number, rows = counts.most_common(1)[0]
        if number >= least and rows == len(lines):
            cells = [cell for line in lines for cell in line.split(delimiter)]
            return max(map(len, cells)) <= _MAX_CELL_CHARS
    return False
