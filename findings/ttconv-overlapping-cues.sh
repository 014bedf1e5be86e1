#!/bin/sh
# ttconv 1.2.3 repeats words where two WebVTT cues overlap in time.
#
# Two people who speak at once are two cues whose times overlap. ttconv, the reference converter of
# IMSC captions, cuts captions where the picture changes and writes each time all that is then on
# the screen. Expected of a conversion from WebVTT to SubRip: the two cues, as SubRip may overlap,
# too. Seen: three cues, with the first one's words in two of them, so that whoever joins cues to
# sentences reads "Two" twice. A cue with a time stamp inside is cut and repeated likewise. Voices
# are dropped.
#
# Dateline joins the cues of a source as they are (bot/reading/captions.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet ttconv==1.2.3
"$folder/venv/bin/python" - <<'EOF'
import io
import logging
from importlib.metadata import version

import ttconv.srt.writer
import ttconv.vtt.reader

logging.disable(logging.CRITICAL)
CAPTIONS = """WEBVTT

00:01.000 --> 00:03.000
<v Ida Berg>Two</v>

00:02.000 --> 00:04.000
<v Jon Feld>Three</v>
"""
model = ttconv.vtt.reader.to_model(io.StringIO(CAPTIONS))
subrip = ttconv.srt.writer.from_model(model)
cues = [block.splitlines()[2:] for block in subrip.strip().split("\n\n")]
print("ttconv", version("ttconv"))
print("expected: [['Two'], ['Three']]")
print(f"seen: {cues}")
assert cues == [["Two"], ["Two", "Three"], ["Three"]]
EOF
