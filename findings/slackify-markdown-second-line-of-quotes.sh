#!/bin/sh
# slackify-markdown 0.2.4 marks the first line of a quotation as quoted and no other.
#
# In Slack's mrkdwn each line of a quotation begins with ">". Expected: "> It is safe." and "> It is
# not." Seen: the second line, and each further paragraph, stands outside of the quotation, so that
# Slack shows it as the words of whoever posts. Lists and breaks within a quotation fare the same.
#
# Dateline writes quotations as elements of rich text blocks (bot/blocks/story.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet slackify-markdown==0.2.4
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from slackify_markdown import slackify_markdown

SEEN = {
    "> It is safe.\n> It is not.\n\nI agree.": "> It is safe.\nIt is not.\n\nI agree.\n",
    "> It is safe.\n>\n> It is not.": "> It is safe.\n\nIt is not.\n",
    "> - yes\n> - no": "> •   yes\n•   no\n",
}
print("slackify-markdown", version("slackify-markdown"))
print("expected: > before each line of a quotation")
for markdown, seen in SEEN.items():
    found = slackify_markdown(markdown)
    print(f"{markdown!r}: {found!r}")
    assert found == seen
EOF
