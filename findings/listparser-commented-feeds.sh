#!/bin/sh
# listparser 0.20 lists the feeds that an OPML file has commented out.
#
# OPML 2.0: an outline with isComment="true" is commented, and all outlines below it are considered
# to be commented, too. Expected: the one feed that is in use. Seen: all three. Who imports the list
# of somebody who switched a feed off in their outliner follows it again, and nothing in the result
# tells the three apart.
#
# Dateline leaves them out (bot/reading/opml.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet listparser==0.20
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import listparser

OPML = """<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Gazette" type="rss" xmlUrl="https://gazette.example/rss"/>
<outline text="Rumours" type="rss" xmlUrl="https://rumours.example/rss" isComment="true"/>
<outline text="Old" isComment="true">
<outline text="Herald" type="rss" xmlUrl="https://herald.example/rss"/>
</outline></body></opml>"""
result = listparser.parse(OPML)
print("listparser", version("listparser"))
print("expected: ['Gazette']")
print(f"seen: {[feed.title for feed in result.feeds]}, bozo {result.bozo}")
assert [feed.title for feed in result.feeds] == ["Gazette", "Rumours", "Herald"]
EOF
