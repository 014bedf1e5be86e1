"""What happens in Slack without a command."""

from bot.listeners.events.home import app_home_opened
from bot.listeners.events.leaving import app_uninstalled, tokens_revoked
from bot.listeners.events.membership import member_joined_channel
from bot.listeners.events.messages import app_mention, message

EVENTS = {
    "app_home_opened": app_home_opened,
    "app_mention": app_mention,
    "message": message,
    "member_joined_channel": member_joined_channel,
    "app_uninstalled": app_uninstalled,
    "tokens_revoked": tokens_revoked,
}
