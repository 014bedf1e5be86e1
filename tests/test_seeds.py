"""The news day in seeds/ is what its README says: readable, made up, in different words."""

import itertools
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
import yaml
from lxml import etree, html

SEEDS = Path(__file__).parent.parent / "seeds"
FILES = sorted(SEEDS.glob("*/*"))
PLAIN_NAME = re.compile(r"[a-z]+(-[a-z]+)*(\.(txt|md|html|rss|atom|json|xml))?")
FIRST, LAST = datetime(2026, 3, 17, 5, 30, tzinfo=UTC), datetime(2026, 3, 17, 15, 0, tzinfo=UTC)
# What is quoted from these is quoted word for word.
TRANSCRIPTS = {"national-bank", "orsland-parliament"}
AGENCY_TEXT = {"northern-wire", "trask-courier"}
LONGEST_SHARED = 6


@dataclass(frozen=True)
class SeedArticle:
    """An article as a seed file contains it."""

    outlet: str
    headline: str | None
    body: str
    published: datetime | None
    addresses: tuple[str, ...] = ()


def paragraphs(markup: str) -> str:
    """Return the text of some HTML, with a blank line between paragraphs."""
    elements = html.fromstring(f"<div>{markup}</div>").xpath(".//p[not(@class)]")
    return "\n\n".join(" ".join(paragraph.text_content().split()) for paragraph in elements)


