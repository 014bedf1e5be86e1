"""What Dateline tells a channel unasked: that a feed which it added has broken, and what mends it."""

from bot.blocks.parts import answer, code
from bot.blocks.text import escape, shorten
from bot.model import Feed, Message


def feed_broke(feed: Feed) -> Message:
    """Say once that a feed gives nothing more, why, and what a person can do."""
    name = f"*{escape(shorten(feed.title, 100))}*" if feed.title else f"Feed *{feed.id}*"
    reason = escape(shorten(feed.last_error or "no reason was given", 300))
    remove = code(f"/digest feeds remove {feed.id}")
    if feed.next_check is None:
        what = f":warning: {name} has ended: {reason}. Dateline asks it no more; its articles stay."
        cure = f"{remove} takes it off the list."
    else:
        what = f":warning: {name} could not be read {feed.failures} times in a row: {reason}."
        cure = f"Dateline goes on trying, ever more seldom, and takes up again when it can. {remove} ends that."
    moved = f"If it has moved, add the new address: {code('/digest feeds add URL')}. {cure}"
    return answer(f"{what}\n{code(shorten(feed.url, 300))}", moved, hint="This is said once.")
