"""Name languages for people."""

from bot.model.wordlists import load_tables

_NAMES: dict[str, str] = load_tables("bot.model", "data/languages.toml")["names"]


def language_name(code: str) -> str:
    """Return the English name of an ISO 639-1 code, the code itself if it is not one of ours."""
    return _NAMES.get(code, code)
