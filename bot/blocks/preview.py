"""A digest shown to one person before it is posted, and the button that posts it."""

from bot.blocks.digest import digest_messages
from bot.blocks.parts import actions, answer, button, code, context
from bot.blocks.text import clock
from bot.model import Digest, Message

POST_PREVIEW = "post_preview"


def preview_message(digest: Digest, *, key: str) -> Message:
    """Show the channel's message of a digest with a button; `key` names the delivery that it would make."""
    message, *_ = digest_messages(digest, channel_title="Preview, for you only")
    told = context(
        f"Nobody else sees this, and nothing counts as seen. {code('/digest now')} posts at once."
    )
    return Message(
        message.text,
        (*message.blocks, told, actions(button("Post it here", POST_PREVIEW, key, primary=True))),
    )


def nothing_new(digest: Digest) -> Message:
    """Say that there is nothing the channel has not seen, and where to look instead."""
    return answer(
        f"Nothing new here since {clock(digest.since, digest.zone)}.",
        hint=f"{code('/digest now TOPIC')} may repeat; {code('/digest search WORDS')} looks further back.",
    )
