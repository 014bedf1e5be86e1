"""The networks of bot/language/statements/network.py in the form that can be learned, by torch."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as f

from bot.language.statements.network import GAP, POOLED, STRIDES, TABLES, pack
from bot.language.statements.signs import Signs
from bot.language.statements.views import (
    EDGES,
    FLAGS,
    HEIGHTS,
    NAMED,
    PATHS,
    RULED,
    SIZES,
    Lists,
    Numbers,
    Window,
    Words,
    pair_columns,
)

RAREST = 5  # a string seen less often gets no number of its own
WIDTH = 64
NARROW = {"sign": 24, "tag": 12, "dep": 12, "kind": 12, "role": 4, "rule": 8}
TOGETHER = 6  # documents a step
FASTEST = 3e-3
DECAY = 1e-2
CUE_PASSES, LABEL_PASSES = 8, 10
CUE_DROPOUT, LABEL_DROPOUT = 0.15, 0.25


@dataclass(frozen=True)
class Lesson:
    """A document as the networks see it: its words, which candidates are cues, and some windows' labels."""

    words: Words
    candidates: Sequence[int]
    answers: Sequence[bool]
    windows: Sequence[Window]
    labels: Sequence[Sequence[int]]


def learn_lists(texts: Sequence[Signs]) -> dict[str, list[str]]:
    """The strings that get a number each."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in NAMED}
    for signs in texts:
        rules = (report.rule for report in signs.reports.values())
        strings = (signs.sign, signs.parsed.tag, signs.parsed.dep, signs.kind, signs.role, rules)
        for name, some in zip(NAMED, strings, strict=True):
            counts[name].update(some)
    kept = {
        name: sorted(s for s, count in some.items() if count >= RAREST)
        for name, some in counts.items()
    }
    return {**kept, "dep": [*PATHS, *kept["dep"]]}


def numbered(lists: Mapping[str, Sequence[str]]) -> Lists:
    """Each string's number, as the bot reads them."""
    return {
        name: {string: number for number, string in enumerate(some, 1)}
        for name, some in lists.items()
    }


def _sizes(lists: Mapping[str, Sequence[str]]) -> dict[str, int]:
    count = {name: len(some) + 1 for name, some in lists.items()}
    paths = count["dep"] * HEIGHTS * 2
    return {
        **SIZES,
        "place": paths,
        "twig": count["dep"] * EDGES,
        "rule": count["rule"] * RULED,
        "role": count["role"],
    }


class _Encoder(nn.Module):
    """A word alone, and among its neighbours, its head and its children."""

    def __init__(self, lists: Mapping[str, Sequence[str]], dropout: float) -> None:
        super().__init__()
        self.listed = nn.ModuleDict(
            {name: nn.Embedding(len(lists[name]) + 1, NARROW[name]) for name in NAMED}
        )
        self.vector = nn.Linear(96, WIDTH)
        self.flags = nn.Linear(FLAGS, WIDTH, bias=False)
        self.wide = nn.ModuleDict(
            {name: nn.Linear(NARROW[name], WIDTH, bias=False) for name in NAMED}
        )
        self.kid, self.among = nn.Linear(WIDTH, WIDTH), nn.Linear(7 * WIDTH, WIDTH)
        self.drop = nn.Dropout(dropout)
        for table in self.listed.values():
            nn.init.normal_(table.weight, 0, 0.3)

    def forward(self, text: Mapping[str, Tensor], rows: Tensor) -> Tensor:
        """Some words' rows."""
        own = self.vector(self.drop(f.layer_norm(text["vectors"], (96,)))) + self.flags(
            text["flags"]
        )
        for name in NAMED:
            own = own + self.wide[name](self.drop(self.listed[name](text[name])))
        own = f.relu(own) * text["real"][:, None]
        head, every = text["head"], torch.arange(len(own))
        hanging = (head != every)[:, None]
        kids = torch.zeros_like(own).index_add(0, head, f.relu(self.kid(own)) * hanging)
        padded = f.pad(own, (0, 0, 2, 2))
        parts = (
            own[head[rows]], kids[rows], own[head[head[rows]]],
            padded[rows + 1], padded[rows + 3], padded[rows], padded[rows + 4],
        )  # fmt: skip
        return torch.cat((own[rows], f.relu(self.among(self.drop(torch.cat(parts, 1))))), 1)

    def written(self) -> dict[str, Numbers]:
        """The arrays that the bot multiplies with."""
        tables = {
            f"alone.{n}": (self.listed[n].weight @ self.wide[n].weight.T).detach().numpy()
            for n in NAMED
        }
        vector, flags = _matrix(self.vector), _matrix(self.flags)
        lines = {**_line("kid", self.kid), **_line("among", self.among)}
        return {
            "vector": vector,
            "flags": flags,
            "alone.bias": _bias(self.vector),
            **tables,
            **lines,
        }


