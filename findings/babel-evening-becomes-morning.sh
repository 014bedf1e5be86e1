#!/bin/sh
# Babel 2.19.0 reads the evening times that it writes itself as morning times, in half a dozen
# languages.
#
# parse_time takes the locale's own format as its hint. Expected: what format_time writes comes
# back. Seen: only "AM" and "PM" in Latin letters without points are known, so that Canada's and
# Mexico's "9:30 p.m.", Korea's, Taiwan's and Greece's 21:30 all become 09:30, and half past
# midnight becomes 12:30. No error, where the period of the day is a word that it does not know;
# "9:30 p.m." is 09:30 for the United States, too.
#
# Dateline reads "9 p.m." and its kin itself (bot/listeners/schedule_parser.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet babel==2.19.0
"$folder/venv/bin/python" - <<'EOF'
from datetime import time
from importlib.metadata import version

from babel.dates import format_time, parse_time

EVENING, NIGHT = time(21, 30), time(0, 30)
print("Babel", version("babel"))
for locale in ("en_US", "en_CA", "es_MX", "ko", "zh_Hant", "el"):
    read = []
    for at in (EVENING, NIGHT):
        written = format_time(at, "short", locale=locale)
        read.append(parse_time(written, locale=locale, format="short"))
        print(f"{locale}: {at:%H:%M} is written {written!r} and read {read[-1]:%H:%M}")
    is_right = locale == "en_US"
    assert read == ([EVENING, NIGHT] if is_right else [time(9, 30), time(12, 30)])
assert parse_time("9:30 p.m.", locale="en_US") == time(9, 30)
EOF
