#!/bin/sh
# arrow 1.4.0 calls 15 days "a month ago", and in Amharic "in two hours" is "in two seconds".
#
# Expected: "2 weeks ago" for 14 to 20 days and "3 weeks ago" for 21, as humanize has weeks. Seen:
# "2 weeks ago" for the 14th day alone, then "a month ago" from the 15th day on. So what was said on
# 16 November was said "a month ago" on 1 December. In Amharic the word for hours to come is the one
# for seconds.
#
# Dateline counts hours and days itself (bot/blocks/block_kit.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet arrow==1.4.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import arrow

NOW = arrow.get(2026, 12, 1, 10)
SEEN = {13: "a week ago", 14: "2 weeks ago", 15: "a month ago", 21: "a month ago"}
print("arrow", version("arrow"), "at", NOW)
for days, seen in SEEN.items():
    found = NOW.shift(days=-days).humanize(NOW)
    print(f"{days} days: {found}")
    assert found == seen
hours = NOW.shift(hours=2).humanize(NOW, locale="am")
seconds = NOW.shift(seconds=50).humanize(NOW, locale="am")
print(f"in two hours: {hours}; in fifty seconds: {seconds}")
assert hours == seconds.replace("50", "2")
EOF
