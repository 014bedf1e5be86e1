"""Train the networks of statements/english/models.py, in the form that torch can learn."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as f

from bot.language.statements.english.models import (
    GAP_ROWS,
    POOLED_LAYER,
    STRIDES,
    convolution_names,
    pack_array,
)
from bot.language.statements.english.pair_features import (
    LABELS,
    PAIR_FEATURES,
    PATH_DEPS,
    Window,
    find_pair_columns,
    part_sizes,
)
from bot.language.statements.english.parsing import VECTOR_WIDTH
from bot.language.statements.english.token_features import (
    TOKEN_CATEGORIES,
    TOKEN_FLAGS,
    TokenColumns,
    TokenFeatures,
    Vocabularies,
)
from bot.language.statements.english.word_vectors import FloatArray

MIN_COUNT = 5  # a string seen less often gets no number of its own
WIDTH = 64
CATEGORY_WIDTHS = {
    "masked_word": 24, "tag": 12, "dep": 12, "word_class": 12, "rule_role": 4, "rule": 8,
}  # fmt: skip
BATCH_DOCUMENTS = 6
MAX_LEARNING_RATE = 3e-3
WARM_UP_SHARE = 0.1
WEIGHT_DECAY = 1e-2
MAX_GRADIENT = 1.0
CUE_PASSES, LABEL_PASSES = 8, 10
CUE_DROPOUT, LABEL_DROPOUT = 0.15, 0.25
_CONTEXT_ROWS = 7  # head, children, head's head, two neighbors on either side
_SEPARATOR_WORDS = 2  # empty words between documents of a batch
# Features that hold word numbers, which move with their document in a batch.
_WORD_NUMBERS = frozenset(["head", "candidates", "word", "cue", "upper_root", "lower_root"])

Arrays = dict[str, "np.ndarray[Any, Any]"]
StringLists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class TrainingExample:
    """A document as the networks see it.

    `is_cue` answers for each candidate, `labels` gives those of each window's words.
    """

    tokens: TokenColumns
    candidates: Sequence[int]
    is_cue: Sequence[bool]
    windows: Sequence[Window]
    labels: Sequence[Sequence[int]]


def collect_vocabularies(texts: Sequence[TokenFeatures]) -> dict[str, list[str]]:
    """Return the strings of each category that get a number."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in TOKEN_CATEGORIES}
    for features in texts:
        for name, strings in features.categories.items():
            counts[name].update(strings)
    del counts["rule"][""]  # most words are the cue of no rule
    frequent = {
        name: sorted(string for string, count in counter.items() if count >= MIN_COUNT)
        for name, counter in counts.items()
    }
    return {**frequent, "dep": [*PATH_DEPS, *frequent["dep"]]}


def number_vocabularies(vocabularies: StringLists) -> Vocabularies:
    """Return each string's number, as the bot reads them."""
    return {
        name: {string: number for number, string in enumerate(strings, 1)}
        for name, strings in vocabularies.items()
    }


class _TrainableEncoder(nn.Module):
    """Encode a word alone, and with its neighbors, its head and its children."""

    def __init__(self, vocabularies: StringLists, dropout: float) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                name: nn.Embedding(len(vocabularies[name]) + 1, CATEGORY_WIDTHS[name])
                for name in TOKEN_CATEGORIES
            }
        )
        self.vector = nn.Linear(VECTOR_WIDTH, WIDTH)
        self.flags = nn.Linear(len(TOKEN_FLAGS), WIDTH, bias=False)
        self.categories = nn.ModuleDict(
            {name: nn.Linear(CATEGORY_WIDTHS[name], WIDTH, bias=False) for name in TOKEN_CATEGORIES}
        )
        self.child, self.context = nn.Linear(WIDTH, WIDTH), nn.Linear(_CONTEXT_ROWS * WIDTH, WIDTH)
        self.drop = nn.Dropout(dropout)
        for embedding in self.embeddings.values():
            nn.init.normal_(embedding.weight, 0, 0.3)

    def forward(self, text: Mapping[str, Tensor], words: Tensor) -> Tensor:
        """Return the rows of some words."""
        vectors = self.drop(f.layer_norm(text["vectors"], (VECTOR_WIDTH,)))
        own = self.vector(vectors) + self.flags(text["flags"])
        for name in TOKEN_CATEGORIES:
            own = own + self.categories[name](self.drop(self.embeddings[name](text[name])))
        own = f.relu(own) * text["is_word"][:, None]
        head = text["head"]
        is_dependent = (head != torch.arange(len(own)))[:, None]
        children = torch.zeros_like(own).index_add(0, head, f.relu(self.child(own)) * is_dependent)
        padded = f.pad(own, (0, 0, 2, 2))
        parts = (
            own[head[words]], children[words], own[head[head[words]]],
            padded[words + 1], padded[words + 3], padded[words], padded[words + 4],
        )  # fmt: skip
        context = f.relu(self.context(self.drop(torch.cat(parts, 1))))
        return torch.cat((own[words], context), 1)

    def arrays(self) -> dict[str, FloatArray]:
        """Return the arrays that the bot multiplies with."""
        tables = {
            f"token.{name}": (self.embeddings[name].weight @ self.categories[name].weight.T)
            .detach()
            .numpy()
            for name in TOKEN_CATEGORIES
        }
        return {
            "token.vector": _matrix(self.vector),
            "token.flags": _matrix(self.flags),
            "token.bias": _bias(self.vector),
            **tables,
            **_linear_arrays("child", self.child),
            **_linear_arrays("context", self.context),
        }


