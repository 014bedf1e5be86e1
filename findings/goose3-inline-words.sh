#!/bin/sh
# goose3 3.1.22 leaves out words of a sentence that stand in <q>, <time>, <abbr>, <cite>, <mark> and
# other inline elements.
#
# All of these are phrasing content of HTML: they mark words up and hide none. Expected: the
# sentence as a browser shows it. Seen: "It is , Ida Berg said on of the in the town": only <a>,
# <b>, <strong>, <i>, <em>, <small>, <sup> and <span> keep their words. What was said, and on which
# day, is gone, and nothing tells that a word is missing.
#
# Dateline makes inline elements plain before it looks for a page's text (bot/reading/main_text.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet goose3==3.1.22
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from goose3 import Goose

FILL = "<p>The harbour of Skarn is old, and the town wants it rebuilt in the spring.</p>" * 6
SAID = (
    "<p>It is <q>not safe</q>, Ida Berg said on <time>Friday</time> of the <abbr>UK</abbr> "
    "<mark>pier</mark> in the town, and it was the same as she had said to them before.</p>"
)
page = f"<html><body><article>{FILL}{SAID}{FILL}</article></body></html>"
text = Goose({"enable_image_fetching": False}).extract(raw_html=page).cleaned_text
sentence = next(line for line in text.split("\n") if "Berg" in line)
print("goose3", version("goose3"))
print("expected: It is not safe, Ida Berg said on Friday of the UK pier in the town, ...")
print(f"seen: {sentence}")
assert sentence.startswith("It is , Ida Berg said on of the in the town, and it was the same")
EOF
