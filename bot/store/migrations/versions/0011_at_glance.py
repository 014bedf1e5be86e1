"""Articles at a glance, words of names, killed articles found at once, dates among PostgreSQL's search words."""

import json
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_BATCH = 500
_KILLED = "withdrawn{} OR status = 'canceled'"

GLANCES = (
    sa.Column("story", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("shown_from", sa.Double, nullable=False),
    sa.Column("dated", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("published", sa.Double),
    sa.Column("best", sa.Double, nullable=False),
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("opening", sa.Text, nullable=False),
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("speakers", sa.Text, nullable=False),
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    glances = op.create_table("glances", *GLANCES, sqlite_with_rowid=False)
    op.create_index("glances_by_time", "glances", ["shown_from", "story"])
    op.create_table(
        "name_words",
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    killed = sa.text(_KILLED.format(" = 1" if sqlite else ""))
    op.create_index(
        "articles_killed", "articles", ["id"], sqlite_where=killed, postgresql_where=killed
    )
    op.execute(
        "INSERT INTO name_words (word, team) SELECT DISTINCT statements.word, articles.team"
        " FROM statements JOIN articles ON articles.id = statements.article"
    )
    fill(glances)
    if not sqlite:
        days = "floor(extract(epoch FROM dated) / 86400)::bigint"
        marks = f"array_to_tsvector(ARRAY['#d' || {days}, '#w' || ({days} / 7)])"
        op.execute(f"UPDATE searchable SET words = words || {marks}")  # noqa: S608 - of constants


def fill(glances: sa.Table) -> None:
    connection = op.get_bind()
    articles = sa.table(
        "articles",
        *(
            sa.column(name)
            for name in (
                "id",
                "story",
                "team",
                "live",
                "source",
                "url",
                "headline",
                "title",
                "body",
            )
        ),
        *(
            sa.column(name, sa.DateTime(timezone=True))
            for name in ("seen", "shown_from", "dated", "published")
        ),
        sa.column("analysis"),
    )
    last = 0
    while True:
        query = (
            sa.select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_BATCH)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].id
        if found := [glance(row) for row in rows if row.live]:
            connection.execute(sa.insert(glances), found)


def glance(row: Any) -> dict[str, Any]:
    statements = json.loads(row.analysis)["statements"]
    actors = [
        (words(one["actor"]["name"], row.body), one["actor"]["kind"])
        for one in statements
        if one["actor"]
    ]
    named = {
        name.casefold().split()[-1] for name, kind in actors if kind != "unnamed" and name.split()
    }
    host = (urlsplit(row.url or "").hostname or "").removeprefix("www.")
    return {
        "story": row.story,
        "article": row.id,
        "team": row.team,
        **{
            name: seconds(getattr(row, name))
            for name in ("seen", "shown_from", "dated", "published")
        },
        "best": max((one["score"] for one in statements), default=0.0),
        "outlet": (row.source or host).strip(" .").casefold().removeprefix("the "),
        "opening": row.title,
        "names": "\n".join(sorted({name for name, _ in actors})),
        "speakers": "\n".join(sorted(named)),
    }


def words(span: dict[str, Any], body: str) -> str:
    return span.get("text") or body[span["start"] : span["end"]]


def seconds(moment: Any) -> float | None:
    """SQLite gives a time without its zone; all are in UTC."""
    if moment is None:
        return None
    return float((moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).timestamp())