class CueNet(nn.Module):
    """Score how likely a word reports something."""

    def __init__(self, vocabularies: StringLists) -> None:
        super().__init__()
        self.encoder = _TrainableEncoder(vocabularies, CUE_DROPOUT)
        self.hidden, self.score = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        self.drop = nn.Dropout(CUE_DROPOUT)

    def loss(self, text: Mapping[str, Tensor]) -> Tensor:
        """Return how far the scores are from the annotation."""
        hidden = self.drop(f.relu(self.hidden(self.encoder(text, text["candidates"]))))
        return f.binary_cross_entropy_with_logits(self.score(hidden)[:, 0], text["is_cue"])

    def arrays(self) -> dict[str, FloatArray]:
        """Return the arrays that the bot multiplies with."""
        return {
            **self.encoder.arrays(),
            **_linear_arrays("hidden", self.hidden),
            **_linear_arrays("score", self.score),
        }


class LabelNet(nn.Module):
    """Label each word of a cue's window: other, source or content."""

    def __init__(self, vocabularies: StringLists) -> None:
        super().__init__()
        self.encoder = _TrainableEncoder(vocabularies, LABEL_DROPOUT)
        sides = ("word", "cue", "upper_root", "lower_root", "path_gate")
        self.sides = nn.ModuleDict({name: nn.Linear(2 * WIDTH, WIDTH) for name in sides})
        self.tables = nn.ModuleDict(
            {
                feature: nn.Embedding(math.prod(part_sizes(feature, vocabularies)), WIDTH)
                for feature in PAIR_FEATURES
            }
        )
        self.convolutions = nn.ModuleList([nn.Linear(3 * WIDTH, WIDTH) for _ in STRIDES])
        self.pool, self.output = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, len(LABELS))
        self.drop = nn.Dropout(LABEL_DROPOUT)
        for table in self.tables.values():
            nn.init.normal_(table.weight, 0, 0.1)

    def forward(self, text: Mapping[str, Tensor]) -> Tensor:
        """Return three numbers a pair of cue and word."""
        rows, window = text["rows"], text["window"]
        height = int(rows[-1]) + 1 + GAP_ROWS
        pairs = self._encode_pairs(text)
        joined = torch.zeros(height, WIDTH).index_copy(0, rows, f.relu(pairs))
        is_pair = torch.zeros(height, 1).index_fill(0, rows, 1.0)
        for layer, (stride, part) in enumerate(zip(STRIDES, self.convolutions, strict=True)):
            normal = self.drop(f.layer_norm(joined, (WIDTH,)))
            padded = f.pad(normal, (0, 0, stride, stride))
            change = part(torch.cat((padded[: -2 * stride], normal, padded[2 * stride :]), 1))
            if layer == POOLED_LAYER:
                strongest = torch.zeros(int(window[-1]) + 1, WIDTH).index_reduce(
                    0, window, joined[rows], "amax"
                )
                change = change.index_add(0, rows, self.pool(strongest)[window])
            joined = joined + f.relu(change) * is_pair
        return self.output(self.drop(joined[rows]))

    def _encode_pairs(self, text: Mapping[str, Tensor]) -> Tensor:
        rows = self.drop(self.encoder(text, torch.arange(len(text["head"]))))
        side = {name: part(rows) for name, part in self.sides.items()}
        pairs = side["word"][text["word"]] + side["cue"][text["cue"]]
        for name in ("upper_root", "lower_root"):
            pairs = pairs + f.pad(side[name], (0, 0, 0, 1))[text[name]]
        gate = 1 + side["path_gate"][text["cue"]]
        for feature, table in self.tables.items():
            values = table(text[f"pair.{feature}"])
            pairs = pairs + (values * gate if feature == "path" else values)
        return pairs

    def loss(self, text: Mapping[str, Tensor]) -> Tensor:
        """Return the loss; a long window counts more than a short one, but not by its length."""
        weight = torch.bincount(text["window"]).float().rsqrt()[text["window"]]
        losses = f.cross_entropy(self(text), text["labels"], reduction="none")
        return (losses * weight).sum() / weight.sum()

    def arrays(self) -> dict[str, FloatArray]:
        """Return the arrays that the bot multiplies with."""
        arrays = self.encoder.arrays()
        for name, part in (*self.sides.items(), ("pool", self.pool), ("output", self.output)):
            arrays |= _linear_arrays(name, part)
        for feature, table in self.tables.items():
            arrays[f"pair.{feature}"] = table.weight.detach().numpy()
        for name, part in zip(convolution_names(), self.convolutions, strict=True):
            arrays[name] = np.concatenate(np.split(_matrix(part), 3), axis=1)
            arrays[f"{name}.bias"] = _bias(part)
        return arrays


