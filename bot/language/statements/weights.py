"""The learned numbers, as training/statements.py wrote them: read once a process, plain data after."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bot.language.statements.choice import Trees
from bot.language.statements.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Weights:
    """What tells a cue and labels the words around it, and what says how good a reading is."""

    network: Network
    trees: Trees


@cache
def load_weights() -> Weights:
    """Read the numbers beside this file."""
    file = files("bot.language.statements") / "weights.json.gz"
    return weights_of(json.loads(gzip.decompress(file.read_bytes())))


def weights_of(data: Mapping[str, Any]) -> Weights:
    """Make weights of what training wrote."""
    return Weights(Network(data), Trees(data["base"], data["trees"], data["least"]))
