"""The nouns Dateline speaks of: frozen, without behaviour beyond what they say of themselves.

bytes -> Article -> Analysis (sentences, statements) -> Story -> Digest -> Delivery
"""

from bot.model.articles import Article, Format, Parsed, Policy, Show, Span, Status, Trust
from bot.model.deliveries import Block, Delivery, DeliveryKind, DeliveryState, Message
from bot.model.digests import Change, Citation, Digest, Earlier, Entry, Part, Quote, Revision, Source
from bot.model.sources import Feed, Habit, KeptFile
from bot.model.statements import Actor, ActorKind, Analysis, Form, Stance, Statement, goes_first
from bot.model.stories import Said, StoredArticle, Story
from bot.model.subscriptions import (
    EVERY_DAY,
    FILTERS,
    TOP,
    WEEKDAYS,
    AtOnce,
    AtTimes,
    Cadence,
    Every,
    Hours,
    Rule,
    Subscription,
)
from bot.model.tastes import Leaning, Taste, Verdict, Vote, Wish
from bot.model.workspaces import Installation

__all__ = [
    "EVERY_DAY",
    "FILTERS",
    "TOP",
    "WEEKDAYS",
    "Actor",
    "ActorKind",
    "Analysis",
    "Article",
    "AtOnce",
    "AtTimes",
    "Block",
    "Cadence",
    "Change",
    "Citation",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Digest",
    "Earlier",
    "Entry",
    "Every",
    "Feed",
    "Form",
    "Format",
    "Habit",
    "Hours",
    "Installation",
    "KeptFile",
    "Leaning",
    "Message",
    "Parsed",
    "Part",
    "Policy",
    "Quote",
    "Revision",
    "Rule",
    "Said",
    "Show",
    "Source",
    "Span",
    "Stance",
    "Statement",
    "Status",
    "StoredArticle",
    "Story",
    "Subscription",
    "Taste",
    "Trust",
    "Verdict",
    "Vote",
    "Wish",
    "goes_first",
]