class CueNet(nn.Module):
    """How likely a word reports something."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.encoder = _Encoder(lists, CUE_DROPOUT)
        self.c1, self.c2, self.drop = (
            nn.Linear(2 * WIDTH, WIDTH),
            nn.Linear(WIDTH, 1),
            nn.Dropout(CUE_DROPOUT),
        )

    def loss(self, text: Mapping[str, Tensor]) -> Tensor:
        """How far the scores are from the annotation."""
        hidden = self.drop(f.relu(self.c1(self.encoder(text, text["candidates"]))))
        return f.binary_cross_entropy_with_logits(self.c2(hidden)[:, 0], text["answers"])

    def written(self) -> dict[str, Numbers]:
        """The arrays that the bot multiplies with."""
        return {**self.encoder.written(), **_line("c1", self.c1), **_line("c2", self.c2)}


class LabelNet(nn.Module):
    """What each word of a cue's window is to the cue: other, source or content."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.encoder = _Encoder(lists, LABEL_DROPOUT)
        sides = ("word", "cue", "top", "second", "gate")
        self.sides = nn.ModuleDict({name: nn.Linear(2 * WIDTH, WIDTH) for name in sides})
        sizes = _sizes(lists)
        self.tables = nn.ModuleDict(
            {name: nn.Embedding(sizes[name], WIDTH) for name in ("place", *TABLES)}
        )
        self.along = nn.ModuleList([nn.Linear(3 * WIDTH, WIDTH) for _ in STRIDES])
        self.pool, self.out, self.drop = (
            nn.Linear(WIDTH, WIDTH),
            nn.Linear(WIDTH, 3),
            nn.Dropout(LABEL_DROPOUT),
        )
        for table in self.tables.values():
            nn.init.normal_(table.weight, 0, 0.1)

    def forward(self, text: Mapping[str, Tensor]) -> Tensor:
        """Three numbers a pair of cue and word."""
        hidden = self.drop(self.encoder(text, torch.arange(len(text["head"]))))
        side = {name: part(hidden) for name, part in self.sides.items()}
        pairs = side["word"][text["at"]] + side["cue"][text["cue"]]
        for name in ("top", "second"):
            pairs = pairs + f.pad(side[name], (0, 0, 0, 1))[text[name]]
        pairs = pairs + self.tables["place"](text["place"]) * (1 + side["gate"][text["cue"]])
        for name in TABLES:
            pairs = pairs + self.tables[name](text[f"pair.{name}"])
        rows, number = text["rows"], text["number"]
        joined = torch.zeros(int(rows[-1]) + 1 + GAP, WIDTH).index_copy(0, rows, f.relu(pairs))
        inside = torch.zeros(len(joined), 1).index_fill(0, rows, 1.0)
        for layer, (stride, part) in enumerate(zip(STRIDES, self.along, strict=True)):
            seen = self.drop(f.layer_norm(joined, (WIDTH,)))
            padded = f.pad(seen, (0, 0, stride, stride))
            here = part(torch.cat((padded[: -2 * stride], seen, padded[2 * stride :]), 1))
            if layer == POOLED:
                strongest = torch.zeros(int(number[-1]) + 1, WIDTH).index_reduce(
                    0, number, joined[rows], "amax"
                )
                here = here.index_add(0, rows, self.pool(strongest)[number])
            joined = joined + f.relu(here) * inside
        return self.out(self.drop(joined[rows]))

    def loss(self, text: Mapping[str, Tensor]) -> Tensor:
        """A long window counts more than a short one, but not by its length."""
        weight = torch.bincount(text["number"]).float().rsqrt()[text["number"]]
        return (
            f.cross_entropy(self(text), text["labels"], reduction="none") * weight
        ).sum() / weight.sum()

    def written(self) -> dict[str, Numbers]:
        """The arrays that the bot multiplies with."""
        found = self.encoder.written()
        for name, part in (*self.sides.items(), ("pool", self.pool), ("out", self.out)):
            found |= _line(name, part)
        found |= {name: table.weight.detach().numpy() for name, table in self.tables.items()}
        for layer, part in enumerate(self.along):
            found[f"along{layer}"] = np.concatenate(np.split(_matrix(part), 3), axis=1)
            found[f"along{layer}.bias"] = _bias(part)
        return found


