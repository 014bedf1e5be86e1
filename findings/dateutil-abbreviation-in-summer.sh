#!/bin/sh
# dateutil 4.0.0 reads a standard-time abbreviation as summer time where it is the machine's own
# zone.
#
# "EET" is two hours ahead of UTC whatever the month, and "EST" five behind. Expected: "09:00 EET"
# in July is 07:00 UTC everywhere, or is without a zone with a warning, as on a machine elsewhere.
# Seen: on a machine in Tallinn the abbreviation is one of the machine's own, so the result gets the
# local zone, which in July is three hours ahead: 06:00 UTC. The same text has another time on
# another machine.
#
# Dateline reads abbreviations as what they say (bot/reading/times.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet python-dateutil==4.0.0 tzdata==2026.6
"$folder/venv/bin/python" - <<'EOF'
import os
import time
import warnings
from datetime import timedelta
from importlib.metadata import version

from dateutil.parser import parse

warnings.simplefilter("ignore")
print("python-dateutil", version("python-dateutil"))
offsets = {}
for zone in ("Europe/Tallinn", "America/New_York"):
    os.environ["TZ"] = zone
    time.tzset()
    for text in ("1 July 2026 09:00 EET", "1 July 2026 09:00 EST"):
        offsets[zone, text[-3:]] = parse(text).utcoffset()
        print(f"in {zone}: {text} is at {offsets[zone, text[-3:]]} from UTC")
print("expected: EET 2:00:00 and EST -5:00:00, or None")
assert offsets == {
    ("Europe/Tallinn", "EET"): timedelta(hours=3),
    ("Europe/Tallinn", "EST"): None,
    ("America/New_York", "EET"): None,
    ("America/New_York", "EST"): timedelta(hours=-4),
}
EOF
