"""The ledger's rules: from which state a delivery may go to which, and by what step. docs/delivery.md draws them.

due -> claimed -> composed <-> sending -> posted | failed | skipped | unsure

"Due" is no state of a delivery but a subscription whose `next_due` has come: claiming makes the row.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.model import DeliveryState

_CLAIMED, _COMPOSED, _SENDING = DeliveryState.CLAIMED, DeliveryState.COMPOSED, DeliveryState.SENDING
# What a tick goes on with; what stands in any other state is over.
OPEN = frozenset({_CLAIMED, _COMPOSED, _SENDING})


class Step(StrEnum):
    """What can happen to a delivery."""

    COMPOSE = "compose"  # what will be posted is kept
    SEND = "send"  # a part goes out now
    AGAIN = "again"  # the same part goes out once more: the last time it was not taken
    RECORD = "record"  # that part stands in the channel
    POST = "post"  # it ends well: all parts are there, or all that ever will be
    FAIL = "fail"  # it ends with nothing in the channel
    SKIP = "skip"  # it ends because there was nothing to say
    DOUBT = "doubt"  # it ends without anybody knowing whether the first part is there


@dataclass(frozen=True, slots=True)
class Move:
    """The states that a step is taken from, and the one it leads to."""

    sources: frozenset[DeliveryState]
    target: DeliveryState


MOVES: dict[Step, Move] = {
    Step.COMPOSE: Move(frozenset({_CLAIMED}), _COMPOSED),
    Step.SEND: Move(frozenset({_COMPOSED}), _SENDING),
    Step.AGAIN: Move(frozenset({_SENDING}), _SENDING),
    Step.RECORD: Move(frozenset({_SENDING}), _COMPOSED),
    Step.POST: Move(frozenset({_COMPOSED, _SENDING}), DeliveryState.POSTED),
    Step.FAIL: Move(OPEN, DeliveryState.FAILED),
    Step.SKIP: Move(frozenset({_CLAIMED, _COMPOSED}), DeliveryState.SKIPPED),
    Step.DOUBT: Move(frozenset({_SENDING}), DeliveryState.UNSURE),
}

# The step that ends a delivery in each of the states that it may end in.
ENDS: dict[DeliveryState, Step] = {
    move.target: step for step, move in MOVES.items() if move.target not in OPEN
}
