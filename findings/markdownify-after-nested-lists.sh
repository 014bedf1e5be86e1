#!/bin/sh
# markdownify 1.2.3 joins the words after a nested list to its last item.
#
# Expected: after the inner list a line of its own, as a browser shows it. Seen: "yessaid Berg": two
# words become one, and what the outer item goes on with belongs to the inner one. So it is with
# line ends and spaces between the elements, too; with the rest in a <p> it is right.
#
# Dateline has a paragraph for each item (bot/reading/main_text.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet markdownify==1.2.3
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from markdownify import markdownify

CLOSE = "<ul><li>The votes:<ul><li>yes</li></ul>said Berg</li></ul>"
LOOSE = """<ul>
<li>The votes:
<ul>
<li>yes</li>
</ul>
said Berg</li>
</ul>"""
print("markdownify", version("markdownify"))
print("expected: 'said Berg' on a line of its own")
for html in (CLOSE, LOOSE):
    found = markdownify(html)
    print(f"seen: {found!r}")
    assert "+ yessaid Berg" in found
EOF