def _matrix(part: Any) -> FloatArray:
    matrix: FloatArray = part.weight.detach().numpy().T
    return matrix


def _bias(part: Any) -> FloatArray:
    bias: FloatArray = part.bias.detach().numpy()
    return bias


def _linear_arrays(name: str, part: Any) -> dict[str, FloatArray]:
    return {name: _matrix(part), f"{name}.bias": _bias(part)}


def _token_arrays(tokens: TokenColumns) -> Arrays:
    return {
        **tokens.categories,
        "head": tokens.head,
        "vectors": tokens.vectors,
        "flags": tokens.flags,
        "is_word": np.ones(len(tokens.head), dtype=np.float32),
    }


def _cue_arrays(example: TrainingExample) -> Arrays:
    return {
        **_token_arrays(example.tokens),
        "candidates": np.array(example.candidates, dtype=np.int64),
        "is_cue": np.array(example.is_cue, dtype=np.float32),
    }


def _label_arrays(example: TrainingExample) -> Arrays:
    pairs = find_pair_columns(example.tokens, example.windows)
    counts = [end - start for _, start, end in example.windows]
    return {
        **_token_arrays(example.tokens),
        "word": pairs.word,
        "cue": pairs.cue,
        "upper_root": pairs.upper_root,
        "lower_root": pairs.lower_root,
        **{f"pair.{feature}": values for feature, values in pairs.features.items()},
        "window": np.repeat(np.arange(len(counts)), counts),
        "labels": np.concatenate(example.labels),
    }


def _join(texts: Sequence[Arrays]) -> dict[str, Tensor]:
    """Join documents to a batch, with empty words between them."""
    offsets = np.cumsum([0, *(len(text["head"]) + _SEPARATOR_WORDS for text in texts)])
    padded = {*TOKEN_CATEGORIES, "vectors", "flags", "is_word"}
    batch = {}
    for name in texts[0]:
        parts: list[np.ndarray[Any, Any]] = []
        for text, offset in zip(texts, offsets, strict=False):
            part, length = text[name], len(text["head"])
            if name in _WORD_NUMBERS:
                part = np.where(part >= 0, part + offset, part)
            if name == "head":
                part = np.concatenate((part, offset + length + np.arange(_SEPARATOR_WORDS)))
            elif name in padded:
                empty = np.zeros((_SEPARATOR_WORDS, *part.shape[1:]), dtype=part.dtype)
                part = np.concatenate((part, empty))
            elif name == "window" and parts:
                part = part + parts[-1][-1] + 1
            parts.append(part)
        batch[name] = torch.from_numpy(np.concatenate(parts))
    if "window" in batch:
        batch["rows"] = torch.arange(len(batch["window"])) + GAP_ROWS * (batch["window"] + 1)
    return batch


def _train(net: Any, texts: Sequence[Arrays], passes: int, log: Callable[[str], None]) -> None:
    random = np.random.default_rng(0)
    optimizer = torch.optim.AdamW(net.parameters(), MAX_LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        MAX_LEARNING_RATE,
        total_steps=passes * math.ceil(len(texts) / BATCH_DOCUMENTS),
        pct_start=WARM_UP_SHARE,
    )
    for number in range(passes):
        order, total = random.permutation(len(texts)), 0.0
        for first in range(0, len(order), BATCH_DOCUMENTS):
            batch = _join([texts[i] for i in order[first : first + BATCH_DOCUMENTS]])
            loss = net.loss(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), MAX_GRADIENT)
            optimizer.step()
            schedule.step()
            total += loss.item() * BATCH_DOCUMENTS / len(texts)
        log(f"  pass {number + 1} of {passes}: {total:.4f}")
    net.eval()


def train_networks(
    vocabularies: StringLists, examples: Sequence[TrainingExample], log: Callable[[str], None]
) -> dict[str, Any]:
    """Train both networks and return them as the weights file holds them."""
    torch.manual_seed(0)
    cue, label = CueNet(vocabularies), LabelNet(vocabularies)
    _train(cue, [_cue_arrays(e) for e in examples if e.candidates], CUE_PASSES, log)
    _train(label, [_label_arrays(e) for e in examples if e.windows], LABEL_PASSES, log)
    return {
        "vocabularies": dict(vocabularies),
        "cue": {name: pack_array(array) for name, array in cue.arrays().items()},
        "label": {name: pack_array(array) for name, array in label.arrays().items()},
    }
