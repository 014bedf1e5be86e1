"""What an Undo button carries: the channel, and the subscription that stood there before."""

import json
from dataclasses import asdict
from typing import Any

from bot.model import FILTERS, Subscription, codec
from bot.model.errors import NotFound


def dump_undo(channel: str, before: Subscription | None) -> str:
    """Write what to go back to, within the 2,000 characters of a button's value; last_result stays in the store."""
    return json.dumps(
        [channel, before and _fields(before)], ensure_ascii=False, separators=(",", ":")
    )


def load_undo(value: str, team: str) -> tuple[str, Subscription | None]:
    """Read the channel, and the subscription to go back to (None: there was none), without its `next_due`."""
    try:
        channel, fields = json.loads(value)
        if fields is None:
            return channel, None
        cadence = codec.load_cadence(fields.pop("cadence"))
        fields |= {name: tuple(fields.get(name, ())) for name in FILTERS}
        return channel, Subscription(team=team, channel=channel, cadence=cadence, **fields)
    except (ValueError, TypeError, KeyError) as e:
        raise NotFound("this button is from another version") from e


def _fields(before: Subscription) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in asdict(before).items()
        if key in {"created_by", "zone", "top", "paused"}
    }
    filters = {name: words for name in FILTERS if (words := getattr(before, name))}
    return kept | {"cadence": codec.dump(before.cadence)} | filters
