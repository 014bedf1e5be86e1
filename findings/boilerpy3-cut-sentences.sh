#!/bin/sh
# boilerpy3 1.0.7 cuts a sentence at <q>, <time>, <cite>, <mark> and <del>, and drops pieces of it.
#
# Expected: one line for one paragraph, as only elements such as <p> and <div> part the text of a
# page. Seen: each of these inline elements is a block of its own, and each block is kept or dropped
# for its own number of words. Of "It is <q>not safe</q>, Ida Berg said on <time>Friday</time>" the
# default extractor keeps "not safe" and loses who said so, and the one for articles loses both and
# keeps the day. The piece that is left may say the contrary of the sentence.
#
# Dateline makes inline elements plain before it looks for a page's text (bot/reading/main_text.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet boilerpy3==1.0.7
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from boilerpy3 import extractors

FILL = (
    "<p>The harbour of Skarn is old, and the town wants to have it rebuilt in the spring, after "
    "the storms of the winter are over and the divers have gone down to look at all of it.</p>"
) * 2
SAID = "<p>It is <q>not safe</q>, Ida Berg said on <time>Friday</time> in the town of Skarn.</p>"
page = f"<html><body><article><h1>Pier</h1>{FILL}{SAID}{FILL}</article></body></html>"
SEEN = {
    extractors.DefaultExtractor: "It is / not safe / in the town of Skarn.",
    extractors.ArticleExtractor: "Friday / in the town of Skarn.",
}
print("boilerpy3", version("boilerpy3"))
print("expected: It is not safe, Ida Berg said on Friday in the town of Skarn.")
for extractor, seen in SEEN.items():
    lines = extractor().get_content(page).split("\n")
    found = " / ".join(line for line in lines if line not in ("", "Pier") and "winter" not in line)
    print(f"seen by {extractor.__name__}: {found}")
    assert found == seen
EOF
