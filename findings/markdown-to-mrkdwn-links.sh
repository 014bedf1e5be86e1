#!/bin/sh
# markdown_to_mrkdwn 0.3.3 breaks links whose address has brackets, and escapes nothing.
#
# CommonMark allows pairs of brackets in an address, and many pages have them. Expected:
# <https://wiki.example/Pier_(Skarn)|Pier>, and &, < and > as Slack asks for them in text. Seen: the
# address ends at its first closing bracket, which leads to no page, and a bracket is left behind
# the link; "1 < 2 & 3" goes out as it is; bold words in a heading end the bold of the whole line.
#
# Dateline writes Slack's markup itself, with one function that escapes (bot/blocks/block_kit.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet markdown-to-mrkdwn==0.3.3
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from markdown_to_mrkdwn import SlackMarkdownConverter

SEEN = {
    "[Pier](https://wiki.example/Pier_(Skarn))": "<https://wiki.example/Pier_(Skarn|Pier>)",
    "1 < 2 & 3": "1 < 2 & 3",
    "# The **north** pier": "*The *north* pier*",
}
print("markdown_to_mrkdwn", version("markdown-to-mrkdwn"))
for markdown, mrkdwn in SEEN.items():
    found = SlackMarkdownConverter().convert(markdown)
    print(f"{markdown!r}: {found!r}")
    assert found == mrkdwn
EOF
