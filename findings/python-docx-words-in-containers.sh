#!/bin/sh
# python-docx 1.2.0 leaves out words that were inserted with changes tracked, and words of content
# controls, smart tags and simple fields.
#
# Expected of Paragraph.text: what Word shows, which has insertions, or the text before the changes,
# which has deletions. Seen: neither: both are left out, so "The pier is not safe", where an editor
# put in the "not", is "The pier is safe", which no version of the document ever said. The same goes
# for a word that fills a form's field (w:sdt), one that Word marked as a name of a place
# (w:smartTag), and a date field (w:fldSimple). Paragraphs in a content control are not among
# `paragraphs` at all.
#
# Dateline reads DOCX by mammoth, unwraps what holds words, and asks for a document whose changes
# are accepted or rejected (bot/reading/docx.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet python-docx==1.2.0
"$folder/venv/bin/python" - <<'EOF'
import io
from importlib.metadata import version

from docx import Document
from docx.oxml import parse_xml

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CHANGE = 'w:id="1" w:author="Ida" w:date="2026-12-01T09:00:00Z"'
NOT = '<w:r><w:t xml:space="preserve">not </w:t></w:r>'
HOLDERS = {
    "tracked insertion": f"<w:ins {CHANGE}>{NOT}</w:ins>",
    "content control": f"<w:sdt><w:sdtContent>{NOT}</w:sdtContent></w:sdt>",
    "smart tag": f'<w:smartTag w:uri="urn:x" w:element="y">{NOT}</w:smartTag>',
    "simple field": f'<w:fldSimple w:instr="DOCPROPERTY x">{NOT}</w:fldSimple>',
}
START = '<w:r><w:t xml:space="preserve">The pier is </w:t></w:r>'
document = Document()
for at, holder in enumerate(HOLDERS.values()):
    xml = f"<w:p {NAMESPACE}>{START}{holder}<w:r><w:t>safe.</w:t></w:r></w:p>"
    document.element.body.insert(at, parse_xml(xml))
file = io.BytesIO()
document.save(file)
print("python-docx", version("python-docx"))
print("expected: The pier is not safe.")
for name, paragraph in zip(HOLDERS, Document(file).paragraphs, strict=True):
    print(f"seen with a {name}: {paragraph.text}")
    assert paragraph.text == "The pier is safe."
EOF
