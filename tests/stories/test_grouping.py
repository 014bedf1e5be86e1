"""Articles on one event join one story, whatever order they come in."""

import json
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import log
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.terms import event_terms
from bot.model import Candidate, Placement
from bot.stories.arrival import place_article
from bot.stories.batch_grouping import Item, group_articles
from bot.stories.clustering import Report, cluster, cluster_newest

T = TypeVar("T")

# Fictional news days of ours: each event told by several outlets in words of their own, and a few
# told once.
EVENTS = Path(__file__).parents[1] / "data" / "events.jsonl"
TOLD = [
    (one["event"], one["title"], one["text"])
    for one in map(json.loads, EVENTS.read_text("utf-8").splitlines())
]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Give the F of precision and recall, averaged over items."""
    items = b_cubed_items(gold, found)
    precision, recall = (sum(scores) / len(gold) for scores in zip(*items, strict=True))
    return 2 * precision * recall / (precision + recall)


def b_cubed_items(gold: Sequence[Hashable], found: Sequence[Hashable]) -> list[tuple[float, float]]:
    """Give precision and recall of each item."""
    told, made = defaultdict(set), defaultdict(set)
    for i, (a, b) in enumerate(zip(gold, found, strict=True)):
        told[a].add(i)
        made[b].add(i)
    shared = [len(told[a] & made[b]) for a, b in zip(gold, found, strict=True)]
    return [
        (n / len(made[b]), n / len(told[a])) for n, a, b in zip(shared, gold, found, strict=True)
    ]


def shuffled(things: Sequence[T], seed: int) -> list[T]:
    """Give the things in an order that the seed alone decides."""
    order = sorted(range(len(things)), key=lambda i: zlib.crc32(f"{seed} {i}".encode()))
    return [things[i] for i in order]


def as_they_come(
    told: Sequence[tuple[str, str, str]], times: Sequence[datetime | None] = ()
) -> list[int]:
    """Give each article its story as intake and store do, to what shares its telling terms."""
    seen: list[Candidate] = []
    index: dict[str, list[int]] = defaultdict(list)
    numbers = count(1)
    for article, (_, headline, text) in enumerate(told):
        terms = event_terms(text, headline, "en")
        title = headline or text.partition(". ")[0]
        near = with_stories([seen[other] for other in find_nearest(terms[:30], index)], seen)
        at = times[article] if times else NOW
        placement = place_article(terms, title, at, near) or Placement(next(numbers))
        moves = dict.fromkeys(placement.joining, placement.story)
        for leaving, other in placement.leaving:
            moves |= dict.fromkeys(leaving, other or next(numbers))
        seen = [replace(one, story=moves.get(one.article, one.story)) for one in seen]
        seen.append(Candidate(article, placement.story, title, dict(terms), NOW, at))
        for term, _ in terms[:30]:
            index[term].append(article)
    return [one.story for one in seen]


def with_stories(near: Sequence[Candidate], seen: Sequence[Candidate]) -> list[Candidate]:
    """Give candidates, and others of the nearest ones' stories, as the store offers them."""
    stories, known = defaultdict(list), {one.article for one in near}
    for one in seen:
        stories[one.story].append(one)
    nearest = {one.story for one in near[:30]}
    others = [one for one in seen if one.story in nearest and one.article not in known]
    return [of_story(one, stories[one.story]) for one in (*near, *others[-40:])]


def of_story(candidate: Candidate, story: Sequence[Candidate]) -> Candidate:
    """Give a candidate with what the store says of its story."""
    times = [one.published for one in story if one.published]
    begun, newest = min(times, default=None), max(times, default=None)
    return replace(candidate, story_size=len(story), story_begun=begun, story_newest=newest)


def find_nearest(
    terms: Sequence[tuple[str, float]], index: Mapping[str, Sequence[int]], most: int = 120
) -> list[int]:
    """Give the articles that share the rarest of a new one's terms, best first."""
    worth: Counter[int] = Counter()
    for term, weight in terms:
        holders = index.get(term, ())[-most:]
        for article in holders:
            worth[article] += (weight * log(2 * most / len(holders))) ** 2  # type: ignore[assignment]
    return [article for article, _ in worth.most_common(most)]


