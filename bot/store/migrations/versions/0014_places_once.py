"""An analysis names each place of its body once, by number: half as long, and read in half the time."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_BATCH = 500


def upgrade() -> None:
    connection = op.get_bind()
    articles = sa.table("articles", sa.column("id", sa.Integer), sa.column("analysis", sa.Text))
    row = articles.c.id == sa.bindparam("row")
    change = sa.update(articles).where(row).values(analysis=sa.bindparam("packed"))
    last = 0
    while True:
        query = (
            sa.select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_BATCH)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].id
        connection.execute(
            change, [{"row": row.id, "packed": packed(json.loads(row.analysis))} for row in rows]
        )


def packed(analysis: dict[str, Any]) -> str:
    places: list[tuple[Any, ...]] = []
    numbers: dict[tuple[Any, ...], int] = {}

    def number(span: dict[str, Any] | None) -> int | None:
        if span is None:
            return None
        place = span["start"], span["end"], *([span["text"]] if "text" in span else [])
        if place not in numbers:
            numbers[place] = len(places)
            places.append(place)
        return numbers[place]

    def numbered(spans: list[dict[str, Any]]) -> list[int | None]:
        return [number(span) for span in spans]

    statements = [
        [
            numbered(one["content"]),
            one["form"],
            one["stance"],
            number(one["sentence"]),
            number(one["speaker"]),
            (actor := one["actor"])
            and [number(actor["name"]), number(actor["role"]), actor["kind"]],
            number(one["cue"]),
            number(one["via"]),
            one["score"],
            one["found_by"],
        ]
        for one in analysis["statements"]
    ]
    now = {
        "language": analysis["language"],
        "title": number(analysis["title"]),
        "sentences": numbered(analysis["sentences"]),
        "extract": numbered(analysis["extract"]),
        "statements": statements,
        "terms": analysis["terms"],
        "places": places,
    }
    return json.dumps(now, separators=(",", ":"))
