"""What people type and press in Slack, and what they are answered."""

from bot.model.messages import Messages

messages = Messages("bot.listeners")
