"""The one place that builds adapters; everybody else is handed what they need.

settings -> archive (the store) -> rooms (worker pools, web, intake) -> Slack's client, Bolt, or the stand-in for Slack

In three files, for a command that looks something up in the store starts in half the time without the rest.
"""
