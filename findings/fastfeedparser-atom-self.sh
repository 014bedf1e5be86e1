#!/bin/sh
# fastfeedparser 0.6.5 takes an Atom entry's rel="self" link for the article, and a date of change
# for that of publication.
#
# RFC 4287 reads a link without rel as rel="alternate": the page to open. Expected: `link` is the
# alternate one, made absolute by xml:base, and there is no `published`, which the entry does not
# have. Seen: `link` is the address of the entry's own XML, as it is written; the alternate one is
# only in `links`, with rel None; `published` repeats `updated`, so that a correction looks like a
# new article. The text of xhtml content comes with the feed's own <content> element around it.
#
# Dateline reads feeds with feedparser, which gets all four right (bot/reading/rss_atom.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet fastfeedparser==0.6.5
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import fastfeedparser

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example/news/">
<title>Gazette</title><id>urn:feed</id><updated>2026-12-01T09:00:00Z</updated>
<entry><id>urn:entry</id><title>Pier</title><link rel="self" href="pier.atom"/>
<link href="pier.html"/><updated>2026-12-01T09:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Safe.</p></div></content>
</entry></feed>"""
(entry,) = fastfeedparser.parse(FEED).entries
content = entry["content"][0]["value"]
print("fastfeedparser", version("fastfeedparser"))
print("expected: https://gazette.example/news/pier.html, no published, <div>...</div>")
print(f"seen: {entry['link']}, {entry['published']}, {content}")
assert entry["link"] == "pier.atom"
assert entry["published"] == entry["updated"]
assert content.startswith("<content")
EOF
