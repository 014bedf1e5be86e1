"""What the use cases need from outside, as Protocols; adapters and fakes both come through this door."""

from bot.ports.articles import Articles, Candidate, Glance, Known, NewArticle, StoryGlance, Tally, Terms, Trace
from bot.ports.channels import Rules, Subscriptions, Tastes
from bot.ports.chat import Chat, Stamp
from bot.ports.deliveries import Deliveries, Limits, Past, Rights
from bot.ports.program import Clock, Jobs, Process, Processes, Queue
from bot.ports.sources import Feeds, Forgotten, Retention, Sources
from bot.ports.store import Store
from bot.ports.web import FetchedPage, NotModified, Web
from bot.ports.workers import Analyst, Reader
from bot.ports.workspaces import Installations

__all__ = [
    "Analyst",
    "Articles",
    "Candidate",
    "Chat",
    "Clock",
    "Deliveries",
    "Feeds",
    "FetchedPage",
    "Forgotten",
    "Glance",
    "Installations",
    "Jobs",
    "Known",
    "Limits",
    "NewArticle",
    "NotModified",
    "Past",
    "Process",
    "Processes",
    "Queue",
    "Reader",
    "Retention",
    "Rights",
    "Rules",
    "Sources",
    "Stamp",
    "Store",
    "StoryGlance",
    "Subscriptions",
    "Tally",
    "Tastes",
    "Terms",
    "Trace",
    "Web",
]
