"""Digests, statements and answers as Slack Block Kit and plain text; it reads and sends nothing."""

from bot.model.messages import Messages

messages = Messages("bot.blocks")