def read_feed(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read RSS and Atom as a feed reader does."""
    etree.fromstring(data)
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.get("bozo_exception")
    return [
        SeedArticle(
            outlet,
            entry.title,
            paragraphs(entry.content[0].value),
            datetime(*entry.published_parsed[:6], tzinfo=UTC),
            (entry.link,),
        )
        for entry in feed.entries
    ]


def read_json_feed(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read JSON Feed 1.1."""
    feed = json.loads(data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    return [
        SeedArticle(
            outlet,
            item["title"],
            item.get("content_text") or paragraphs(item["content_html"]),
            datetime.fromisoformat(item["date_published"]),
            (item["id"], item["url"]),
        )
        for item in feed["items"]
    ]


def read_page(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read an HTML page by its JSON-LD and its article element."""
    page = html.document_fromstring(data.decode())
    linked = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    (article,) = page.xpath("//article")
    return [
        SeedArticle(
            outlet,
            linked["headline"],
            paragraphs(html.tostring(article, encoding="unicode")),
            datetime.fromisoformat(linked["datePublished"]),
            tuple(page.xpath("//link[@rel='canonical']/@href")),
        )
    ]


def read_markdown(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read Markdown with YAML front matter."""
    _, front, body = data.decode().split("---\n", 2)
    front_matter = yaml.safe_load(front)
    return [
        SeedArticle(
            outlet, front_matter["title"], body, front_matter["date"], (front_matter["url"],)
        )
    ]


def read_text_file(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read plain text: a first line without a full stop is its headline."""
    first, _, rest = data.decode().partition("\n")
    return [
        SeedArticle(outlet, None, data.decode(), None)
        if first.endswith((".", ")"))
        else SeedArticle(outlet, first, rest, None)
    ]


def read_debate(outlet: str, data: bytes) -> list[SeedArticle]:
    """Read a debate of one heading in publicwhip's XML, each speech below its speaker's name."""
    tree = etree.fromstring(data)
    (heading,) = tree.iter("minor-heading")
    day = re.search(r"\d{4}-\d\d-\d\d", heading.get("id"))
    speeches = [
        f"{speech.get('speakername')} ({speech.get('speakeroffice')}): "
        + " ".join(speech.itertext())
        for speech in tree.iter("speech")
        if speech.get("nospeaker") != "true"
    ]
    assert day
    held = datetime.fromisoformat(f"{day[0]}T{heading.get('time')}+00:00")
    body = "\n\n".join(" ".join(speech.split()) for speech in speeches)
    return [SeedArticle(outlet, heading.text, body, held, (heading.get("url"),))]


READERS = {
    ".xml": read_debate,
    ".rss": read_feed,
    ".atom": read_feed,
    ".json": read_json_feed,
    ".html": read_page,
    ".md": read_markdown,
}


def read_seed(path: Path) -> list[SeedArticle]:
    """Read a seed file in the format of its name."""
    return READERS.get(path.suffix, read_text_file)(path.parent.name, path.read_bytes())


def words(text: str) -> list[str]:
    """Return the words of a text, with straight quotation marks."""
    return re.findall(r"[\w'-]+", text.lower().replace("’", "'"))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every sequence of so many words."""
    text_words = words(text)
    return {tuple(text_words[i : i + length]) for i in range(len(text_words) - length + 1)}


def seed_name(path: Path) -> str:
    """Return the path below seeds/."""
    return path.relative_to(SEEDS).as_posix()


@pytest.fixture(scope="module")
def news_day() -> list[SeedArticle]:
    """Return every article of the day."""
    return [article for path in FILES for article in read_seed(path)]


@pytest.mark.parametrize("path", FILES, ids=seed_name)
def test_a_file_is_plain(path: Path):
    """Each file is UTF-8 without BOM or carriage returns, under a name that needs no quoting."""
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert not set(text) & {"\r", "\ufeff", "\u00a0", "\t"}
    assert all(PLAIN_NAME.fullmatch(part) for part in path.relative_to(SEEDS).parts)


@pytest.mark.parametrize("path", FILES, ids=seed_name)
def test_articles_are_of_wire_length(path: Path):
    """Each file has articles, none too short to summarize or too long for a wire."""
    lengths = [len(words(article.body)) for article in read_seed(path)]
    assert lengths
    assert all(120 <= length <= 360 for length in lengths), lengths


def test_it_is_one_news_day(news_day: list[SeedArticle]):
    """Every time is on 17 March 2026 between 05:30 and 15:00 UTC."""
    times = [article.published for article in news_day if article.published]
    assert len(times) == len(news_day) - 4
    assert all(FIRST <= time <= LAST for time in times)


def test_addresses_are_example_domains(news_day: list[SeedArticle]):
    """Every link and address is at a .example domain, but for XML and JSON vocabularies."""
    vocabularies = {"purl.org", "www.w3.org", "jsonfeed.org", "schema.org"}
    hosts = {
        host
        for path in FILES
        for host in re.findall(r"https?://([a-z0-9.-]+)", path.read_text(encoding="utf-8"))
    } - vocabularies
    assert hosts
    assert all(host.endswith(".example") for host in hosts)
    assert all(
        address.startswith("https://") for article in news_day for address in article.addresses
    )


def test_only_one_pair_shares_an_agency_text(news_day: list[SeedArticle]):
    """No two outlets share more than six words in a row, but for one agency text."""
    sharing = [
        {first.outlet, second.outlet}
        for first, second in itertools.combinations(news_day, 2)
        if first.outlet != second.outlet
        and TRANSCRIPTS.isdisjoint({first.outlet, second.outlet})
        and runs(first.body, LONGEST_SHARED + 1) & runs(second.body, LONGEST_SHARED + 1)
    ]
    assert sharing == [AGENCY_TEXT]


def test_the_readme_names_every_outlet(news_day: list[SeedArticle]):
    """The README's table of stories includes every source folder."""
    readme = (SEEDS / "README.md").read_text(encoding="utf-8").lower()
    assert all(article.outlet.replace("-", " ") in readme for article in news_day)


def read_expected_statements() -> list[dict[str, str | None]]:
    """Return the statements of the news day, checked by eye.

    `headline` is how the headline of the article begins.
    """
    lines = (
        (Path(__file__).parent / "data" / "seeds_said.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("row", read_expected_statements(), ids=lambda row: row["words"][:40])
def test_expected_statements_are_in_their_article(row: dict[str, str | None]):
    """Each expected speaker, actor, role, verb and words are in the article that the row names."""
    (article,) = [
        article
        for article in read_seed(SEEDS / str(row["file"]))
        if (article.headline or "").startswith(row["headline"] or "")
    ]
    body = f"{article.headline}\n{article.body}".replace("’", "'")
    fields = [row[field] for field in ("speaker", "actor", "role", "cue", "words", "via")]
    assert [field for field in fields if field and field not in body] == []


def test_every_article_has_a_statement(news_day: list[SeedArticle]):
    """The expected statements cover all articles, forms, stances and kinds of actor."""
    rows = read_expected_statements()
    assert len({(row["file"], row["headline"]) for row in rows}) == len(news_day)
    assert {row["form"] for row in rows} == {"direct", "indirect", "mixed"}
    assert {row["stance"] for row in rows} == {
        "says",
        "denies",
        "warns",
        "promises",
        "asks",
        "accuses",
    }
    assert {row["kind"] for row in rows} == {"person", "organisation", "group", "unnamed"}
