#!/bin/sh
# Resiliparse 2.0.1 drops every bulleted list of an article and keeps the numbered ones, and takes
# dates out of its sentences.
#
# extract_plain_text(main_content=True) is to give the main content of a page. Expected: with a line
# "How they voted:", the list that it announces, and in a sentence its <time> elements. Seen: the
# line without the list, however long the items are, though the same list as an <ol> is there; and
# "It ends on , not on ." Without main_content all of it is there.
#
# Dateline takes an article's blocks whole (bot/reading/main_text.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet resiliparse==2.0.1
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from resiliparse.extract.html2text import extract_plain_text

FILL = "<p>The harbour of Skarn is old, and the town wants it rebuilt in the spring.</p>" * 6
ITEMS = "<li>Ida Berg, who spoke first, voted for it.</li><li>Jon Feld of the port did not.</li>"
SEEN = {
    f"<p>How they voted:</p><ul>{ITEMS}</ul>": ["How they voted:"],
    f"<p>How they voted:</p><ol>{ITEMS}</ol>": [
        "How they voted:",
        "  1. Ida Berg, who spoke first, voted for it.",
        "  2. Jon Feld of the port did not.",
    ],
    "<p>It ends on <time>Friday</time>, not on <time>Monday</time>.</p>": ["It ends on , not on ."],
}
print("resiliparse", version("resiliparse"))
for part, seen in SEEN.items():
    page = f"<html><body><main><article>{FILL}{part}{FILL}</article></main></body></html>"
    text = extract_plain_text(page, main_content=True)
    found = [line for line in text.split("\n") if line and "harbour" not in line]
    print(f"{part}: {found}")
    assert found == seen
    whole = extract_plain_text(page)
    assert "Jon Feld" in whole or "Friday" in whole
EOF
