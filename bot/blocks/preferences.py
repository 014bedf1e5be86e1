"""Whom a channel follows and mutes, and what it found useful: answers, buttons, and the window to choose in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.blocks.block_kit import (
    actions,
    age_markup,
    button,
    code,
    compose_message,
    context,
    escape,
    fallback_text,
    fit_groups,
    isolate_direction,
    plain_text,
    section,
    shorten,
)
from bot.blocks.statement import single_line
from bot.model import Actor, ActorPreference, Block, Message, PreferenceKind

# In a message's answer: the value is `load_wish`'s.
UNDO_PREFERENCE = "undo_wish"
# In the window over a story: the value is the place of the actor's name.
FOLLOW_ACTOR = "follow_actor"
MUTE_ACTOR = "mute_actor"
CLEAR_ACTOR = "let_actor_go"
# Below a story in its thread, and in its menu: the value is the story's number, after what was thought of it.
VOTE = "digest_vote"
USEFUL, NOT_USEFUL, NO_VOTE = "useful", "useless", "novote"

_MAX_NAME_CHARS = 200
_MAX_ACTORS = 30
_MAX_SUMMARY_NAMES = 5
_STATES = {PreferenceKind.FOLLOW: "Following", PreferenceKind.MUTE: "Muted"}
_EFFECTS = {
    PreferenceKind.FOLLOW: "stories in which they speak come first in this channel's digests",
    PreferenceKind.MUTE: "what they say is left out of this channel's digests",
}


def preference_saved(
    wish: ActorPreference, before: ActorPreference | None, *, heard: bool
) -> Message:
    """Say what a channel now wants of an actor; `heard` is whether anybody of that name ever spoke."""
    unheard = "" if heard else "Nobody of that name has said anything in what I have read so far."
    return compose_message(
        f"{_STATES[wish.leaning]} *{_name_markup(wish.name)}*: {_EFFECTS[wish.leaning]}.",
        unheard,
        buttons=(button("Undo", UNDO_PREFERENCE, dump_preference(wish.name, before)),),
        hint=f"{code('/digest follow')} lists whom this channel follows and mutes.",
    )


def preference_removed(name: str, before: ActorPreference | None) -> Message:
    """Say that an actor is neither followed nor muted any more."""
    hint = f"{code('/digest follow')} lists whom this channel follows and mutes."
    if before is None:
        return compose_message(
            f"This channel neither follows nor mutes “{escape(name)}”.", hint=hint
        )
    done = "follows" if before.leaning is PreferenceKind.FOLLOW else "mutes"
    undo = button("Undo", UNDO_PREFERENCE, dump_preference(name, before))
    return compose_message(
        f"This channel no longer {done} *{_name_markup(before.name)}*.", buttons=(undo,), hint=hint
    )


def preference_list(
    wishes: Sequence[ActorPreference], useful: int, not_useful: int, now: datetime
) -> Message:
    """List whom a channel follows and mutes, with who asked for it, and how often it said what was useful."""
    if not wishes and not useful + not_useful:
        return compose_message(
            "This channel follows and mutes nobody.",
            hint=f"{code('/digest follow NAME')} lifts what somebody says, {code('/digest mute NAME')} leaves it out.",
        )
    rows = [
        (
            _preference_line(wish, now),
            button("Let go", UNDO_PREFERENCE, dump_preference(wish.name, None)),
        )
        for wish in wishes
    ]
    blocks, more = fit_groups([section(line, accessory)] for line, accessory in rows)
    counted = f"In the last 90 days people here called {useful} stories useful and {not_useful} not useful."
    told = [line for line, _ in rows] + ([counted] if useful + not_useful else [])
    blocks += [
        section(paragraph)
        for paragraph in (f"… and {more} more." if more else "", *told[len(rows) :])
        if paragraph
    ]
    hint = f"{code('/digest unfollow NAME')} lets one go; useful or not is said, and taken back, below a story."
    return Message(fallback_text(told), (*blocks, context(hint)))


def preference_summary(wishes: Sequence[ActorPreference]) -> str:
    """Say in a line whom a channel follows and mutes; "" where it does neither."""
    told = []
    for leaning, does in ((PreferenceKind.FOLLOW, "follows"), (PreferenceKind.MUTE, "mutes")):
        names = [f"*{_name_markup(wish.name)}*" for wish in wishes if wish.leaning is leaning]
        more = (
            f" and {len(names) - _MAX_SUMMARY_NAMES} more"
            if len(names) > _MAX_SUMMARY_NAMES
            else ""
        )
        if names:
            told.append(f"{does} {', '.join(names[:_MAX_SUMMARY_NAMES])}{more}")
    return f"This channel {' and '.join(told)}." if told else ""


def vote_message(useful: bool | None, story: int) -> Message:  # noqa: FBT001 -- three answers to one question
    """Say what a vote does, and how to take it back; None: it was taken back."""
    if useful is None:
        return compose_message("Taken back: it weighs no more.")
    does = "more like it will come" if useful else "less like it will come"
    taken_back = button("Undo", VOTE, f"{NO_VOTE}:{story}")
    said = "useful" if useful else "not useful"
    return compose_message(
        f"Noted as *{said}*: {does} in this channel's digests.", buttons=(taken_back,)
    )


def feedback_buttons(story: int, title: str) -> Block:
    """Ask below a story whether it was useful.

    https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    """

    def choice(label: str, value: str) -> dict[str, Any]:
        told = shorten(f"{label}: {single_line(title)}", 75)
        return {
            "text": plain_text(label, 75),
            "value": f"{value}:{story}",
            "accessibility_label": told,
        }

    buttons = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "positive_button": choice("Useful", USEFUL),
        "negative_button": choice("Not useful", NOT_USEFUL),
    }
    return {"type": "context_actions", "elements": [buttons]}


def actors_modal(
    actors: Mapping[str, Actor], leanings: Mapping[str, PreferenceKind], *, channel: str, story: int
) -> dict[str, Any]:
    """Let a person follow or mute the actors of a story; `actors` by the place of the name, best first."""
    blocks: list[Block] = [
        section(
            "Followed actors are lifted in this channel's digests; what muted ones say is left out."
        )
    ]
    for place, actor in list(actors.items())[:_MAX_ACTORS]:
        blocks += _actor_blocks(place, actor, leanings.get(place))
    if len(blocks) == 1:
        blocks.append(section("Nobody who is named speaks in this story."))
    return {
        "type": "modal",
        "title": plain_text("Follow or mute"),
        "close": plain_text("Done"),
        "private_metadata": json.dumps([channel, story]),
        "blocks": blocks,
    }


def parse_actors_metadata(metadata: str) -> tuple[str, int]:
    """Read the channel and the story that an actors' window is about; raise ValueError for anything else."""
    channel, story = json.loads(metadata)
    return str(channel), int(story)


