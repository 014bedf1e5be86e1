from tests.playground.echo import echo
from tests.slack_server import slack

__all__ = ["echo", "slack"]