@pytest.mark.parametrize("seed", range(4))
def test_stories_are_found_as_articles_come(seed: int):
    """In any order articles find their story, and strangers stay apart."""
    told = shuffled(TOLD, seed)
    assert b_cubed([story for story, *_ in told], as_they_come(told)) > 0.95


def test_stories_are_found_with_all_at_hand():
    """`dateline stories` finds them too."""
    found = group_articles([Item(headline, text) for _, headline, text in TOLD])
    assert b_cubed([story for story, *_ in TOLD], found) > 0.95


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("first", range(8))
def test_few_stories_are_found_as_well_as_many(first: int, count: int):
    """Where all articles at hand tell of one event, or of two, shared words still count."""
    often = [
        story for story, articles in Counter(story for story, *_ in TOLD).items() if articles >= 3
    ]
    told = [one for one in TOLD if one[0] in (often * 2)[first : first + count]]
    assert (
        b_cubed(
            [story for story, *_ in told],
            group_articles([Item(headline, text) for _, headline, text in told]),
        )
        > 0.95
    )


def test_copies_of_an_article_do_not_part_its_story():
    """Ten prints of one agency's text and two other reports of the event are one story."""
    story = TOLD[0][0]
    told = [*TOLD, *[one for one in TOLD if one[0] == story][:1] * 10]
    found = group_articles([Item(headline, text) for _, headline, text in told])
    assert b_cubed([one for one, *_ in told], found) > 0.95


def test_stories_of_thirty_articles_are_not_cut_up():
    """A large story is tied by words that all its articles share, not by rare ones of two."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefgh", k=7)) for _ in range(20_000)]
    events = [chance.sample(words, 30) for _ in range(4)]
    told = []
    for n in range(120):
        body = [
            chance.choice(events[n % 4])
            if chance.random() < 0.7
            else words[int(chance.random() ** 3 * 20_000)]
            for _ in range(200)
        ]
        told.append((n % 4, Item("", " ".join(body))))
    assert b_cubed([story for story, _ in told], group_articles([item for _, item in told])) > 0.95


def test_a_thousand_prints_of_one_text_are_one_story():
    """However often a text was printed; a year later it tells of something else."""
    _, headline, text = TOLD[0]
    prints = [Item(headline, text, NOW)] * 1_000
    later = Item(headline, text, NOW + timedelta(days=365))
    assert group_articles([*prints, later]) == [1] * 1_000 + [2]


def test_nothing_is_a_copy_of_nothing():
    """Items without a word have only that in common."""
    assert group_articles([Item("", "")] * 3) == [1, 2, 3]


def test_headlines_alone_are_grouped():
    """Where a feed gives headlines only, two that share a name and a deed are one story."""
    items = [
        Item("Odell the hero as Harborough lift cup", ""),
        Item("Bakers warn of dear flour", ""),
        Item("Harborough lift cup: Odell saves three", ""),
    ]
    first, other, second = group_articles(items)
    assert first == second != other


def test_most_stories_show_in_their_headlines():
    """Without a word of text most stories are still found."""
    headed = [(story, headline) for story, headline, _ in TOLD if headline]
    assert (
        b_cubed(
            [story for story, _ in headed],
            group_articles([Item(headline, "") for _, headline in headed]),
        )
        > 0.8
    )


def test_numbers_begin_at_one_in_order():
    """The first item's story is number 1; a new story takes the next number."""
    assert group_articles([]) == []
    assert group_articles(
        [Item("Wolves seen near Sankt Johann", ""), Item("Bakers warn of dear flour", "")]
    ) == [1, 2]


