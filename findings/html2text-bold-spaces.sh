#!/bin/sh
# html2text 2025.4.15 joins a bold word to the word before it, where the space is inside the tags.
#
# Editors of pages often mark a word together with the spaces around it. Expected: "It is **not**
# safe", with the spaces outside of the marks. Seen: the space behind moves out and the one before
# is lost, "It is**not** safe". CommonMark reads that as bold, and shows "isnot safe". With <i> the
# space is kept.
#
# Dateline reads HTML without Markdown in between (bot/reading/markup.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet html2text==2025.4.15 markdown-it-py==4.0.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import html2text
from markdown_it import MarkdownIt

converter = html2text.HTML2Text(bodywidth=0)
bold = converter.handle("<p>It is<b> not </b>safe.</p>")
italic = converter.handle("<p>It is<i> not </i>safe.</p>")
shown = MarkdownIt().render(bold)
print("html2text", version("html2text"))
print("expected: It is **not** safe. and It is _not_ safe.")
print(f"seen: {bold!r}, {italic!r}; a browser is given {shown!r}")
assert bold == "It is**not** safe.\n"
assert italic == "It is _not_ safe.\n"
assert shown == "<p>It is<strong>not</strong> safe.</p>\n"
EOF
