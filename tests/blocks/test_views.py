"""The main messages and modals equal the files in views/.

`python -m tests.blocks.test_views` writes them.
"""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import lookup, modals, preferences
from bot.blocks.home import HomePage, home_view
from bot.blocks.settings_form import settings_modal
from bot.blocks.story import SpanReference
from bot.model import (
    ActorPreference,
    AtTimes,
    EarlierStatement,
    EditPermission,
    Feed,
    Message,
    PreferenceKind,
    SourcedStatement,
    StoredArticle,
    Subscription,
)
from bot.playground.blockcheck import check_blocks, check_view
from bot.stories.people import Person
from tests.blocks.test_digest import made, newsday
from tests.builders import NOON

FILES = Path(__file__).parent / "views"
COMMANDS = [("now", "post now"), ("who NAME", "what somebody said")]


def subscription(channel: str, **told: Any) -> Subscription:
    """A channel's digest on weekdays."""
    return Subscription(
        "T1",
        channel,
        "U1",
        AtTimes(),
        "Europe/Tallinn",
        next_due=NOON + timedelta(hours=20),
        **told,
    )


def people(held: StoredArticle) -> dict[str, Person]:
    """Who speaks in an article."""
    found: dict[str, list[SourcedStatement]] = {}
    for one in held.analysis.statements:
        if one.actor:
            found.setdefault(one.actor.name.text, []).append(SourcedStatement(one, held))
    return {
        name: Person(name, "Mayor" if name == "Ilse Varga" else None, tuple(told))
        for name, told in found.items()
    }


def shown() -> dict[str, Message | dict[str, Any]]:
    """Each of them, of a known news day."""
    builder = newsday()
    held, entry = builder.articles[0], made(builder).entries[0]
    first = entry.statements[0]
    earlier = EarlierStatement(
        first.content,
        first.form,
        NOON - timedelta(days=30),
        "Coast Radio",
        "https://coast.example/1",
    )
    heard = people(held)
    place = SpanReference(held.id, first.content[0].span.start, first.content[0].span.end)
    wish = ActorPreference(
        "T1", "C1", "Ilse Varga", PreferenceKind.FOLLOW, "U1", NOON - timedelta(days=1)
    )
    many = HomePage(
        [subscription("C1", topics=("harbour",)), subscription("C2", paused=True)],
        12,
        EditPermission.MEMBERS,
        NOON,
        admin=True,
        next_after="C2",
        preferences={"C1": [wish]},
        feeds=[
            Feed(
                1,
                "https://wire.example/rss.xml",
                "T1",
                title="Northern Wire",
                last_error="It gave no answer.",
            )
        ],
        quiet_sources=[("Coast Radio", NOON - timedelta(days=3))],
    )
    actors = {f"{n}:1-2": one.actor for n, one in enumerate(held.analysis.statements) if one.actor}
    return {
        "statements": modals.statements_modal(
            replace(entry, statements=(replace(first, before=earlier),)), "UTC"
        ),
        "in_text": modals.in_text_modal([(held, place)], NOON),
        "citation": modals.citation_modal([(held, place)], NOON),
        "who": lookup.actor_statements(heard["Ilse Varga"], NOON, lookup.ActorQuery("")),
        "which": lookup.actor_choice(lookup.ActorQuery("a"), list(heard.values())),
        "timeline": lookup.actor_timeline_modal(heard["Ilse Varga"], NOON),
        "actors": preferences.actors_modal(
            actors, {"0:1-2": PreferenceKind.FOLLOW}, channel="C1", story=1
        ),
        "wishes": preferences.preference_list([wish], 2, 1, NOON),
        "home": home_view(many, COMMANDS),
        "home_empty": home_view(HomePage([], 0, EditPermission.MEMBERS, NOON), COMMANDS),
        "settings": settings_modal(
            subscription("C1", topics=("harbour",), excluded_sources=("Coast Radio",)),
            anywhere=False,
        ),
    }


def as_sent(one: Message | dict[str, Any]) -> Any:
    """What goes to Slack."""
    return {"text": one.text, "blocks": list(one.blocks)} if isinstance(one, Message) else one


SHOWN = shown()


@pytest.mark.parametrize("name", SHOWN)
def test_views_are_as_agreed(name: str) -> None:
    """What a known news day shows is what stands in the file; a change of it is seen and agreed."""
    sent = as_sent(SHOWN[name])
    wrong = (
        check_view(sent, sent["type"])
        if "type" in sent
        else check_blocks(sent["blocks"], "message")
    )
    assert wrong == []
    assert json.loads(json.dumps(sent)) == json.loads(
        (FILES / f"{name}.json").read_text(encoding="utf-8")
    )


if __name__ == "__main__":
    for name, one in SHOWN.items():
        text = json.dumps(as_sent(one), ensure_ascii=False, indent=1)
        (FILES / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    sys.exit()
