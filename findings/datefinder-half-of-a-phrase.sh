#!/bin/sh
# datefinder 1.0.0 finds a date in the last words of a phrase and forgets the first ones.
#
# Expected: the time that the whole phrase tells, or none. Seen: "2 days 3 hours ago" is three hours
# ago, "the day before yesterday" is yesterday and "the day after tomorrow" is tomorrow; "yesterday
# at 9 pm" is yesterday at this hour, though "5 May 2026 at 9.30 am" is right. Of "5-9 May 2026" the
# last day is found, and of "May 5-9, 2026" the first.
#
# Dateline shows sentences as they are written and dates no event (bot/reading/times.py reads the
# dates of articles only).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet datefinder==1.0.0
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

import datefinder

NOW = datetime(2026, 12, 1, 10)
SEEN = {
    "5 May 2026 at 9.30 am": datetime(2026, 5, 5, 9, 30),
    "2 days 3 hours ago": datetime(2026, 12, 1, 7),
    "the day before yesterday": datetime(2026, 11, 30, 10),
    "the day after tomorrow": datetime(2026, 12, 2, 10),
    "yesterday at 9 pm": datetime(2026, 11, 30, 10),
    "5-9 May 2026": datetime(2026, 5, 9),
    "May 5-9, 2026": datetime(2026, 5, 5),
}
print("datefinder", version("datefinder"), "at", NOW)
for words, seen in SEEN.items():
    (found,) = datefinder.find_dates(words, base_date=NOW)
    print(f"{words!r}: {found}")
    assert found == seen
EOF
