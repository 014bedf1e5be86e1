"""Take in articles: from the feed folder, remote feeds, single addresses; all through `Intake`."""

from bot.model.messages import Messages

messages = Messages("bot.intake")
