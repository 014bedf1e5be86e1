#!/bin/sh
# pendulum 3.3.0 reads the hour of any zone that is abbreviated as an hour of UTC.
#
# parse(strict=False) takes forms beyond ISO 8601, such as the dates of RSS. Expected: 14:00 UTC for
# "Tue, 01 Dec 2026 09:00:00 EST", which RFC 822 and with it RSS 2.0 name, or an error. Seen: 09:00
# UTC, with an offset like one that was read. It is so with EDT and CET; "+0200" is right. dateutil,
# which it asks, leaves the offset open with a warning, and pendulum sets UTC. An article of the
# morning in New York is five hours too old. On a machine whose own zone has the abbreviation, an
# AttributeError is raised instead.
#
# Dateline reads abbreviations as what they say (bot/reading/times.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet pendulum==3.3.0
"$folder/venv/bin/python" - <<'EOF'
import os
import time
import warnings
from importlib.metadata import version

import pendulum

SEEN = {
    "Tue, 01 Dec 2026 09:00:00 +0200": "2026-12-01T09:00:00+02:00",
    "Tue, 01 Dec 2026 09:00:00 EST": "2026-12-01T09:00:00+00:00",
    "Wed, 01 Jul 2026 09:00:00 EDT": "2026-07-01T09:00:00+00:00",
    "1 December 2026 21:00 CET": "2026-12-01T21:00:00+00:00",
}
os.environ["TZ"] = "UTC"
time.tzset()
warnings.simplefilter("ignore")
print("pendulum", version("pendulum"))
for text, seen in SEEN.items():
    found = pendulum.parse(text, strict=False)
    print(f"{text}: {found.isoformat()}")
    assert found.isoformat() == seen
EOF
