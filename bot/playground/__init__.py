"""A local stand-in for Slack: its Web API, its signed requests, and a page to use them from.

page -> people -> sender -> (signed request) -> the bot -> api -> workspace -> page
"""
