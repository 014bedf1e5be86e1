"""A DOCX is read as a reader of the document sees it, and refused where that cannot be told."""

import zipfile
from io import BytesIO

import pytest

from bot.model import Article, Format, Status
from bot.reading import read
from tests.office_files import docx, paragraph, refusal, run

HEADLINE = "Council shuts north quay of Lowhaven"
LEAD = "LOWHAVEN – The council closed its north quay on Friday, after two of its posts gave way."
QUOTE = "“Nobody goes out there before we have looked at every post,” said Rina Moll."
BODY = f"{LEAD}\n\n{QUOTE}"
TITLE, TEXT = paragraph(HEADLINE, style="Heading1"), (paragraph(LEAD), paragraph(QUOTE))
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="More"><w:name w:val="More"/>'
    '<w:basedOn w:val="Secret"/></w:style>'
)


def article(data: bytes) -> Article:
    """Read the one article of a document."""
    parsed = read(data)
    assert parsed.format is Format.DOCX
    return parsed.articles[0]


def with_line(*runs: str) -> bytes:
    """Return a release with one more paragraph."""
    return docx(TITLE, *TEXT, paragraph(*runs), styles=STYLES)


@pytest.mark.parametrize(
    "content",
    [
        (TITLE, *TEXT),
        (paragraph("PRESS RELEASE", style="Heading1"), TITLE, *TEXT, paragraph("###")),
        (paragraph(HEADLINE, style="Titel"), *TEXT),
        (paragraph("FOR IMMEDIATE RELEASE"), paragraph(run(HEADLINE, "<w:b/>")), *TEXT),
        (paragraph(HEADLINE), *TEXT),
        (TITLE, *TEXT, paragraph("ENDS"), paragraph("Contact: Ida Orr, 555 0100")),
    ],
)
def test_headline_and_text_are_read(content: tuple[str, ...]) -> None:
    """Title, heading or bold line head a release; its marks are no part of it."""
    found = article(docx(*content, styles=STYLES))
    assert (found.headline, found.body, found.status) == (HEADLINE, BODY, Status.USABLE)


