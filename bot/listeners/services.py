"""What listeners work with, wired in bootstrap."""

from dataclasses import dataclass

from bot.delivery.digests import Digests
from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake
from bot.model import TOP, EditPermission
from bot.model.ports import BackgroundTasks, Chat, Clock
from bot.store import Store
from bot.stories.people import EMPTY_DIRECTORY, Directory


@dataclass(frozen=True, slots=True)
class Services:
    """All a listener may use. `top` is how many stories a new subscription asks for.

    `actors` are those known under several spellings.
    `edit_permission` is the operator's rule, for workspaces whose admins have set none.
    """

    store: Store
    chat: Chat
    digests: Digests
    intake: Intake
    feeds: FeedPoller
    clock: Clock
    jobs: BackgroundTasks
    top: int = TOP
    edit_permission: EditPermission = EditPermission.MEMBERS
    actors: Directory = EMPTY_DIRECTORY
