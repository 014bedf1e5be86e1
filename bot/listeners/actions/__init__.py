"""What the buttons and menus below our messages do."""

import re

from bot.blocks.answers import POST_ANYWAY, UNDO_SUBSCRIBE, UNDO_UNSUBSCRIBE
from bot.blocks.home import (
    HOME_END,
    HOME_FIRST,
    HOME_NEXT,
    HOME_PAUSE,
    HOME_POST,
    HOME_RESUME,
    HOME_RULE,
    HOME_UNDO,
)
from bot.blocks.lookup import WHO_MEANT, WHO_NEWER, WHO_OLDER, WHO_TIMELINE
from bot.blocks.preferences import FOLLOW_ACTOR, LET_ACTOR_GO, MUTE_ACTOR, UNDO_WISH, VOTE
from bot.blocks.preview import POST_PREVIEW
from bot.blocks.settings import FIELD, OPEN_SETTINGS
from bot.blocks.story import ALL_STATEMENTS, MORE
from bot.listeners.actions.home import (
    home_end,
    home_page,
    home_pause,
    home_post,
    home_resume,
    home_rule,
    home_undo,
)
from bot.listeners.actions.people import open_timeline, turn_page
from bot.listeners.actions.posting import post_anyway, post_preview
from bot.listeners.actions.preferences import (
    follow_actor,
    let_actor_go,
    mute_actor,
    undo_wish,
    vote,
)
from bot.listeners.actions.settings import open_settings
from bot.listeners.actions.statements import all_statements, more
from bot.listeners.actions.undo import undo
from bot.listeners.views.settings import preview

ACTIONS = {
    WHO_NEWER: turn_page,
    WHO_OLDER: turn_page,
    WHO_TIMELINE: open_timeline,
    POST_PREVIEW: post_preview,
    POST_ANYWAY: post_anyway,
    UNDO_SUBSCRIBE: undo,
    UNDO_UNSUBSCRIBE: undo,
    ALL_STATEMENTS: all_statements,
    MORE: more,
    UNDO_WISH: undo_wish,
    FOLLOW_ACTOR: follow_actor,
    MUTE_ACTOR: mute_actor,
    LET_ACTOR_GO: let_actor_go,
    VOTE: vote,
    OPEN_SETTINGS: open_settings,
    FIELD: preview,
    HOME_PAUSE: home_pause,
    HOME_RESUME: home_resume,
    HOME_POST: home_post,
    HOME_END: home_end,
    HOME_FIRST: home_page,
    HOME_NEXT: home_page,
    HOME_UNDO: home_undo,
    HOME_RULE: home_rule,
}
# Buttons of one row that do the same must differ in their ids: in what follows the colon.
ROWS = {re.compile(rf"{WHO_MEANT}:.+"): turn_page}
