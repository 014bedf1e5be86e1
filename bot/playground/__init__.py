"""A local stand-in for Slack: its Web API, its signed requests, and a page to use them from.

page -> user_actions -> request_sender -> (signed request) -> the bot -> api -> workspace -> page
"""

from bot.model.messages import Messages

messages = Messages("bot.playground")
