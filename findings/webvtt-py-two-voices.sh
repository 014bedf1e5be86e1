#!/bin/sh
# webvtt-py 0.6.0 gives all words of a WebVTT cue to the first voice in it.
#
# A cue may hold several voice spans: two people who speak in one cue. Expected: `voice` is None or
# lists both, or the cue comes as two. Seen: `voice` is the first name and `text` the words of both,
# so that the second speaker's denial is the first one's statement. A voice span inside <i> is not
# seen at all, and references such as &amp; stay as they are written, in text and in names.
#
# Dateline makes a turn of each voice span (bot/reading/captions.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet webvtt-py==0.6.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

import webvtt

CAPTIONS = """WEBVTT

00:01.000 --> 00:02.000
<v Ida Berg>The pier is safe.</v>
<v Jon Feld>It is not.</v>

00:02.000 --> 00:03.000
<i><v Ida Berg>Safe &amp; dry.</v></i>
"""
both, italic = webvtt.from_string(CAPTIONS)
print("webvtt-py", version("webvtt-py"))
print("expected: both names with the first cue, 'Ida Berg' and 'Safe & dry.' for the second")
print(f"seen: {both.voice!r} says {both.text!r}; {italic.voice!r} says {italic.text!r}")
assert (both.voice, both.text) == ("Ida Berg", "The pier is safe.\nIt is not.")
assert (italic.voice, italic.text) == (None, "Safe &amp; dry.")
EOF
