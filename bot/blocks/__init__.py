"""Digests, statements and answers as Slack Block Kit and plain text. Pure: nothing is read or sent."""
