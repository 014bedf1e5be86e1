"""The stand-in's ids, and the fields that all of Slack's JSON objects of one kind have."""

from typing import Any

from bot.model.wordlists import load_tables

JsonObject = dict[str, Any]

OBJECTS: dict[str, JsonObject] = load_tables("bot.playground", "data/slack_objects.toml")
TEAM_ID, BOT_ID, BOT_USER_ID = (OBJECTS["auth"][key] for key in ("team_id", "bot_id", "user_id"))
