#!/bin/sh
# pycaption 2.3.14 puts the notes in a TTML file into the words of its captions, and shows a part
# that begins later at its start.
#
# TTML has <metadata> for what no viewer sees, and times count from the begin of what holds them.
# Expected: "The pier is safe." at eleven seconds, for the paragraph begins at one second of a <div>
# that begins at ten. Seen: "The pier is not for airsafe." at one second. Converted to SubRip with
# it, an editor's note is in the speaker's mouth, and a quotation is looked for at the wrong place
# of a recording.
#
# Dateline reads WebVTT and SubRip alone, by itself (bot/reading/captions.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet pycaption==2.3.14
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from pycaption import DFXPReader

TTML = """<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
xml:lang="en"><body><div begin="10s">
<p begin="1s" end="2s">The pier is <metadata><ttm:desc>not for air</ttm:desc></metadata>safe.</p>
</div></body></tt>"""
(caption,) = DFXPReader().read(TTML).get_captions("en")
text, start = " ".join(caption.get_text().split()), caption.start / 1_000_000
print("pycaption", version("pycaption"))
print("expected: 'The pier is safe.' at 11.0 seconds")
print(f"seen: {text!r} at {start} seconds")
assert (text, start) == ("The pier is not for airsafe.", 1.0)
EOF
