#!/bin/sh
# dateparser 1.5.0 finds a date in the past in every length of time that a sentence mentions.
#
# Expected of search_dates: nothing for "voters have two weeks to decide", and a time to come, or
# nothing, for "will open within two days" and "in the next two hours". Seen: two weeks, two days
# and two hours ago, as if the text had said "ago"; "jailed for ten years" is a date ten years back.
# "In two days" alone is right. A digest that dates what it tells by such a hit tells of plans as if
# they were over. With PREFER_DATES_FROM "future" all lengths of time count forward, that of the
# jail, too.
#
# Dateline shows sentences as they are written and dates no event (bot/reading/times.py reads the
# dates of articles only).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet dateparser==1.5.0
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

from dateparser.search import search_dates

NOW = datetime(2026, 12, 1, 10)
SEEN = {
    "In two days the pier opens.": datetime(2026, 12, 3, 10),
    "The pier will open within two days.": datetime(2026, 11, 29, 10),
    "It will close in the next two hours.": datetime(2026, 12, 1, 8),
    "Voters have two weeks to decide.": datetime(2026, 11, 17, 10),
    "He was jailed for ten years.": datetime(2016, 12, 1, 10),
}
print("dateparser", version("dateparser"), "at", NOW)
for sentence, seen in SEEN.items():
    ((words, found),) = search_dates(sentence, languages=["en"], settings={"RELATIVE_BASE": NOW})
    print(f"{sentence}: {found} from {words!r}")
    assert found == seen
EOF
