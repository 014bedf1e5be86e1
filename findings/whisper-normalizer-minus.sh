#!/bin/sh
# whisper-normalizer 0.1.15, the normalizer of Whisper's paper, drops the minus of "-5", makes one
# of two sentences and changes words that were said.
#
# It brings two transcripts into one form before they are compared. Expected: what means the same
# becomes the same, and nothing else does. Seen: "-5 degrees" and "5 degrees" are equal, though
# "minus five" is "-5"; of "tested negative. Three people died" it makes "tested -3 people died";
# "she'd said" is "she would said" and "the mayor's car" "the mayor is car"; "fifty-fifty" is 5050
# and "1/2" is "one 2". A quotation that is checked against a transcript in this form may pass
# without its minus.
#
# Dateline compares words as they were said, with the signs of numbers (bot/stories/quote_check.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet whisper-normalizer==0.1.15
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from whisper_normalizer.english import EnglishTextNormalizer

SEEN = {
    "-5 degrees": "5 degrees",
    "minus five degrees": "-5 degrees",
    "He tested negative. Three people died.": "he tested -3 people died",
    "She'd said no.": "she would said no",
    "the mayor's car": "the mayor is car",
    "fifty-fifty": "5050",
    "1/2": "one 2",
}
normalize = EnglishTextNormalizer()
print("whisper-normalizer", version("whisper-normalizer"))
for said, seen in SEEN.items():
    found = normalize(said)
    print(f"{said!r}: {found!r}")
    assert found == seen
EOF
