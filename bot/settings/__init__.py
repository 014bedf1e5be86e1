"""What the operator sets: environment variables, `.env`, and the files in `config/`."""

from bot.settings.environment import Mode, Settings, load, remove_secrets

__all__ = ["Mode", "Settings", "load", "remove_secrets"]
