#!/bin/sh
# pysubs2 1.8.1 appends the comments, style sheets and cue identifiers that follow a WebVTT cue to
# that cue's words, and drops the names of voices.
#
# WebVTT lets NOTE and STYLE blocks and identifiers stand between cues; none is shown to a viewer.
# Expected: two cues, "One" and "Two", with the speakers' names in `name`, the field of an event for
# the actor. Seen: the first cue's text goes on with all that stands before the second cue's times,
# and `name` is empty in both. What is converted to SubRip with it puts an editor's private note
# into the mouth of whoever spoke before.
#
# Dateline reads captions itself (bot/reading/captions.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet pysubs2==1.8.1
"$folder/venv/bin/python" - <<'EOF'
import pysubs2

CAPTIONS = """WEBVTT

00:01.000 --> 00:02.000
<v Ida Berg>One

NOTE not said by anybody

STYLE
::cue { color: red }

second
00:03.000 --> 00:04.000
<v Jon Feld>Two
"""
first, second = pysubs2.SSAFile.from_string(CAPTIONS)
print("pysubs2", pysubs2.VERSION)
print("expected: 'One' by 'Ida Berg', 'Two' by 'Jon Feld'")
print(f"seen: {first.text!r} by {first.name!r}, {second.text!r} by {second.name!r}")
assert "NOTE not said by anybody" in first.text
assert "::cue" in first.text and first.text.endswith("second")
assert (first.name, second.name) == ("", "")
EOF