def test_the_same_headline_joins_texts_that_share_little():
    """Copies cut to different lengths have their headline in common, and a word or two."""
    headline = "Former mayor Lenz goes on trial"
    terms = event_terms("Rain fell on Talmoor all night. A crowd stood by Lenz.", headline, "en")
    other = event_terms("A court in Talmoor heard four witnesses.", None, "en")
    candidate = Candidate(1, 7, headline, dict(other), NOW, NOW)
    assert place_article(terms, headline, NOW, [candidate]) == Placement(7)
    assert place_article(terms, "Lenz on trial", NOW, [candidate]) is None


APART = {
    "a column's headline": [
        ("Notes from the harbor", "The new crane is late again, and Pelt Street has no lamps."),
        ("Notes from the harbor", "A seal has moved into the dry dock; the choir needs a tenor."),
    ],
    "a daily list": [
        ("Five things for today", "Teachers vote on a strike in Dunvale. Rice prices fall."),
        ("Five things for today", "The Orsk bridge opens to trucks, and a comet comes close."),
    ],
    "quarterly results": [
        (
            "Calder Glass raises its dividend",
            (
                "Calder Glass said quarterly profit rose to 12 million marks, above what analysts "
                "had forecast, as car makers bought more windshields. The shares rose 4 percent."
            ),
        ),
        (
            "Weak summer hurts Ostrow Breweries",
            (
                "Ostrow Breweries said quarterly profit fell to 9 million, below what analysts "
                "forecast, after a wet June emptied beer gardens. The shares fell 6 percent."
            ),
        ),
    ],
    "two floods": [
        (
            "River Aln bursts its banks",
            (
                "Flood water from the River Aln ran through Hexby on Sunday after two days of "
                "rain. Firefighters took forty people from roofs by boat, the mayor said."
            ),
        ),
        (
            "Flood closes market in Tarnow Bay",
            (
                "Flood water stood a meter deep in the fish market of Tarnow Bay on Friday after a "
                "storm tide. Traders carried crates to trucks; nobody was hurt."
            ),
        ),
    ],
}


@pytest.mark.parametrize("told", APART.values(), ids=APART)
def test_news_of_one_kind_is_not_one_story(told: list[tuple[str, str]]):
    """Neither a recurring headline nor the words of a kind of news make two events one."""
    assert group_articles([Item(*one) for one in told]) == [1, 2]
    assert as_they_come([("", *one) for one in told]) == [1, 2]


FORMS_FILLED_TWICE = [
    ("Six things to know about the Orsk bridge", "6 things to know about hay fever"),
    ("What to watch in Monday's debate", "What to watch in Tuesday's replay"),
    ("Eight ways to save on coal", "Eight ways to save on bread"),
    ("Boy rescued from well in Hexby", "Boy rescued from well in Tarnow"),
    ("Boy Rescued From Well In Hexby", "Boy Rescued From Well In Tarnow"),
    ("B12 closed after milk truck overturns", "B31 closed after milk truck overturns"),
    ("Hexby frost: schools shut", "Tarnow frost: schools shut"),
    ("Tremor of 4.4 felt in Hexby", "Tremor of 5.1 felt in Tarnow"),
    ("Raffle numbers for May 3", "Raffle numbers for May 10"),
    ("Calder Glass profit up on car orders", "Ostrow Breweries profit up on beer orders"),
    ("Calder third-quarter profit rises", "Calder fourth-quarter profit rises"),
    ("Grain closes higher on Monday", "Grain closes lower on Tuesday"),
    ("Letters to the editor", "Letters to the editor"),
    ("Your Monday briefing", "Your Tuesday briefing"),
]
TOLD_TWICE = [
    ("Barge sinks off Hexby, three dead", "Barge sinks off Hexby, five dead"),
    ("Tremor of 4.4 felt in Hexby", "Tremor of 4.6 felt in Hexby"),
    ("Marsh quits over bridge failure", "Marsh quits over bridge collapse"),
    ("Storm Kills 5 in Hexby", "Storm Kills 7 in Hexby"),
    ("Five things to know about the Hexby vote", "What we know about the Hexby vote"),
    ("Tremor shakes Hexby coast", "Strong tremor shakes Hexby coast"),
]