def _matrix(part: Any) -> Numbers:
    found: Numbers = part.weight.detach().numpy().T
    return found


def _bias(part: Any) -> Numbers:
    found: Numbers = part.bias.detach().numpy()
    return found


def _line(name: str, part: Any) -> dict[str, Numbers]:
    return {name: _matrix(part), f"{name}.bias": _bias(part)}


Text = dict[str, "np.ndarray[Any, Any]"]


def _arrays(lesson: Lesson, *, labelled: bool) -> Text:
    words = lesson.words
    real = np.ones(len(words.head), dtype=np.float32)
    found: Text = {
        **words.named,
        "head": words.head,
        "vectors": words.vectors,
        "flags": words.flags(),
        "real": real,
    }
    if not labelled:
        answers = np.array(lesson.answers, dtype=np.float32)
        return {
            **found,
            "candidates": np.array(lesson.candidates, dtype=np.int64),
            "answers": answers,
        }
    columns = pair_columns(words, lesson.windows)
    for name in ("at", "cue", "top", "second", "place"):
        found[name] = columns[name]
    found |= {f"pair.{name}": columns[name] for name in TABLES}
    counts = [end - start for _, start, end in lesson.windows]
    return {
        **found,
        "number": np.repeat(np.arange(len(counts)), counts),
        "labels": np.concatenate(lesson.labels),
    }


_PLACES = frozenset(
    ["head", "candidates", "at", "cue", "top", "second"]
)  # word numbers, which move with their text


def _join(texts: Sequence[Text]) -> dict[str, Tensor]:
    """Several texts as one, two empty words between."""
    offset = np.cumsum([0, *(len(text["head"]) + 2 for text in texts)])
    found = {}
    for name in texts[0]:
        parts: list[np.ndarray[Any, Any]] = []
        for text, begin in zip(texts, offset, strict=False):
            part, length = text[name], len(text["head"])
            if name in _PLACES:
                part = np.where(part >= 0, part + begin, part)
            if name == "head":
                part = np.concatenate((part, begin + length + np.arange(2)))
            elif name in {*NAMED, "vectors", "flags", "real"}:
                part = np.concatenate((part, np.zeros((2, *part.shape[1:]), dtype=part.dtype)))
            elif name == "number" and parts:
                part = part + parts[-1][-1] + 1
            parts.append(part)
        found[name] = torch.from_numpy(np.concatenate(parts))
    if "number" in found:
        found["rows"] = torch.arange(len(found["number"])) + GAP * (found["number"] + 1)
    return found


def _learn(net: Any, texts: Sequence[Text], passes: int, say: Callable[[str], None]) -> None:
    chance = np.random.default_rng(0)
    optimizer = torch.optim.AdamW(net.parameters(), FASTEST, weight_decay=DECAY)
    steps = passes * math.ceil(len(texts) / TOGETHER)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, FASTEST, total_steps=steps, pct_start=0.1)
    for number in range(passes):
        order, total = chance.permutation(len(texts)), 0.0
        for first in range(0, len(order), TOGETHER):
            loss = net.loss(_join([texts[i] for i in order[first : first + TOGETHER]]))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            pace.step()
            total += loss.item() * TOGETHER / len(texts)
        say(f"  pass {number + 1} of {passes}: {total:.4f}")
    net.eval()


def learn_network(
    lists: Mapping[str, Sequence[str]], lessons: Sequence[Lesson], say: Callable[[str], None]
) -> dict[str, Any]:
    """Both networks, as the bot reads them."""
    torch.manual_seed(0)
    cue, label = CueNet(lists), LabelNet(lists)
    _learn(
        cue, [_arrays(one, labelled=False) for one in lessons if one.candidates], CUE_PASSES, say
    )
    _learn(
        label, [_arrays(one, labelled=True) for one in lessons if one.windows], LABEL_PASSES, say
    )
    return {
        "lists": dict(lists),
        "cue": {name: pack(array) for name, array in cue.written().items()},
        "label": {name: pack(array) for name, array in label.written().items()},
    }
