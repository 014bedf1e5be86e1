#!/bin/sh
# docx2python 3.7.1 and docx2txt 0.9 print words that were moved at both places, and join words at
# hyphens.
#
# Both leave out what an editor deleted with changes tracked. A passage that was moved is a deletion
# (w:moveFrom) and an insertion (w:moveTo). Expected: the words where they are now. Seen: at the old
# place, too: a sentence that was moved from one speaker to another is now said by both. The hyphen
# that does not break (w:noBreakHyphen) is gone: "re-sign" is "resign".
#
# Dateline asks for a document whose changes are accepted or rejected, and keeps these hyphens
# (bot/reading/docx.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet docx2python==3.7.1 docx2txt==0.9 python-docx==1.2.0
"$folder/venv/bin/python" - <<'EOF'
import tempfile
from importlib.metadata import version
from pathlib import Path

import docx2txt
from docx import Document
from docx.oxml import parse_xml
from docx2python import docx2python

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CHANGE = 'w:author="Ida" w:date="2026-12-01T09:00:00Z"'


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


MOVED = (
    f'{run("Berg: ")}<w:moveFrom w:id="1" {CHANGE}>{run("It is safe. ")}</w:moveFrom>'
    f'{run("Feld: ")}<w:moveTo w:id="2" {CHANGE}>{run("It is safe. ")}</w:moveTo>'
)
HYPHEN = f"{run('They re')}<w:r><w:noBreakHyphen/></w:r>{run('sign.')}"
document = Document()
for at, content in enumerate((MOVED, HYPHEN)):
    document.element.body.insert(at, parse_xml(f"<w:p {NAMESPACE}>{content}</w:p>"))
print("expected: Berg: Feld: It is safe. / They re-sign.")
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "release.docx"
    document.save(str(path))
    texts = {"docx2python": docx2python(path).text, "docx2txt": docx2txt.process(str(path))}
for name, text in texts.items():
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    print(f"seen with {name} {version(name)}: {' / '.join(lines)}")
    assert lines == ["Berg: It is safe. Feld: It is safe.", "They resign."]
EOF
