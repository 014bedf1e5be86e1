"""Whom a channel follows and mutes, and what it found useful: answers, buttons, and the window to choose in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.blocks.parts import actions, answer, button, code, context, fallback, fill, section
from bot.blocks.statement import flat
from bot.blocks.text import ago_token, escape, isolate, plain, shorten
from bot.model import Actor, ActorPreference, Block, Message, PreferenceKind

# In a message's answer: the value is `load_wish`'s.
UNDO_WISH = "undo_wish"
# In the window over a story: the value is the place of the actor's name.
FOLLOW_ACTOR = "follow_actor"
MUTE_ACTOR = "mute_actor"
LET_ACTOR_GO = "let_actor_go"
# Below a story in its thread, and in its menu: the value is the story's number, after what was thought of it.
VOTE = "digest_vote"
USEFUL, NOT_USEFUL, NO_VOTE = "useful", "useless", "novote"

_NAME_ROOM = 200
_MOST_ACTORS = 30
_MOST_SUMMED = 5
_DONE = {PreferenceKind.FOLLOW: "Following", PreferenceKind.MUTE: "Muted"}
_MEANING = {
    PreferenceKind.FOLLOW: "stories in which they speak come first in this channel's digests",
    PreferenceKind.MUTE: "what they say is left out of this channel's digests",
}


def wished(wish: ActorPreference, before: ActorPreference | None, *, heard: bool) -> Message:
    """Say what a channel now wants of an actor; `heard` is whether anybody of that name ever spoke."""
    unheard = "" if heard else "Nobody of that name has said anything in what I have read so far."
    return answer(
        f"{_DONE[wish.leaning]} *{_name(wish.name)}*: {_MEANING[wish.leaning]}.",
        unheard,
        buttons=(button("Undo", UNDO_WISH, dump_wish(wish.name, before)),),
        hint=f"{code('/digest follow')} lists whom this channel follows and mutes.",
    )


def let_go(name: str, before: ActorPreference | None) -> Message:
    """Say that an actor is neither followed nor muted any more."""
    hint = f"{code('/digest follow')} lists whom this channel follows and mutes."
    if before is None:
        return answer(f"This channel neither follows nor mutes “{escape(name)}”.", hint=hint)
    done = "follows" if before.leaning is PreferenceKind.FOLLOW else "mutes"
    undo = button("Undo", UNDO_WISH, dump_wish(name, before))
    return answer(
        f"This channel no longer {done} *{_name(before.name)}*.", buttons=(undo,), hint=hint
    )


def wishes_listed(
    wishes: Sequence[ActorPreference], useful: int, not_useful: int, now: datetime
) -> Message:
    """List whom a channel follows and mutes, with who asked for it, and how often it said what was useful."""
    if not wishes and not useful + not_useful:
        return answer(
            "This channel follows and mutes nobody.",
            hint=f"{code('/digest follow NAME')} lifts what somebody says, {code('/digest mute NAME')} leaves it out.",
        )
    rows = [
        (_line(wish, now), button("Let go", UNDO_WISH, dump_wish(wish.name, None)))
        for wish in wishes
    ]
    blocks, more = fill([section(line, accessory)] for line, accessory in rows)
    counted = f"In the last 90 days people here called {useful} stories useful and {not_useful} not useful."
    told = [line for line, _ in rows] + ([counted] if useful + not_useful else [])
    blocks += [
        section(paragraph)
        for paragraph in (f"… and {more} more." if more else "", *told[len(rows) :])
        if paragraph
    ]
    hint = f"{code('/digest unfollow NAME')} lets one go; useful or not is said, and taken back, below a story."
    return Message(fallback(told), (*blocks, context(hint)))


def wishes_summed(wishes: Sequence[ActorPreference]) -> str:
    """Say in a line whom a channel follows and mutes; "" where it does neither."""
    told = []
    for leaning, does in ((PreferenceKind.FOLLOW, "follows"), (PreferenceKind.MUTE, "mutes")):
        names = [f"*{_name(wish.name)}*" for wish in wishes if wish.leaning is leaning]
        more = f" and {len(names) - _MOST_SUMMED} more" if len(names) > _MOST_SUMMED else ""
        if names:
            told.append(f"{does} {', '.join(names[:_MOST_SUMMED])}{more}")
    return f"This channel {' and '.join(told)}." if told else ""


def voted(useful: bool | None, story: int) -> Message:  # noqa: FBT001 -- three answers to one question
    """Say what a vote does, and how to take it back; None: it was taken back."""
    if useful is None:
        return answer("Taken back: it weighs no more.")
    does = "more like it will come" if useful else "less like it will come"
    taken_back = button("Undo", VOTE, f"{NO_VOTE}:{story}")
    said = "useful" if useful else "not useful"
    return answer(f"Noted as *{said}*: {does} in this channel's digests.", buttons=(taken_back,))


def feedback(story: int, title: str) -> Block:
    """Ask below a story whether it was useful.

    https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    """

    def choice(label: str, value: str) -> dict[str, Any]:
        told = shorten(f"{label}: {flat(title)}", 75)
        return {"text": plain(label, 75), "value": f"{value}:{story}", "accessibility_label": told}

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
    for place, actor in list(actors.items())[:_MOST_ACTORS]:
        blocks += _choice(place, actor, leanings.get(place))
    if len(blocks) == 1:
        blocks.append(section("Nobody who is named speaks in this story."))
    return {
        "type": "modal",
        "title": plain("Follow or mute"),
        "close": plain("Done"),
        "private_metadata": json.dumps([channel, story]),
        "blocks": blocks,
    }


def read_place(metadata: str) -> tuple[str, int]:
    """Read the channel and the story that an actors' window is about; raise ValueError for anything else."""
    channel, story = json.loads(metadata)
    return str(channel), int(story)


def dump_wish(name: str, leaning_before: ActorPreference | None) -> str:
    """Write what to go back to, for a button: the name, and what was wanted of it."""
    before = leaning_before and leaning_before.leaning.value
    return json.dumps([leaning_before.name if leaning_before else name, before], ensure_ascii=False)


def load_wish(value: str) -> tuple[str, PreferenceKind | None]:
    """Read it; raise ValueError for anything else."""
    name, before = json.loads(value)
    return str(name), None if before is None else PreferenceKind(before)


def _choice(place: str, actor: Actor, leaning: PreferenceKind | None) -> list[Block]:
    name = flat(actor.name.text)
    role = f", {escape(isolate(shorten(flat(actor.role.text), 200)))}" if actor.role else ""
    state = f" — {_DONE[leaning].lower()}" if leaning else ""

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
        buttons.append(pressed("Let go", LET_ACTOR_GO))
    return [section(f"*{_name(name)}*{role}{state}"), actions(*buttons)]


def _line(wish: ActorPreference, now: datetime) -> str:
    done = "followed" if wish.leaning is PreferenceKind.FOLLOW else "muted"
    return f"*{_name(wish.name)}*: {done} by <@{wish.person}>, {ago_token(wish.at, now)}"


def _name(name: str) -> str:
    return escape(isolate(shorten(flat(name), _NAME_ROOM)))
