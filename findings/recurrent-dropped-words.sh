#!/bin/sh
# recurrent 0.4.1 leaves out what it does not understand of a schedule, and still returns one.
#
# Expected: None, as for "every morning", where a part of the words has no meaning to it. Seen: the
# time of "at noon every other friday" and the zone of "weekdays at 08:30 in Europe/Tallinn" are
# gone, and "every day except sunday" leaves out one Sunday and no other. A person who typed one of
# these is told nothing and gets another schedule.
#
# Dateline parses schedules itself and asks back about each word it cannot place
# (bot/listeners/schedule_parser.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet recurrent==0.4.1 parsedatetime==2.6
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

from recurrent import RecurringEvent

SEEN = {
    "every morning": None,
    "at noon every other friday": "RRULE:BYDAY=FR;INTERVAL=2;FREQ=WEEKLY",
    "weekdays at 08:30 in Europe/Tallinn": (
        "RRULE:BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=30;INTERVAL=1;FREQ=WEEKLY"
    ),
    "every day except sunday": "RRULE:INTERVAL=1;FREQ=DAILY\nEXDATE:20261206",
}
print("recurrent", version("recurrent"))
for words, rule in SEEN.items():
    found = RecurringEvent(now_date=datetime(2026, 12, 1, 10)).parse(words)
    print(f"{words!r}: {found!r}")
    assert found == rule if rule is None else found.startswith(rule)
EOF
