#!/bin/sh
# dateparser 1.5.0 leaves out hours and counts of days that it does not place, and still returns a
# time; of the day of a month it makes a month.
#
# Expected of parse: None where a word has no place, as for "half an hour ago". Seen: "tomorrow at
# 8" is tomorrow at this very minute (with "8 pm" or "8:00" it is right), "5 days before yesterday"
# is yesterday, "2 hours before noon" is noon, and "heute um neun" is now. "the 5th" is 1 May and
# "the 10th" 1 October, while "the 13th" is the 13th of this month. Nothing in the result tells what
# was read from what was left out.
#
# Dateline reads the dates of sources by their own forms (bot/reading/times.py) and asks back about
# each word of a schedule that it cannot place (bot/listeners/schedule_parser.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet dateparser==1.5.0
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

import dateparser

NOW = datetime(2026, 12, 1, 10, 17)
SEEN = {
    "half an hour ago": None,
    "tomorrow at 8": datetime(2026, 12, 2, 10, 17),
    "tomorrow at 8:00": datetime(2026, 12, 2, 8, 0),
    "heute um neun": NOW,
    "5 days before yesterday": datetime(2026, 11, 30, 10, 17),
    "2 hours before noon": datetime(2026, 12, 1, 12, 0),
    "the 5th": datetime(2026, 5, 1),
    "the 10th": datetime(2026, 10, 1),
    "the 13th": datetime(2026, 12, 13),
}
print("dateparser", version("dateparser"), "at", NOW)
for words, seen in SEEN.items():
    found = dateparser.parse(words, settings={"RELATIVE_BASE": NOW})
    print(f"{words!r}: {found}")
    assert found == seen
EOF