@pytest.mark.parametrize(
    ("headlines", "stories"),
    [*((pair, [1, 2]) for pair in FORMS_FILLED_TWICE), *((pair, [1, 1]) for pair in TOLD_TWICE)],
)
def test_headlines_of_one_form_are_one_story_only_if_they_name_the_same(
    headlines: tuple[str, str], stories: list[int]
):
    """A column, or news that comes every week, has the same words for another name or day."""
    assert group_articles([Item(headline, "") for headline in headlines]) == stories
    assert as_they_come([("", headline, "") for headline in headlines]) == stories


CAMPAIGN = """
Holt tasted cherries on a farm near Lorne and promised cheaper water for orchards. Growers
asked her about frost, seed prices and the closed rail siding.

Brask rode a tram with nurses who want more night staff. He counted empty beds in the old
wing of Saint Orla hospital and ate soup in its canteen.

A court let parties print their names in green on the ballot. The judge found no rule on
ink, and sent the bill for the paper to the county clerk.

Polls of the Dell Institute give neither a lead among students. Half of those asked by
telephone had not heard of early voting, a pollster wrote.

An accountant read Holt's taxes aloud on radio. Listeners heard of two leaking houses, a
loan to a cousin and a gift to the lifeboat fund.

Brask broke a finger while opening a rowing regatta. The starting gun kicked, a doctor bound
his hand with tape, and the green crew won by a length.
"""


def test_words_that_many_stories_share_tell_no_event():
    """Of an election campaign all articles name the candidates: that does not make them one."""
    items = [
        Item("", f"{visit} Rena Holt and Tom Brask run in Westmark.")
        for visit in CAMPAIGN.split("\n\n")
    ]
    assert group_articles(items) == [1, 2, 3, 4, 5, 6]


def test_a_story_ends_after_five_days():
    """Articles that come daily do not tie the first to one a week later."""
    _, headline, text = TOLD[0]
    days = [NOW + timedelta(days=day) for day in range(8)]
    found = group_articles(
        [Item(headline, f"{text} Day {day}.", at) for day, at in enumerate(days)]
    )
    for story in set(found):
        of_story = [at for at, number in zip(days, found, strict=True) if number == story]
        assert max(of_story) - min(of_story) < timedelta(days=5)
    terms = event_terms(text, headline, "en")
    yesterday, first = NOW - timedelta(days=1), NOW - timedelta(days=5)
    near = Candidate(1, 7, headline, dict(terms), NOW, yesterday, yesterday, yesterday)
    assert place_article(terms, headline, NOW, [near]) == Placement(7)
    begun = Candidate(1, 7, headline, dict(terms), NOW, yesterday, first, yesterday)
    assert place_article(terms, headline, NOW, [begun]) is None


def test_articles_far_apart_in_time_are_two_events():
    """A cup final a year later is not the same story."""
    _, headline, text = TOLD[0]
    terms = event_terms(text, headline, "en")
    old = Candidate(1, 7, headline, dict(terms), NOW, NOW - timedelta(days=6))
    assert place_article(terms, headline, NOW, [old]) is None
    apart = [Item(headline, text, NOW), Item(headline, text, NOW + timedelta(days=365))]
    assert group_articles(apart) == [1, 2]


def test_an_unknown_time_does_not_hinder():
    """An article without a time is still grouped by its words."""
    _, headline, text = TOLD[0]
    assert group_articles([Item(headline, text), Item(headline, text, NOW)]) == [1, 1]


def words_of(*stems: str) -> tuple[tuple[str, float], ...]:
    """Give six terms on each of these."""
    return tuple((f"{stem}{number}", 0.3) for stem in stems for number in range(6))


def test_a_report_ties_two_that_share_nothing():
    """They become one story, the older, however the candidates are ordered."""
    first = Candidate(1, 7, "Wall breaks", dict(words_of("wall")), NOW, NOW)
    second = Candidate(2, 8, "Port shut", dict(words_of("port")), NOW, NOW)
    other = Candidate(3, 9, "Cup final", dict(words_of("cup")), NOW, NOW)
    terms = words_of("wall", "port")
    tied = Placement(7, joining=(2,))
    assert place_article(terms, "Wall breaks, port shut", NOW, [first, second, other]) == tied
    assert place_article(terms, "Wall breaks, port shut", NOW, [other, second, first]) == tied


