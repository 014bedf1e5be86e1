"""Articles to stories, and what a digest holds: pure rules."""

from bot.model.messages import Messages

messages = Messages("bot.stories")
