"""What the use cases need from outside, as Protocols; adapters and fakes both come through this door."""

from bot.model.ports.articles import (
    Articles,
    ArticleSummary,
    Candidate,
    IntakeCounts,
    NewArticle,
    StatementRef,
    StoredVersion,
    StorySummary,
    Terms,
)
from bot.model.ports.channels import PermissionStore, PreferenceStore, Subscriptions
from bot.model.ports.chat import Chat, MessageMetadata
from bot.model.ports.deliveries import ChannelHistory, Deliveries, Limits, Locks
from bot.model.ports.program import Clock, Jobs, Processes, Queue, RunningProcess
from bot.model.ports.sources import DeletedCounts, Feeds, Retention, Sources
from bot.model.ports.store import Store
from bot.model.ports.web import FetchedPage, NotModified, Web
from bot.model.ports.workers import Analyst, Reader
from bot.model.ports.workspaces import Installations

__all__ = [
    "Analyst",
    "ArticleSummary",
    "Articles",
    "Candidate",
    "ChannelHistory",
    "Chat",
    "Clock",
    "DeletedCounts",
    "Deliveries",
    "Feeds",
    "FetchedPage",
    "Installations",
    "IntakeCounts",
    "Jobs",
    "Limits",
    "Locks",
    "MessageMetadata",
    "NewArticle",
    "NotModified",
    "PermissionStore",
    "PreferenceStore",
    "Processes",
    "Queue",
    "Reader",
    "Retention",
    "RunningProcess",
    "Sources",
    "StatementRef",
    "Store",
    "StoredVersion",
    "StorySummary",
    "Subscriptions",
    "Terms",
    "Web",
]
