#!/bin/sh
# anyascii 0.3.3 makes eleven halves of one and a half.
#
# Expected: a space between a number and the fraction that follows it, as Unidecode puts one: "1 1/2
# million". Seen: "11/2 million", "23/4" and "101/2". Numbers are no smaller for a reader who looks,
# but a program that finds 11/2 in a text, or compares the figures of two articles, has another
# number. Raised figures lose their place in both: 10² is 102.
#
# Dateline keeps fractions and raised figures as they are (bot/reading/visible.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet anyascii==0.3.3 Unidecode==1.4.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from anyascii import anyascii
from unidecode import unidecode

SEEN = {
    "1½ million": ("11/2 million", "1 1/2 million"),
    "2¾": ("23/4", "2 3/4"),
    "10½": ("101/2", "10 1/2"),
}
print("anyascii", version("anyascii"), "Unidecode", version("Unidecode"))
for text, seen in SEEN.items():
    found = (anyascii(text), " ".join(unidecode(text).split()))
    print(f"{text}: anyascii {found[0]!r}, Unidecode {found[1]!r}")
    assert found == seen
EOF
