#!/bin/sh
# atoma 0.0.17 gives no content for an Atom entry whose content is XHTML, without an error.
#
# RFC 4287 has three kinds of text: text, html, xhtml. Expected: the markup of the div, or an error
# that names the kind. Seen: `content.value` of html is there, and for xhtml `content` itself is
# None, as if the entry had none: a reader shows titles alone for such feeds.
#
# Dateline reads feeds with feedparser (bot/reading/rss_atom.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet atoma==0.0.17
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import atoma

FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title><id>urn:feed</id>
<updated>2026-12-01T09:00:00Z</updated>{}</feed>"""
ENTRY = """<entry><id>urn:{}</id><title>Pier</title>
<updated>2026-12-01T09:00:00Z</updated>{}</entry>"""
html = ENTRY.format(1, '<content type="html">&lt;p&gt;Safe.&lt;/p&gt;</content>')
div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Safe.</p></div>'
xhtml = ENTRY.format(2, f'<content type="xhtml">{div}</content>')
first, second = atoma.parse_atom_bytes(FEED.format(html + xhtml).encode()).entries
print("atoma", version("atoma"))
print("expected: <p>Safe.</p> in both")
print(f"seen: {first.content and first.content.value}, {second.content}")
assert first.content.value == "<p>Safe.</p>"
assert second.content is None
EOF
