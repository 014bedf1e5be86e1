"""The actors that a channel follows and mutes, and votes on stories: answers, buttons, a modal."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.statement import single_line
from bot.model import Actor, ActorPreference, Block, Message, PreferenceKind

# In an answer; `load_preference` reads its value.
UNDO_PREFERENCE = "undo_wish"
# In the modal of a story's actors; the value is the place of the actor's name.
FOLLOW_ACTOR = "follow_actor"
MUTE_ACTOR = "mute_actor"
CLEAR_ACTOR = "let_actor_go"
# Below a story in its thread, and in its menu; the value is a vote, a colon, and the story's id.
VOTE = "digest_vote"
USEFUL, NOT_USEFUL, NO_VOTE = "useful", "useless", "novote"

_MAX_NAME_CHARS = 200
_MAX_ACTORS = 30
_MAX_SUMMARY_NAMES = 5


def preference_saved(
    preference: ActorPreference, before: ActorPreference | None, *, heard: bool
) -> Message:
    """Say that an actor is followed or muted; `heard` is whether anybody of that name spoke."""
    unheard = "" if heard else messages.text("actor_unheard")
    undo = kit.button("undo", UNDO_PREFERENCE, dump_preference(preference.name, before))
    name = _name(preference.name)
    return kit.compose(f"saved_{preference.kind}", unheard, buttons=(undo,), name=name)


def preference_removed(name: str, before: ActorPreference | None) -> Message:
    """Say that an actor is neither followed nor muted any more."""
    if before is None:
        return kit.compose("removed_none", name=kit.escape(name))
    undo = kit.button("undo", UNDO_PREFERENCE, dump_preference(name, before))
    return kit.compose(f"removed_{before.kind}", buttons=(undo,), name=_name(before.name))


def preference_list(
    preferences: Sequence[ActorPreference], useful: int, not_useful: int, now: datetime
) -> Message:
    """List the followed and muted actors, each with who asked for it, and count the votes."""
    if not preferences and not useful + not_useful:
        return kit.compose("no_preferences")
    lines = [_preference_line(preference, now) for preference in preferences]
    buttons = [
        kit.button(
            f"stop_{preference.kind}", UNDO_PREFERENCE, dump_preference(preference.name, None)
        )
        for preference in preferences
    ]
    rows = zip(lines, buttons, strict=True)
    blocks, left_out = kit.fit_groups([kit.section(line, button)] for line, button in rows)
    more, hint = messages.pair("preference_list", count=left_out)
    if left_out:
        blocks.append(kit.section(more))
    if useful + not_useful:
        lines.append(messages.text("votes", useful=useful, not_useful=not_useful))
        blocks.append(kit.section(lines[-1]))
    return Message(kit.fallback_text(lines), (*blocks, kit.context(hint)))


def _preference_line(preference: ActorPreference, now: datetime) -> str:
    name, age = _name(preference.name), kit.age_markup(preference.at, now)
    person = f"<@{preference.person}>"
    return messages.text(f"line_{preference.kind}", name=name, person=person, age=age)


def preference_summary(preferences: Sequence[ActorPreference]) -> str:
    """Say in a sentence which actors a channel follows and mutes; "" for none."""
    parts = list_preferences(preferences, _MAX_SUMMARY_NAMES, lambda name: f"*{_name(name)}*")
    joined = messages.text("and_between").join(parts)
    return messages.text("channel_prefers", parts=joined) if parts else ""


def list_preferences(
    preferences: Sequence[ActorPreference], most: int, markup: Callable[[str], str]
) -> list[str]:
    """Return "follows A, B and 3 more" and "mutes C", each if there are such actors."""
    parts = []
    for kind in PreferenceKind:
        names = [markup(preference.name) for preference in preferences if preference.kind is kind]
        listed = messages.list_first("and_more_names", names, most)
        parts += [messages.text(f"names_{kind}", names=listed)] if names else []
    return parts


def vote_message(story: int, *, useful: bool | None) -> Message:
    """Say what a vote does, and how to take it back; None says that it was taken back."""
    if useful is None:
        return kit.compose("vote_removed")
    undo = kit.button("undo", VOTE, f"{NO_VOTE}:{story}")
    return kit.compose("voted_useful" if useful else "voted_not_useful", buttons=(undo,))


def feedback_buttons(story: int, title: str) -> Block:
    """Ask below a story whether it was useful.

    https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    """

    def choice(key: str, value: str) -> dict[str, Any]:
        label = messages.text(key)
        spoken = kit.shorten(f"{label}: {single_line(title)}", 75)
        fields = {"value": f"{value}:{story}", "accessibility_label": spoken}
        return {"text": kit.plain_text(label, 75), **fields}

    buttons = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "positive_button": choice("useful", USEFUL),
        "negative_button": choice("not_useful", NOT_USEFUL),
    }
    return {"type": "context_actions", "elements": [buttons]}


def actors_modal(
    actors: Mapping[str, Actor], kinds: Mapping[str, PreferenceKind], *, channel: str, story: int
) -> dict[str, Any]:
    """Let a person follow or mute a story's actors; the keys are the places of their names."""
    blocks: list[Block] = []
    for place, actor in list(actors.items())[:_MAX_ACTORS]:
        blocks += _actor_blocks(place, actor, kinds.get(place))
    blocks = blocks or [kit.section(messages.text("nobody_named_speaks"))]
    blocks = [kit.section(messages.text("actors_head")), *blocks]
    metadata = json.dumps([channel, story])
    return kit.modal("actors_title", blocks, close="done", private_metadata=metadata)


def parse_actors_metadata(metadata: str) -> tuple[str, int]:
    """Return the channel and the story of an actors' modal; raise ValueError for anything else."""
    channel, story = json.loads(metadata)
    return str(channel), int(story)


def dump_preference(name: str, before: ActorPreference | None) -> str:
    """Return a button's value: the actor's name, and the preference to go back to."""
    fields = [before.name, before.kind.value] if before else [name, None]
    return json.dumps(fields, ensure_ascii=False)


def load_preference(value: str) -> tuple[str, PreferenceKind | None]:
    """Return the fields of a button's value; raise ValueError for anything else."""
    name, kind = json.loads(value)
    return str(name), None if kind is None else PreferenceKind(kind)


def _actor_blocks(place: str, actor: Actor, kind: PreferenceKind | None) -> list[Block]:
    name = single_line(actor.name.text)
    role = f", {_name(actor.role.text)}" if actor.role else ""
    state = messages.text(f"is_{kind}") if kind else ""
    choices = [
        ("follow", FOLLOW_ACTOR, PreferenceKind.FOLLOW),
        ("mute", MUTE_ACTOR, PreferenceKind.MUTE),
        (f"stop_{kind}", CLEAR_ACTOR, None),
    ]
    buttons = [
        kit.button(key, action, place)
        | {"accessibility_label": kit.shorten(f"{messages.text(key)} {name}", 75)}
        for key, action, wanted in choices
        if wanted is not kind
    ]
    return [kit.section(f"*{_name(name)}*{role}{state}"), kit.actions(*buttons)]


def _name(name: str) -> str:
    return kit.name_markup(single_line(name), _MAX_NAME_CHARS)
