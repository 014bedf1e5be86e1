"""The nouns Dateline speaks of: frozen, without behaviour beyond what they say of themselves.

bytes -> Article -> Analysis (sentences, statements) -> Story -> Digest -> Delivery
"""

from bot.model.articles import (
    Article,
    DisplayLevel,
    Format,
    ParsedFile,
    Policy,
    Span,
    Status,
    TrustLevel,
)
from bot.model.deliveries import Block, Delivery, DeliveryKind, DeliveryState, Message
from bot.model.digests import (
    ArticlePart,
    Citation,
    Digest,
    DigestEntry,
    EarlierStatement,
    Quote,
    Revision,
    SourceArticle,
    SourceChange,
)
from bot.model.preferences import ActorPreference, PreferenceKind, StoryFilter, StoryVote, Verdict
from bot.model.sources import Feed, Habit, KeptFile
from bot.model.statements import (
    Actor,
    ActorKind,
    Analysis,
    QuotationType,
    Stance,
    Statement,
    goes_first,
)
from bot.model.stories import SourcedStatement, StoredArticle, Story
from bot.model.subscriptions import (
    EVERY_DAY,
    FILTERS,
    TOP,
    WEEKDAYS,
    AtIntervals,
    AtOnce,
    AtTimes,
    Cadence,
    EditPermission,
    Hours,
    Subscription,
)
from bot.model.workspaces import Installation

__all__ = [
    "EVERY_DAY",
    "FILTERS",
    "TOP",
    "WEEKDAYS",
    "Actor",
    "ActorKind",
    "ActorPreference",
    "Analysis",
    "Article",
    "ArticlePart",
    "AtIntervals",
    "AtOnce",
    "AtTimes",
    "Block",
    "Cadence",
    "Citation",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Digest",
    "DigestEntry",
    "DisplayLevel",
    "EarlierStatement",
    "EditPermission",
    "Feed",
    "Format",
    "Habit",
    "Hours",
    "Installation",
    "KeptFile",
    "Message",
    "ParsedFile",
    "Policy",
    "PreferenceKind",
    "QuotationType",
    "Quote",
    "Revision",
    "SourceArticle",
    "SourceChange",
    "SourcedStatement",
    "Span",
    "Stance",
    "Statement",
    "Status",
    "StoredArticle",
    "Story",
    "StoryFilter",
    "StoryVote",
    "Subscription",
    "TrustLevel",
    "Verdict",
    "goes_first",
]