def test_what_tells_something_else_leaves():
    """An article that was taken in on few words goes, to the story that it is more like, if any."""
    wall = [
        Candidate(n, 7, f"Wall {n}", dict(words_of("wall")), NOW, NOW, None, None, 4)
        for n in (1, 2)
    ]
    strays = [
        Candidate(3, 7, "Cup final", dict(words_of("cup")), NOW, NOW, None, None, 4),
        Candidate(4, 7, "Port shut", dict(words_of("port")), NOW, NOW, None, None, 4),
    ]
    port = Candidate(5, 9, "Port is shut", dict(words_of("port")), NOW, NOW)
    found = place_article(words_of("wall"), "Wall", NOW, [*wall, *strays, port])
    assert found == Placement(7, leaving=(((3,), None), ((4,), 9)))


def test_what_stood_alone_joins_the_story_that_it_is_now_seen_to_tell():
    """Each article that arrives shows more of what is rare; larger stories wait for their own."""
    wall = [
        Candidate(n, 7, f"Wall {n}", dict(words_of("wall")), NOW, NOW, None, None, 2)
        for n in (1, 2)
    ]
    port = [
        Candidate(n, 8, f"Port {n}", dict(words_of("port")), NOW, NOW, None, None, 2)
        for n in (3, 4)
    ]
    alone = Candidate(5, 9, "Port is shut", dict(words_of("port")), NOW, NOW)
    found = place_article(words_of("wall"), "Wall", NOW, [*wall, *port, alone])
    assert found == Placement(7, leaving=(((5,), 8),))
    paired = [replace(alone, story_size=2), replace(alone, article=6, story_size=2)]
    assert place_article(words_of("wall"), "Wall", NOW, [*wall, *port, *paired]) == Placement(7)


def test_one_article_that_was_seen_of_a_story_does_not_draw_another_in():
    """The new one takes the story that most of its group tell, and that story stays."""
    wall = [
        Candidate(n, 7, f"Wall {n}", dict(words_of("wall")), NOW, NOW, None, None, 2)
        for n in (1, 2)
    ]
    glimpsed = Candidate(3, 4, "Wall 3", dict(words_of("wall")), NOW, NOW, None, None, 9)
    assert place_article(words_of("wall"), "Wall", NOW, [*wall, glimpsed]) == Placement(7)


def test_a_story_that_is_not_all_at_hand_stays_as_it_is():
    """Of a story of others, or one too large to be seen whole, an article only becomes a part."""
    first = Candidate(1, 7, "Wall breaks", dict(words_of("wall")), NOW, NOW)
    second = Candidate(2, 8, "Port shut", dict(words_of("port")), NOW, NOW)
    stray = Candidate(3, 7, "Cup final", dict(words_of("cup")), NOW, NOW)
    terms = words_of("wall", "port")
    large = [replace(one, story_size=50) for one in (first, second, stray)]
    assert place_article(terms, "Wall breaks, port shut", NOW, large) == Placement(7)
    whole = [replace(first, story_size=2), second, replace(stray, story_size=2)]
    assert place_article(terms, "Wall breaks, port shut", NOW, whole, "T1") == Placement(7)
    owned = [first, replace(second, team="T1")]
    tied = Placement(7, joining=(2,))
    assert place_article(terms, "Wall breaks, port shut", NOW, owned, "T1") == tied


@pytest.mark.parametrize(("own", "groups"), [(6, 2), (1, 1)])
def test_groups_join_where_they_are_nearly_as_like_as_their_own(own: int, groups: int):
    """Reports of two votes share the affair's words, but each vote's share far more."""
    reports = [
        Report(dict(words_of("affair")[:3] + words_of(event)[:own] + words_of(f"{event}{n}")), "")
        for event in ("first", "second")
        for n in range(4)
    ]
    assert len(set(cluster(reports, [0] * 4 + [1] * 4, {0, 1}))) == groups


