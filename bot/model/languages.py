"""Name languages for people."""

from functools import cache

from bot.model.wordlists import load_tables


def language_name(code: str) -> str:
    """Return the English name of an ISO 639-1 code, the code itself if it is not one of ours."""
    return _load_names().get(code, code)


@cache
def _load_names() -> dict[str, str]:
    names: dict[str, str] = load_tables("bot.model", "data/languages.toml")["names"]
    return names
