"""Digests on their way to Slack: built, claimed, posted part by part, recorded, and corrected."""

from bot.model.messages import Messages

messages = Messages("bot.delivery")
