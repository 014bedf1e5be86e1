#!/bin/sh
# parsedatetime 2.6 puts "1 hour 5 minutes ago" into the future.
#
# Expected: 65 minutes before now, as for "65 minutes ago". Seen: "ago" turns the last part alone,
# and the others count forward, so the time is 55 minutes from now; "2 days 3 hours ago" is the day
# after tomorrow, and "1 year 2 months ago" is ten months ahead. The same library says "yesterday"
# for "the day before yesterday", and 20:26 today for "in 2026". The status of each is that of a
# time that was read in full.
#
# Dateline reads the dates of articles by their own forms (bot/reading/times.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet parsedatetime==2.6
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

import parsedatetime

NOW = datetime(2026, 12, 1, 10)
SEEN = {
    "65 minutes ago": datetime(2026, 12, 1, 8, 55),
    "1 hour 5 minutes ago": datetime(2026, 12, 1, 10, 55),
    "2 days 3 hours ago": datetime(2026, 12, 3, 7),
    "1 year 2 months ago": datetime(2027, 10, 1, 10),
    "the day before yesterday": datetime(2026, 11, 30, 9),
    "in 2026": datetime(2026, 12, 1, 20, 26),
}
print("parsedatetime", version("parsedatetime"), "at", NOW)
for words, seen in SEEN.items():
    found, status = parsedatetime.Calendar().parseDT(words, sourceTime=NOW)
    print(f"{words!r}: {found}, status {status}")
    assert found == seen and status
EOF