@pytest.mark.parametrize("fixed", [set(), {1, 4}])
def test_the_last_is_alone_only_where_all_would_leave_it_alone(fixed: set[int]):
    """A first look at the newest article's likenesses saves work, and changes no group."""
    reports = [
        Report(dict(event_terms(text, headline, "en")), headline)
        for _, headline, text in shuffled(TOLD, 5)
    ]
    alone = 0
    for number in range(2, len(reports), 3):
        stories = [place // 3 for place in range(number)] + [-1]
        groups = cluster(reports[: number + 1], stories, fixed)
        found = cluster_newest(reports[: number + 1], stories, fixed)
        assert found == (groups if groups.count(groups[-1]) > 1 else None)
        alone += found is None
    assert 0 < alone < len(reports) - 1


@pytest.mark.parametrize(("size", "rival", "joins"), [(4, 0, True), (3, 0, False), (4, 3, False)])
def test_a_report_in_words_of_its_own_joins_the_large_story_it_is_clearly_nearest_to(
    size: int, rival: int, *, joins: bool
):
    """It stays alone beside a small story, or where another large one is about as near."""
    flood = [Report(dict(words_of("flood", f"flood{n}")), "") for n in range(size)]
    vote = [Report(dict(words_of("vote", f"vote{n}")), "") for n in range(4)]
    terms = words_of("flood")[:3] + words_of("vote")[:rival] + words_of("bridge", "shop", "tent")
    groups = cluster([*flood, *vote, Report(dict(terms), "")], [0] * size + [1] * 4 + [2])
    assert [groups[-1] == groups[0], groups[-1] == groups[size]] == [joins, False]


def test_no_candidates_make_a_new_story():
    """The first article ever has nothing to join, nor has an empty one."""
    assert place_article((("ferri", 1.0),), "Ferry sinks", NOW, []) is None
    assert place_article((), None, None, [Candidate(1, 1, "", {}, NOW, None)]) is None


def test_the_order_of_candidates_does_not_matter():
    """The store may give them in any order."""
    terms = event_terms(TOLD[1][2], TOLD[1][1], "en")
    candidates = [
        Candidate(i, i % 3, headline, dict(event_terms(text, headline, "en")), NOW, NOW)
        for i, (_, headline, text) in enumerate(TOLD[:12])
    ]
    answers = {
        place_article(terms, TOLD[1][1], NOW, shuffled(candidates, seed)) for seed in range(8)
    }
    assert len(answers) == 1


WORDS = st.lists(
    st.sampled_from(["Ferry", "sank", "Odell", "cup", "Lenz", "court", "geese", "said", "the"]),
    max_size=6,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(WORDS, WORDS), max_size=12))
def test_every_item_gets_a_story(told: list[tuple[str, str]]):
    """Each has a number, numbers have no gaps, and equal telling headlines share one."""
    items = [Item(title, text) for title, text in told]
    found = group_articles(items)
    assert len(found) == len(items)
    assert sorted(set(found)) == list(range(1, len(set(found)) + 1))


def test_two_outlets_share_terms_of_their_event():
    """Names and the words of the deed are among the best terms, small words are not."""
    counts = Counter(
        term for _, headline, text in TOLD[:4] for term, _ in event_terms(text, headline, "en")
    )
    assert counts["ferri"] == 4
    assert counts["vale"] == 4
    assert not {"the", "said", "monday"} & set(counts)


@given(st.text(max_size=200), st.none() | st.text(max_size=60))
def test_terms_are_a_unit_best_first(body: str, headline: str | None):
    """Weights fall, and their squares sum to one unless there is no term at all."""
    weights = [weight for _, weight in event_terms(body, headline, "en")]
    assert weights == sorted(weights, reverse=True)
    assert not weights or abs(sum(weight * weight for weight in weights) - 1) < 0.01
