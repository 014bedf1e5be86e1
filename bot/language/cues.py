"""Which words report what somebody said: a logistic score over a word's grammar and surroundings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.language.constructions import SUBJECTS
from bot.language.lexicon import ADJECTIVE_CLASS, NOUN_CLASS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.language.signs import Signs

_MARK_CUES = frozenset([":", "according", "-", "—", "–", "--", "―"])
_TELLING_KIDS = frozenset(["prep", "prt", "dobj", "aux", "neg", "mark", "agent"])


def candidates(signs: Signs) -> list[int]:
    """The words that may be a cue: every verb, our nouns and adjectives, colons and dashes."""
    parsed = signs.parsed
    found = []
    for i, tag in enumerate(parsed.tag):
        low = parsed.low[i]
        listed = (tag[:1] == "N" and low in NOUN_CLASS) or (tag[:1] == "J" and low in ADJECTIVE_CLASS)
        if tag and (tag[0] == "V" or listed or low in _MARK_CUES):
            found.append(i)
    return found


def score_cue(signs: Signs, i: int, weights: Mapping[str, float]) -> float:
    """How likely a candidate reports something, 0 to 1."""
    total = sum(filter(None, map(weights.get, set(cue_features(signs, i)))))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def cue_features(signs: Signs, i: int) -> list[str]:
    """The names of everything the score looks at; repeated names count once."""
    parsed, sign, kind = signs.parsed, signs.sign, signs.kind
    tag, dep, head = parsed.tag, parsed.dep, parsed.head[i]
    kids = parsed.kids[i]
    own, cls, grammar = sign[i], kind[i], tag[i] + dep[i]
    found = ["bias", f"l={own}", f"c={cls}", f"t={tag[i]}", f"ct={cls}{tag[i]}", f"d={dep[i]}", f"cd={cls}{dep[i]}"]
    found += [f"ld={own}|{dep[i]}", f"lt={own}{tag[i]}", f"td={grammar}"]
    found += [f"hl={sign[head]}", f"hc={kind[head]}", f"hd={dep[head]}", f"ht={tag[head]}"]
    for d in sorted({dep[k] for k in kids}):
        found += [f"k={d}", f"lk={own}|{d}", f"ck={cls}|{d}", f"tk={tag[i]}{d}"]
    for k in kids:
        d = dep[k]
        found += [f"kl={d}={sign[k]}", f"kt={d}={tag[k]}", f"kc={d}={kind[k]}"]
        if d in _TELLING_KIDS:
            found += [f"lkl={own}|{d}={sign[k]}", f"ckl={cls}|{d}={sign[k]}"]
        elif d in SUBJECTS:
            found += [f"sb={cls}{k < i}", f"sc={cls}{sign[k]}"]
        elif d == "ccomp":
            marks = ",".join(
                parsed.low[m] for m in parsed.kids[k] if dep[m] == "mark" and parsed.low[m] in _CLAUSE_MARKS
            )
            found += [f"ccl={k < i}", f"ccm={marks}"]
    return found + _around(signs, i, own, cls) + _above(signs, i) + _by_rule(signs, i, own, cls)


_CLAUSE_MARKS = frozenset(["that", "if", "whether", "because", "as", "while", "for", "like"])


def _around(signs: Signs, i: int, own: str, cls: str) -> list[str]:
    parsed, inside = signs.parsed, signs.parsed.inside
    found = [f"inq={inside[i] > 0}"]
    for offset in (-3, -2, -1, 1, 2, 3):
        j = i + offset
        if 0 <= j < len(parsed):
            found += [f"w{offset}={signs.sign[j]}", f"t{offset}={parsed.tag[j]}", f"q{offset}={inside[j] > 0}"]
            if offset in {-1, 1}:
                found += [f"lw{offset}={own}{signs.sign[j]}", f"cw{offset}={cls}{signs.sign[j]}"]
    first, last = parsed.bounds[parsed.sentence[i]]
    quoted = not inside[i] and any(inside[first:last])
    paragraph = parsed.paragraphs[parsed.sentence[i]]
    found += [f"sq={quoted}", f"lsq={own}{quoted}", f"csq={cls}{quoted}", f"first={paragraph == 0}"]
    ends_with_colon = parsed.low[last - 1] == ":"
    return [*found, f"colon={ends_with_colon}", f"ccolon={cls}{ends_with_colon}", f"from={min(3, i - first)}"]


def _above(signs: Signs, i: int) -> list[str]:
    parsed = signs.parsed
    above: list[int] = []
    at = i
    while parsed.head[at] != at and len(above) < 30:
        at = parsed.head[at]
        above.append(at)
    near = above[:4]
    return [f"dp={min(len(above), 8)}", *(f"an={signs.sign[a]}" for a in near), *(f"ac={signs.kind[a]}" for a in near)]


def _by_rule(signs: Signs, i: int, own: str, cls: str) -> list[str]:
    """What the rules found here, which sees further than any one feature."""
    report = signs.reports.get(i)
    if report is None:
        return [f"r=0{signs.role[i]}", f"rc=0{cls}", f"rl=0{own}", f"rr=0{signs.role[i]}{cls}"]
    source = "s" if report.source else "-"
    size = sum(b - a for a, b in report.content)
    length = "short" if size < 3 else "long" if size > 12 else "middle"
    return [
        f"r={report.rule}",
        f"rc=1{cls}",
        f"rl=1{own}",
        f"rr={report.rule}{cls}",
        f"rs={report.rule}{source}{length}",
        f"rn={report.rule}{len(report.content)}",
    ]