def dump_preference(name: str, leaning_before: ActorPreference | None) -> str:
    """Write what to go back to, for a button: the name, and what was wanted of it."""
    before = leaning_before and leaning_before.leaning.value
    return json.dumps([leaning_before.name if leaning_before else name, before], ensure_ascii=False)


def load_preference(value: str) -> tuple[str, PreferenceKind | None]:
    """Read it; raise ValueError for anything else."""
    name, before = json.loads(value)
    return str(name), None if before is None else PreferenceKind(before)


def _actor_blocks(place: str, actor: Actor, leaning: PreferenceKind | None) -> list[Block]:
    name = single_line(actor.name.text)
    role = (
        f", {escape(isolate_direction(shorten(single_line(actor.role.text), 200)))}"
        if actor.role
        else ""
    )
    state = f" — {_STATES[leaning].lower()}" if leaning else ""

    def pressed(label: str, action: str) -> dict[str, Any]:
        return button(label, action, place) | {
            "accessibility_label": shorten(f"{label} {name}", 75)
        }

    others = [
        (PreferenceKind.FOLLOW, "Follow", FOLLOW_ACTOR),
        (PreferenceKind.MUTE, "Mute", MUTE_ACTOR),
    ]
    buttons = [pressed(label, action) for one, label, action in others if one is not leaning]
    if leaning:
        buttons.append(pressed("Let go", CLEAR_ACTOR))
    return [section(f"*{_name_markup(name)}*{role}{state}"), actions(*buttons)]


def _preference_line(wish: ActorPreference, now: datetime) -> str:
    done = "followed" if wish.leaning is PreferenceKind.FOLLOW else "muted"
    return f"*{_name_markup(wish.name)}*: {done} by <@{wish.person}>, {age_markup(wish.at, now)}"


def _name_markup(name: str) -> str:
    return escape(isolate_direction(shorten(single_line(name), _MAX_NAME_CHARS)))
