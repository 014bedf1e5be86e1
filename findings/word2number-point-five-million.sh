#!/bin/sh
# word2number 1.1 reads "two point five million" as 2, and "half a million" as a million.
#
# Expected: 2500000, as "one point five" is 1.5, or the error that it raises for words which are no
# number. Seen: what stands between "point" and "million" is left out together with the million;
# "two and a half million" is two million; and the year "twenty twenty six" is 406. All come without
# an error, so that a fall of "zero point five million" is none.
#
# Dateline leaves numbers as they are written (bot/stories/quote_check.py compares words).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet word2number==1.1
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from word2number import w2n

SEEN = {
    "one point five": 1.5,
    "two point five million": 2,
    "zero point five million": 0,
    "two and a half million": 2_000_000,
    "half a million": 1_000_000,
    "twenty twenty six": 406,
}
print("word2number", version("word2number"))
for words, seen in SEEN.items():
    found = w2n.word_to_num(words)
    print(f"{words!r}: {found}")
    assert found == seen
EOF
