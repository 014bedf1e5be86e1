#!/bin/sh
# cron-descriptor 2.2.1 calls "*/90 * * * *" every 90 minutes; cron runs it every hour.
#
# A step in cron counts within its field: of minutes 0 to 59, only 0 is a multiple of 90. Expected:
# "Every hour", or an error. Seen: "Every 90 minutes", where cronsim (which follows Debian's cron)
# gives 11:00, 12:00, 13:00. Likewise "*/40 * * * *" is "Every 40 minutes" and runs at 00 and 40
# past, 40 and 20 minutes apart in turn.
#
# Dateline's intervals are no cron expressions: "every 90m" counts from its first time
# (bot/model/cadence.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet cron-descriptor==2.2.1 cronsim==2.8
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

from cron_descriptor import get_description
from cronsim import CronSim

SEEN = {
    "*/90 * * * *": ("Every 90 minutes", "11:00 12:00 13:00"),
    "*/40 * * * *": ("Every 40 minutes", "10:40 11:00 11:40"),
}
print("cron-descriptor", version("cron-descriptor"), "cronsim", version("cronsim"))
for expression, (words, times) in SEEN.items():
    runs = CronSim(expression, datetime(2026, 12, 1, 10, 0))
    found = " ".join(f"{next(runs):%H:%M}" for _ in range(3))
    described = get_description(expression)
    print(f"{expression}: described as {described!r}; runs at {found}")
    assert (described, found) == (words, times)
EOF
