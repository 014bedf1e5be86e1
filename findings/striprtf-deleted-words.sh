#!/bin/sh
# striprtf 0.0.35 prints words of an RTF file that its author deleted, and words that are hidden.
#
# In RTF \deleted marks text that was deleted while changes were tracked, and \v hidden text, which
# a word processor neither shows nor prints unless asked to. Expected: neither in the text. Seen:
# both. A press release whose "not" was struck out by its editors is read with it: it says the
# contrary of what was released.
#
# Dateline reads no RTF. It asks for a DOCX whose tracked changes are accepted or rejected, and
# leaves hidden words out (bot/reading/docx.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet striprtf==0.0.35
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from striprtf.striprtf import rtf_to_text

RELEASE = (
    r"{\rtf1\ansi The pier is {\deleted not }safe."
    r"\par {\v Ask the lawyers. }It opens in May.}"
)
text = rtf_to_text(RELEASE)
print("striprtf", version("striprtf"))
print("expected: 'The pier is safe.\\nIt opens in May.'")
print(f"seen: {text!r}")
assert text == "The pier is not safe.\nAsk the lawyers. It opens in May."
EOF
