"""The ids that come from outside: Slack's of workspaces, people and channels, and our rows'.

https://docs.slack.dev/reference/objects
"""

import re

TEAM_ID = re.compile("[TE][A-Z0-9]{1,30}")
USER_ID = re.compile("[UW][A-Z0-9]{1,30}")
CHANNEL_ID = re.compile("[CG][A-Z0-9]{1,30}")  # a channel's, not that of direct messages
CONVERSATION_ID = re.compile("[CDG][A-Z0-9]{1,30}")  # whatever can be posted to
_ROW_ID = re.compile("[0-9]{1,9}")


def is_row_id(value: str) -> bool:
    """Return whether a text is the id of a row, as int() reads it."""
    return _ROW_ID.fullmatch(value) is not None
