#!/bin/sh
# num2words 0.5.14 loses the minus of -0.5 in most languages, and has one word for 1.05 and 1.5 in
# Persian.
#
# Expected: "minus zero point five", as for -1.5 "minus one point five" and in Italian "meno zero
# virgola cinque". Seen: "zero point five" and its like in English, German, French, Spanish, Dutch,
# Portuguese and Swedish: growth where there was a fall. In Persian 1.05 is "one and a half",
# without an error.
#
# Dateline leaves numbers as they are written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet num2words==0.5.14
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from num2words import num2words

PLAIN = ("en", "de", "fr", "es", "nl", "pt", "sv")
print("num2words", version("num2words"))
for language in PLAIN:
    below, above = num2words(-0.5, lang=language), num2words(0.5, lang=language)
    print(f"{language}: -0.5 is {below!r}")
    assert below == above
    assert num2words(-1.5, lang=language) != num2words(1.5, lang=language)
assert num2words(-0.5, lang="it") == "meno zero virgola cinque"
small, large = num2words(1.05, lang="fa"), num2words(1.5, lang="fa")
print(f"fa: 1.05 is {small!r}, 1.5 is {large!r}")
assert small == large
EOF
