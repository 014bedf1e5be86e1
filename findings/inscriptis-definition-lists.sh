#!/bin/sh
# inscriptis 2.7.6 joins the terms and descriptions of a definition list, decodes references twice,
# and doubles the marks of a quotation in a quotation.
#
# Interviews and hearings stand on pages as <dl>: <dt> who, <dd> what. A browser shows each on its
# line. Expected: "Berg" and "It is safe." apart, "&amp;lt;" as "&lt;" (which is what its author
# wrote), and one pair of marks for each <q>. Seen: "BergIt is safe.FeldIt is not.", so that no name
# can be told from the words; a page that explains "&lt;b&gt;" shows a tag; and ""no"" within a
# quotation, which reads as if it ended there. A list that starts at 5 starts at 1.
#
# Dateline has a paragraph for each term and description, and marks inner quotations with single
# marks (bot/reading/main_text.py, bot/reading/visible.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet inscriptis==2.7.6
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import inscriptis

SEEN = {
    "<dl><dt>Berg</dt><dd>It is safe.</dd><dt>Feld</dt><dd>It is not.</dd></dl>": (
        "BergIt is safe.FeldIt is not."
    ),
    "<p>Write &amp;lt;b&amp;gt; for bold.</p>": "Write <b> for bold.\n",
    "<p>He said <q>she said <q>no</q> twice</q>.</p>": 'He said "she said ""no"" twice".\n',
    '<ol start="5"><li>Roads</li></ol>': " 1. Roads",
}
print("inscriptis", version("inscriptis"))
for html, seen in SEEN.items():
    found = inscriptis.get_text(html)
    print(f"{html}: {found!r}")
    assert found == seen
EOF
