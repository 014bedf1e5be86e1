"""A speaker's whole name leads to what was said, not its words alone."""

import json
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_BATCH = 500
_PLACE = 2  # numbers: where a name starts in the body and where it ends
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")


def upgrade() -> None:
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    articles = sa.table(
        "articles", sa.column("id", sa.Integer), sa.column("dated", moment), sa.column("body"), sa.column("analysis"),
        sa.column("dropped"),
    )  # fmt: skip
    statements = sa.table(
        "statements",
        sa.column("word"),
        sa.column("dated", moment),
        sa.column("article"),
        sa.column("place"),
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
        if found := [one for row in rows if row.dropped is None for one in spoken(row)]:
            connection.execute(sa.insert(statements), found)


def spoken(row: Any) -> Iterator[dict[str, Any]]:
    analysis = json.loads(row.analysis)
    for place, statement in enumerate(analysis["statements"]):
        if actor := statement[5]:
            at = analysis["places"][actor[0]]
            words = _WORD.findall(plain(row.body[at[0] : at[1]] if len(at) == _PLACE else at[2]))
            if words:
                yield {
                    "word": "=" + " ".join(words),
                    "dated": row.dated,
                    "article": row.id,
                    "place": place,
                }


def plain(name: str) -> str:
    return name.lower() if name.isascii() else _ACCENT.sub("", normalize("NFKD", name).casefold())
