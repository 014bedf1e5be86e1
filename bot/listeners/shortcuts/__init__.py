"""What is done from Slack's own menus: on a message, or from anywhere."""

from typing import NamedTuple

from bot.blocks.modals import READ_MESSAGE
from bot.blocks.settings import NEW_DIGEST
from bot.listeners.actions.settings import new_digest
from bot.listeners.shortcuts.reading import read_message


class Shortcut(NamedTuple):
    """A row of the manifest's shortcuts: "global" or "message", its callback_id, name and description."""

    kind: str
    callback: str
    name: str
    description: str


MANIFEST = (
    Shortcut(
        "global",
        NEW_DIGEST,
        "New digest",
        "Subscribe a channel, or yourself, to a digest of the news",
    ),
    Shortcut(
        "message",
        READ_MESSAGE,
        "Read with Dateline",
        "Who said what in the article that a message links to",
    ),
)

SHORTCUTS = {NEW_DIGEST: new_digest, READ_MESSAGE: read_message}
