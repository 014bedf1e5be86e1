"""The actors that a channel follows and mutes, and votes on stories: answers, buttons, a modal."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
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
_STATES = {PreferenceKind.FOLLOW: "Following", PreferenceKind.MUTE: "Muted"}
_VERBS = {PreferenceKind.FOLLOW: "follows", PreferenceKind.MUTE: "mutes"}
_EFFECTS = {
    PreferenceKind.FOLLOW: "stories in which they speak come first in this channel's digests",
    PreferenceKind.MUTE: "what they say is left out of this channel's digests",
}
_LIST_HINT = "`/digest follow` lists whom this channel follows and mutes."


# --- answers --------------------------------------------------------------------------------------


def preference_saved(
    preference: ActorPreference, before: ActorPreference | None, *, heard: bool
) -> Message:
    """Say that an actor is followed or muted; `heard` is whether anybody of that name spoke."""
    kind, name = preference.kind, _name(preference.name)
    unheard = "" if heard else "Nobody of that name has said anything in what I have read so far."
    undo = kit.button("Undo", UNDO_PREFERENCE, dump_preference(preference.name, before))
    text = f"{_STATES[kind]} *{name}*: {_EFFECTS[kind]}."
    return kit.compose_message(text, unheard, buttons=(undo,), hint=_LIST_HINT)


def preference_removed(name: str, before: ActorPreference | None) -> Message:
    """Say that an actor is neither followed nor muted any more."""
    if before is None:
        text = f"This channel neither follows nor mutes “{kit.escape(name)}”."
        return kit.compose_message(text, hint=_LIST_HINT)
    undo = kit.button("Undo", UNDO_PREFERENCE, dump_preference(name, before))
    text = f"This channel no longer {_VERBS[before.kind]} *{_name(before.name)}*."
    return kit.compose_message(text, buttons=(undo,), hint=_LIST_HINT)


def preference_list(
    preferences: Sequence[ActorPreference], useful: int, not_useful: int, now: datetime
) -> Message:
    """List the followed and muted actors, each with who asked for it, and count the votes."""
    if not preferences and not useful + not_useful:
        hint = "`/digest follow NAME` lifts what somebody says, `/digest mute NAME` leaves it out."
        return kit.compose_message("This channel follows and mutes nobody.", hint=hint)
    lines = [_preference_line(preference, now) for preference in preferences]
    values = [dump_preference(preference.name, None) for preference in preferences]
    buttons = [kit.button("Let go", UNDO_PREFERENCE, value) for value in values]
    rows = zip(lines, buttons, strict=True)
    blocks, left_out = kit.fit_groups([kit.section(line, button)] for line, button in rows)
    if left_out:
        blocks.append(kit.section(f"… and {left_out} more."))
    if useful + not_useful:
        votes = f"{useful} stories useful and {not_useful} not useful"
        lines.append(f"In the last 90 days people here called {votes}.")
        blocks.append(kit.section(lines[-1]))
    hint = (
        "`/digest unfollow NAME` lets one go; useful or not is said, and taken back, below a story."
    )
    return Message(kit.fallback_text(lines), (*blocks, kit.context(hint)))


def _preference_line(preference: ActorPreference, now: datetime) -> str:
    done = "followed" if preference.kind is PreferenceKind.FOLLOW else "muted"
    asked = f"<@{preference.person}>, {kit.age_markup(preference.at, now)}"
    return f"*{_name(preference.name)}*: {done} by {asked}"


def preference_summary(preferences: Sequence[ActorPreference]) -> str:
    """Say in a sentence which actors a channel follows and mutes; "" for none."""
    parts = list_names(preferences, _MAX_SUMMARY_NAMES, lambda name: f"*{_name(name)}*")
    return f"This channel {' and '.join(parts)}." if parts else ""


def list_names(
    preferences: Sequence[ActorPreference], most: int, markup: Callable[[str], str]
) -> list[str]:
    """Return "follows A, B and 3 more" and "mutes C", each if there are such actors."""
    parts = []
    for kind, verb in _VERBS.items():
        names = [markup(preference.name) for preference in preferences if preference.kind is kind]
        more = f" and {len(names) - most} more" if len(names) > most else ""
        if names:
            parts.append(f"{verb} {', '.join(names[:most])}{more}")
    return parts


# --- votes ----------------------------------------------------------------------------------------


def vote_message(story: int, *, useful: bool | None) -> Message:
    """Say what a vote does, and how to take it back; None says that it was taken back."""
    if useful is None:
        return kit.compose_message("Taken back: it weighs no more.")
    vote, effect = ("useful", "more") if useful else ("not useful", "less")
    undo = kit.button("Undo", VOTE, f"{NO_VOTE}:{story}")
    text = f"Noted as *{vote}*: {effect} like it will come in this channel's digests."
    return kit.compose_message(text, buttons=(undo,))


def feedback_buttons(story: int, title: str) -> Block:
    """Ask below a story whether it was useful.

    https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    """

    def choice(label: str, value: str) -> dict[str, Any]:
        spoken = kit.shorten(f"{label}: {single_line(title)}", 75)
        fields = {"value": f"{value}:{story}", "accessibility_label": spoken}
        return {"text": kit.plain_text(label, 75), **fields}

    buttons = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "positive_button": choice("Useful", USEFUL),
        "negative_button": choice("Not useful", NOT_USEFUL),
    }
    return {"type": "context_actions", "elements": [buttons]}


# --- the modal of a story's actors ----------------------------------------------------------------


def actors_modal(
    actors: Mapping[str, Actor], kinds: Mapping[str, PreferenceKind], *, channel: str, story: int
) -> dict[str, Any]:
    """Let a person follow or mute a story's actors; the keys are the places of their names."""
    blocks: list[Block] = []
    for place, actor in list(actors.items())[:_MAX_ACTORS]:
        blocks += _actor_blocks(place, actor, kinds.get(place))
    head = "Followed actors are lifted in this channel's digests; what muted ones say is left out."
    blocks = blocks or [kit.section("Nobody who is named speaks in this story.")]
    metadata = json.dumps([channel, story])
    blocks = [kit.section(head), *blocks]
    return kit.modal("Follow or mute", blocks, close="Done", private_metadata=metadata)


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
    state = f" — {_STATES[kind].lower()}" if kind else ""
    choices = [
        ("Follow", FOLLOW_ACTOR, PreferenceKind.FOLLOW),
        ("Mute", MUTE_ACTOR, PreferenceKind.MUTE),
        ("Let go", CLEAR_ACTOR, None),
    ]
    buttons = [
        kit.button(label, action, place)
        | {"accessibility_label": kit.shorten(f"{label} {name}", 75)}
        for label, action, wanted in choices
        if wanted is not kind
    ]
    return [kit.section(f"*{_name(name)}*{role}{state}"), kit.actions(*buttons)]


def _name(name: str) -> str:
    return kit.name_markup(single_line(name), _MAX_NAME_CHARS)