def box(inner: str, fallback: str = "") -> str:
    """Return a run that a text box hangs in."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>'
        f"{inner}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>{fallback}"
        "</mc:AlternateContent></w:r>"
    )


FALLBACK = (
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict>"
    "</mc:Fallback>"
)
RUBY = (
    f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('x')}</w:rt><w:rubyBase>{run('open')}</w:rubyBase>"
    "</w:ruby></w:r>"
)
PLACEHOLDER = (
    f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click')}</w:sdtContent>"
    "</w:sdt>"
)
SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        # What a reader does not see, or sees struck out.
        (["It will ", run("not ", "<w:vanish/>"), "open."], "It will open."),
        (["It will ", run("not ", '<w:vanish w:val="0"/>'), "open."], "It will not open."),
        (["It will ", run("not ", '<w:rStyle w:val="More"/>'), "open."], "It will open."),
        (["It will ", run("never ", "<w:strike/>"), "open."], "It will open."),
        (["It will ", run("never ", "<w:dstrike/>"), "open."], "It will open."),
        (["It will ", run("not ", '<w:color w:val="FFFFFF"/>'), "open."], "It will open."),
        (["It will ", run("not ", '<w:color w:val="FFFFFF"/><w:shd w:fill="002060"/>'), "open."],
         "It will not open."),
        (["It will ", run("not ", '<w:sz w:val="2"/>'), "open."], "It will open."),
        # What mammoth alone would drop.
        (["It opens on ", f'<w:fldSimple w:instr="DATE">{run("1 June")}</w:fldSimple>', "."],
         "It opens on 1 June."),
        (["It is ", f'<w:bdo w:val="ltr">{run("not ")}</w:bdo>', "open."], "It is not open."),
        (["It is ", RUBY, " now."], "It is open now."),
        (["It is shut.", box(paragraph("All of it."))], "It is shut.\n\nAll of it."),
        (["It is shut.", box(paragraph("All of it."), FALLBACK.format(paragraph("All of it.")))],
         "It is shut.\n\nAll of it."),
        # Marks of footnotes, raised figures, hyphens.
        (["It has 4,200", run("3", SUPERSCRIPT), " riders."], "It has 4,200³ riders."),
        (["It is shut.", run("3", SUPERSCRIPT), " All of it."], "It is shut. All of it."),
        (["It holds 10", run("6", SUPERSCRIPT), " tonnes."], "It holds 10⁶ tonnes."),
        (["It was the 2", run("nd", SUPERSCRIPT), " vote."], "It was the 2nd vote."),
        (["It is shut", '<w:r><w:footnoteReference w:id="2"/></w:r>', " now."], "It is shut now."),
        (["Well", "<w:r><w:noBreakHyphen/></w:r>", "kept and re",
          "<w:r><w:softHyphen/></w:r>", "built."], "Well-kept and rebuilt."),
        (["It is", "<w:r><w:br/></w:r>", "shut."], "It is\nshut."),
        # What is not part of the text.
        (["It is ", PLACEHOLDER, "shut."], "It is shut."),
        ([f"<w:sdt><w:sdtPr/><w:sdtContent>{run('It is shut.')}</w:sdtContent></w:sdt>"],
         "It is shut."),
    ],
)  # fmt: skip
def test_words_are_those_that_a_reader_sees(runs: list[str], text: str) -> None:
    """Neither hidden words nor lost ones, and no mark within a word or number."""
    assert article(with_line(*runs)).body == f"{BODY}\n\n{text}"


MOVED = '<w:moveFrom w:id="1">{}</w:moveFrom>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (with_line("We will ", f'<w:ins w:id="1">{run("not ")}</w:ins>', "open."), "tracked"),
        (with_line("We will ", '<w:del w:id="1"><w:r><w:delText>not </w:delText></w:r></w:del>',
                   "open."), "tracked"),
        (with_line("We will open.", MOVED.format(run("Not now."))), "tracked"),
        (docx(TITLE, *TEXT, "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:p>"), "tracked"),
        (docx(TITLE, *TEXT, '<w:altChunk r:id="a"/>'), "altChunk"),
        (with_line("It is ", f"<w:strange>{run('shut')}</w:strange>"), "strange"),
        (docx(TITLE, *TEXT)[:-300], "broken or cut short"),
        (docx("<w:broken"), "broken or cut short"),
        (docx(paragraph("")), "no article"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(data: bytes, reason: str) -> None:
    """A refusal says what is wrong with the file."""
    assert reason in refusal(data)


HEADER = paragraph("EMBARGOED UNTIL 18:00 ON 12 MAY 2126")
FIRST = '<w:headerReference w:type="first" r:id="header1"/>'


@pytest.mark.parametrize(
    ("section", "name", "holds"),
    [
        ('<w:headerReference w:type="default" r:id="header1"/>', "header1", True),
        ('<w:headerReference r:id="header1"/>', "header1", True),
        ('<w:footerReference w:type="default" r:id="footer1"/>', "footer1", True),
        (f"{FIRST}<w:titlePg/>", "header1", True),
        # Headers that are not shown.
        (FIRST, "header1", False),
        ('<w:headerReference w:type="even" r:id="header1"/>', "header1", False),
        ("", "header1", False),
    ],
)
def test_an_embargo_in_a_page_header_holds(section: str, name: str, *, holds: bool) -> None:
    """Headers and footers that are shown hold a release, and are no part of its text."""
    found = article(docx(TITLE, *TEXT, section=section, **{name: HEADER}))
    assert (found.body, found.embargoed is not None) == (BODY, holds)


def test_an_embargo_in_a_text_box_or_footnote_holds() -> None:
    """Wherever its words stand they hold the release."""
    boxed = docx(paragraph(box(HEADER)), TITLE, *TEXT)
    noted = docx(TITLE, *TEXT, footnotes=f"<w:footnote>{HEADER}</w:footnote>")
    for data in (boxed, noted):
        found = article(data)
        assert found.embargoed is not None
        assert "EMBARGO" not in found.body


def test_other_office_files_are_refused_by_name_of_what_is_read() -> None:
    """Tables, presentations and Open Documents are refused, and what would be read is named."""
    for name in ("xl/workbook.xml", "ppt/presentation.xml"):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(name, "<x/>")
        assert "DOCX or PDF" in refusal(buffer.getvalue())
    for data in (b"{\\rtf1 Hello}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
        assert "DOCX or PDF" in refusal(data)


def test_releases_in_an_archive_are_read() -> None:
    """A ZIP of documents is unpacked like one of texts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.docx", docx(TITLE, *TEXT))
        archive.writestr("b.txt", f"{HEADLINE}\n\n{BODY}")
    assert [each.body for each in read(buffer.getvalue()).articles] == [BODY, BODY]


def test_rows_of_a_table_stay_together() -> None:
    """The cells of a row are told in one paragraph."""
    rows = (("Year", "People"), ("2026", "900"))
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    table = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    found = article(docx(TITLE, *TEXT, f"<w:tbl>{table}</w:tbl>"))
    assert found.body == f"{BODY}\n\nYear People\n\n2026 900"


def test_changes_of_looks_and_links_change_no_word() -> None:
    """A tracked change of type, a comment and a link without a target are no reason to refuse."""
    change = "<w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange>"
    link = f'<w:hyperlink r:id="gone">{run("its page")}</w:hyperlink>'
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    data = with_line(run("It is shut, says ", change), link, comment, run("."))
    assert article(data).body == f"{BODY}\n\nIt is shut, says its page."


def test_a_letterhead_above_the_title_is_no_text() -> None:
    """Of what stands above the headline only fields are read."""
    above = (paragraph("Lowhaven Council"), paragraph("1 Quay Street"), paragraph("1 May 2026"))
    found = article(docx(*above, paragraph(run(HEADLINE, "<w:b/>")), *TEXT))
    assert (found.headline, found.body) == (HEADLINE, BODY)
    assert found.published is not None


def test_a_document_that_is_too_large_is_refused() -> None:
    """What would be unpacked is bounded."""
    data = docx(TITLE, *TEXT, paragraph("a" * (20 * 1024 * 1024)))
    assert "larger than 20 MB" in refusal(data)
