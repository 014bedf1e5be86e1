#!/bin/sh
# text2num 3.1.0 makes one number of the two ends of a range, and loses the millions of "two point
# five million".
#
# Expected of alpha2digit: "between five and twenty people" with both its numbers in every language,
# as in English with "or", and 2.5 million as a number that a program can read. Seen: German
# "zwischen fünf und zwanzig Personen" and Dutch "tussen vijf en twintig mensen" become "between 25
# people" (in both languages 25 is one word, so that the words apart mean two numbers); Italian "tra
# venti e tre" becomes "tra 23". "two point five million" is "2.5 1000000", and French "deux virgule
# cinq millions" is "2,5000000", two and a half.
#
# Dateline compares quotations by their words and leaves numbers as they are written
# (bot/stories/quote_check.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet text2num==3.1.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from text_to_num import alpha2digit

SEEN = [
    ("de", "zwischen fünf und zwanzig Personen", "zwischen 25 Personen"),
    ("nl", "tussen vijf en twintig mensen", "tussen 25 mensen"),
    ("it", "tra venti e tre", "tra 23"),
    ("en", "two point five million euros", "2.5 1000000 euros"),
    ("fr", "deux virgule cinq millions", "2,5000000"),
]
print("text2num", version("text2num"))
for language, words, seen in SEEN:
    found = alpha2digit(words, language)
    print(f"{language} {words!r}: {found!r}")
    assert found == seen
EOF
