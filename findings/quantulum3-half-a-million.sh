#!/bin/sh
# quantulum3 0.10.0 reads "half a million euros" as one and a half million.
#
# Expected: 500000, as for "a half million euros" and "half million". Seen: 1500000, and 1.5 billion
# for "half a billion people": the "a" counts as one more. "minus 5 degrees" is 5, without its sign;
# "a quarter of a million euros" is a quarter of nothing and a million euros. All come as quantities
# like any other.
#
# Dateline works with no quantities: numbers stand in the sentences that it shows
# (bot/stories/extracts.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet quantulum3==0.10.0 inflect==7.5.0 num2words==0.5.14
"$folder/venv/bin/python" - <<'EOF'
import logging
from importlib.metadata import version

from quantulum3 import parser

logging.disable(logging.CRITICAL)
SEEN = {
    "a half million euros": [(500_000.0, "euro")],
    "half a million euros": [(1_500_000.0, "euro")],
    "half a billion people": [(1_500_000_000.0, "dimensionless")],
    "minus 5 degrees": [(5.0, "degree angle")],
    "a quarter of a million euros": [(0.25, "dimensionless"), (1_000_000.0, "euro")],
}
print("quantulum3", version("quantulum3"))
for words, seen in SEEN.items():
    found = [(each.value, each.unit.name) for each in parser.parse(words)]
    print(f"{words!r}: {found}")
    assert found == seen
EOF
