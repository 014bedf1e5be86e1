#!/bin/sh
# trafilatura 2.3.1 takes words out of the middle of a sentence by the element or class around them.
#
# Expected: a sentence of the article is kept whole or dropped whole. Seen: the words in <time>,
# <label> and <output> are gone, and so are those in a <span> whose class has "byline", "caption",
# "nav" or "share" in it, such as "share-price": "The strike ends on , not ." These rules are meant
# for what stands around an article, and apply inside of its sentences, too; favor_recall changes
# nothing. The words of <q>, whose quotation marks a browser draws, stay without any mark that they
# are quoted, and the sentence is cut into two lines there.
#
# Dateline makes inline elements plain, and gives quotations their marks, before trafilatura sees
# them (bot/reading/main_text.py, bot/reading/visible.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet trafilatura==2.3.1 lxml-html-clean==0.4.5
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import trafilatura

FILL = "<p>The harbour of Skarn is old, and the town wants it rebuilt in the spring.</p>" * 6
SEEN = {
    "It ends on <time>Friday</time>, not <time>Saturday</time>.": "It ends on , not .",
    'Shares fell by <span class="share-price">half</span>, she said.': "Shares fell by , she said.",
    'It is <span class="caption">not</span> safe, Berg said.': "It is safe, Berg said.",
    "Berg said <q>not now</q> to it.": "Berg said not now\nto it.",
}
print("trafilatura", version("trafilatura"))
for sentence, seen in SEEN.items():
    page = f"<html><body><article>{FILL}<p>{sentence}</p>{FILL}</article></body></html>"
    for recall in (False, True):
        text = trafilatura.extract(page, favor_recall=recall)
        found = "\n".join(line for line in text.split("\n") if "harbour" not in line)
        print(f"{sentence}: {found!r}")
        assert found == seen
EOF
