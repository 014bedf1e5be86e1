"""Write identities by address without scheme, "www." and a slash at the end.

Otherwise each article that a feed still has would come in once more.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"

_SCHEME_AND_WWW = re.compile(r"(?:(url:)https?://|(guid:))(?:www\.)?")
_SLASH = re.compile(r"/(?=\?|$)")


def upgrade() -> None:
    connection = op.get_bind()
    # Key by key: two may become one.
    for column in ("identity", "own"):
        old = sa.text(f"SELECT DISTINCT {column} FROM articles")  # noqa: S608 - names of ours
        new = sa.text(f"UPDATE articles SET {column} = :new WHERE {column} = :old")  # noqa: S608
        rows = connection.execute(old).scalars().all()
        changed = [{"old": row, "new": _rewritten(row)} for row in rows if _rewritten(row) != row]
        if changed:
            connection.execute(new, changed)
    aliases = connection.execute(sa.text("SELECT own, team, identity FROM article_aliases")).all()
    rewritten = {(_rewritten(own), team): _rewritten(identity) for own, team, identity in aliases}
    connection.execute(sa.text("DELETE FROM article_aliases"))
    insert = sa.text("INSERT INTO article_aliases (own, team, identity) VALUES (:own, :team, :to)")
    if rewritten:
        values = [{"own": own, "team": team, "to": to} for (own, team), to in rewritten.items()]
        connection.execute(insert, values)


def _rewritten(identity: str) -> str:
    short = (
        _SCHEME_AND_WWW.sub(r"\1\2", identity, count=1)
        if identity[:3] in {"url", "gui"}
        else identity
    )
    return _SLASH.sub("", short, count=1) if short.startswith("url:") else short
