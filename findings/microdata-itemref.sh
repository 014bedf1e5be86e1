#!/bin/sh
# microdata 0.8.0 leaves out the properties that an item names by itemref, and values of <data> and
# <meter>.
#
# In HTML an item may have properties elsewhere on the page, by their ids in itemref: a byline that
# stands outside of its article, for one. And the value of <data> is its value attribute, as that of
# <time> is its datetime. Expected: the author "Ida Berg" and the word count "500". Seen: no author,
# without an error, and the word count "five hundred"; the datetime of <time> is right. extruct gets
# all of them.
#
# Dateline takes an article's metadata from JSON-LD, <meta> and <time>
# (bot/reading/page_metadata.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet microdata==0.8.0 html5lib==1.1 extruct==0.18.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import extruct
import microdata

PAGE = """<p id="byline">By <b itemprop="author">Ida Berg</b></p>
<article itemscope itemref="byline" itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">Pier closed</h1>
<time itemprop="datePublished" datetime="2026-12-01">yesterday</time>
<data itemprop="wordCount" value="500">five hundred</data></article>"""
(item,) = microdata.get_items(PAGE)
(other,) = extruct.extract(PAGE, syntaxes=["microdata"])["microdata"]
found = {name: values[0] for name, values in item.props.items()}
print("microdata", version("microdata"), "extruct", version("extruct"))
print(f"expected: {other['properties']}")
print(f"seen: {found}")
assert "author" not in found and found["wordCount"] == "five hundred"
assert found["datePublished"] == "2026-12-01"
assert other["properties"]["author"] == "Ida Berg" and other["properties"]["wordCount"] == "500"
EOF
