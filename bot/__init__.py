"""Dateline: who said what in the news, word for word, in Slack."""

__version__ = "0.2.0"
