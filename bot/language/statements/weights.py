"""The learned numbers, as training/statements.py wrote them: read once a process, plain data after."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.language.statements.choice import Trees
from bot.language.statements.network import Network


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
