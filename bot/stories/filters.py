"""What a channel does not want to see: which articles of a story are left for it, and why none is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.model import StoredArticle, Story, StoryFilter
from bot.stories.corroboration import origin
from bot.stories.naming import is_same_actor, name_words
from bot.stories.topics import subject_of
from bot.stories.verdicts import named_actors


def wanted_articles(
    articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> tuple[StoredArticle, ...]:
    """Leave out the articles of sources that the channel does not read."""
    return tuple(
        stored
        for stored in articles
        if (not story_filter.sources or is_from(stored, story_filter.sources))
        and not is_from(stored, story_filter.excluded_sources)
    )


def why_unwanted(
    story: Story, articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> str | None:
    """Say why the channel does not want a story of these articles; None when it may."""
    if any(verdict.story == story.id and not verdict.useful for verdict in story_filter.verdicts):
        return "called not useful here"
    if excluded := _excluded(articles, story_filter):
        return f"about “{excluded}”, which is excluded"
    return _muted(articles, story_filter)


def is_from(stored: StoredArticle, sources: Iterable[str]) -> bool:
    """Whether one of these names the article's outlet, the host of its address, or the agency whose text it is."""
    if not sources:
        return False
    host = urlsplit(stored.article.url or "").hostname or ""
    names = [name for name in (stored.article.source, origin(stored)) if name]
    return any(
        any(is_same_actor(source, name) for name in names) or (host and _is_host(source, host))
        for source in sources
    )


def is_muted(name: str, story_filter: StoryFilter) -> bool:
    """Whether the channel does not want to hear this actor."""
    return any(is_same_actor(name, muted) for muted in story_filter.muted)


def _is_host(source: str, host: str) -> bool:
    source = source.strip().lower().removeprefix("www.")
    return "." in source and (host == source or host.endswith(f".{source}"))


def _excluded(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Give what at least half of the articles are about: one stray article should not hide a story."""
    if not story_filter.excluded:
        return None
    found = [topic for stored in articles if (topic := subject_of(story_filter.excluded, stored))]
    return (
        Counter(found).most_common(1)[0][0] if 2 * len(found) >= len(articles) and found else None
    )


def _muted(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Say that muted actors alone speak, or that every headline names one."""
    if not story_filter.muted:
        return None
    names = set(named_actors(articles))
    if names and all(is_muted(name, story_filter) for name in names):
        return (
            f"only {min(names)} speaks, who is muted"
            if len(names) == 1
            else "only muted actors speak"
        )
    for muted in story_filter.muted:
        if all(_names(stored.article.headline, muted) for stored in articles):
            return f"about {muted}, who is muted"
    return None


def _names(headline: str | None, actor: str) -> bool:
    """Whether a headline names an actor, by the whole name or its last word."""
    words, wanted = name_words(headline or ""), name_words(actor)
    return bool(wanted) and (
        wanted[-1] in words if len(wanted[-1]) > 2 else set(wanted) <= set(words)
    )
