#!/bin/sh
# htmldate 1.11.0 makes 1 January of a year of any year that a page mentions.
#
# Where it finds no date that it can read, the default (extensive) search falls back to years in the
# text. Expected: None where no date is readable, for the result has a day. Seen: a page that says
# "Publicado el 3 de marzo de 2026" is of 1 January 2026, and so are Polish and Ukrainian ones; "In
# 2024, 15 people left." is of 1 January 2024, and a page that tells its weekday and day without a
# year is dated by the first year of its copyright line. Nothing in the result tells such a day from
# one that was read. With extensive_search=False all of these give None, but so does a French
# "Publié le 3 mars 2026", which the default reads.
#
# Dateline takes a page's date from its metadata and <time> elements (bot/reading/page_metadata.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet htmldate==1.11.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from htmldate import find_date

PAGES = {
    "<p>Publicado el 3 de marzo de 2026</p>": "2026-01-01",
    "<p>Opublikowano 3 marca 2026</p>": "2026-01-01",
    "<p>In 2024, 15 people left.</p>": "2024-01-01",
    "<p>Tuesday 3 March</p><footer>© 2019 - 2026</footer>": "2019-01-01",
    "<p>Publié le 3 mars 2026</p>": "2026-03-03",
}
print("htmldate", version("htmldate"))
for body, seen in PAGES.items():
    page = f"<html><head><title>Pier</title></head><body>{body}</body></html>"
    found, strict = find_date(page), find_date(page, extensive_search=False)
    print(f"{body}: seen {found}; without extensive search {strict}")
    assert (found, strict) == (seen, None)
EOF
