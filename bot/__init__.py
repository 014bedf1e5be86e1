"""Dateline: who said what in the news, word for word, in Slack."""
