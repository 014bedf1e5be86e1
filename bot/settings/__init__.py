"""What the operator sets: environment variables, `.env`, and the files in `config/`."""

from bot.settings.environment import Mode, Settings, leave_environment, load

__all__ = ["Mode", "Settings", "leave_environment", "load"]
