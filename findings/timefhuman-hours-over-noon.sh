#!/bin/sh
# timefhuman 0.1.5 makes fourteen hours of the night of "11-1pm", and gives an hour to the last day
# of a list alone.
#
# Its README infers what is missing: "3-4p" has "pm" for both, and "7/17, 7/18 at 9" the hour for
# both days. Expected: "11-1pm" from eleven in the morning to one, and "tuesday and thursday at 9am"
# at nine on both. Seen: 23:00 until 13:00 of the next day; "friday 9 to 5pm" from 21:00 to 17:00,
# an end before its start; and Tuesday at midnight. "the day after tomorrow" is tomorrow.
#
# Dateline reads hours as a person says them, and asks back (bot/listeners/schedule_parser.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet timefhuman==0.1.5
"$folder/venv/bin/python" - <<'EOF'
from datetime import datetime
from importlib.metadata import version

from timefhuman import tfhConfig, timefhuman

NOW = datetime(2026, 12, 1, 10)
SEEN = {
    "3-4p": [(datetime(2026, 12, 1, 15), datetime(2026, 12, 1, 16))],
    "11-1pm": [(datetime(2026, 12, 1, 23), datetime(2026, 12, 2, 13))],
    "friday 9 to 5pm": [(datetime(2026, 12, 4, 21), datetime(2026, 12, 4, 17))],
    "tuesday and thursday at 9am": [datetime(2026, 12, 1), datetime(2026, 12, 3, 9)],
    "the day after tomorrow": [datetime(2026, 12, 2)],
}
print("timefhuman", version("timefhuman"), "at", NOW)
for words, seen in SEEN.items():
    found = timefhuman(words, tfhConfig(now=NOW))
    print(f"{words!r}: {found}")
    assert found == seen
EOF
