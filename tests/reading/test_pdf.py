"""A PDF is read as a reader of its pages sees it, and refused where that cannot be told."""

import pytest

from bot.model import Article, Format, Status
from bot.reading import read
from tests.office_files import pdf, refusal, show, show_lines

HEADLINE = "Council shuts north quay of Lowhaven"
LEAD = (
    "LOWHAVEN – The council of Lowhaven closed its north quay on Friday, after two of its posts"
    " gave way."
)
QUOTE = "“Nobody goes out there before we have looked at every post,” said Rina Moll."
LINES = [
    "LOWHAVEN – The council of Lowhaven closed its north quay on",
    "Friday, after two of its posts gave way.",
    "",
    "“Nobody goes out there before we have looked at every post,”",
    "said Rina Moll.",
]
TOP, TEXT = show(72, 760, HEADLINE, 18), show_lines(72, 720, LINES)
RELEASE = TOP + TEXT
BODY = f"{LEAD}\n\n{QUOTE}"


def article(data: bytes) -> Article:
    """Read the one article of a PDF."""
    parsed = read(data)
    assert parsed.format is Format.PDF
    return parsed.articles[0]


def below(*lines: str, y: float = 600) -> str:
    """Set lines below the release."""
    return show_lines(72, y, lines)


@pytest.mark.parametrize(
    "page",
    [
        RELEASE,
        show(72, 800, "PRESS RELEASE No. 4", 24) + RELEASE,
        show(72, 800, "FOR IMMEDIATE RELEASE") + show(400, 800, "Contact: Ida Orr") + RELEASE,
        RELEASE + below("###", "Contact: Ida Orr, 555 0100"),
        # What is drawn first need not be read first.
        TEXT + TOP,
        # Bold by drawing twice.
        show(72.3, 760, HEADLINE, 18) + RELEASE,
        # Off the page, too small, unseen, white, without ink, under a white box, struck out.
        RELEASE + show(72, 900, "Off the page."),
        RELEASE + show(72, 600, "Too small to see.", 1),
        RELEASE + show(72, 600, "Unseen.", 11, "3 Tr"),
        RELEASE + show(72, 600, "White on white.", 11, "1 1 1 rg"),
        RELEASE + show(72, 600, "Covered.") + "1 1 1 rg 60 590 200 30 re f\n",
        RELEASE + show(72, 600, "Blackened.") + "0 0 0 rg 60 590 200 30 re f\n",
        # A watermark across the page.
        "q BT /F1 60 Tf .7 .7 -.7 .7 100 200 Tm (DRAFT) Tj ET Q\n" + RELEASE,
        # Marked as no part of the text.
        "/Artifact BMC " + show(72, 815, "Lowhaven Press Office") + "EMC " + RELEASE,
        # A box, a rule and underlines hide nothing.
        ".9 .9 .9 rg 60 640 500 100 re f 0 0 0 rg 72 717 200 .5 re f\n" + RELEASE,
    ],
)
def test_what_a_reader_sees_is_read(page: str) -> None:
    """Headline and text are those that stand on the page, and nothing that does not."""
    found = article(pdf(page))
    assert (found.headline, found.body, found.status) == (HEADLINE, BODY, Status.USABLE)


def test_white_words_on_a_dark_ground_are_read() -> None:
    """White is seen where something is drawn below it."""
    banner = "0 0 .5 rg 60 745 500 40 re f\n" + show(72, 760, HEADLINE, 18, "1 1 1 rg")
    assert article(pdf(banner + TEXT)).headline == HEADLINE


LEFT = """The council voted on Friday to
close the north quay for two
winters, and to move the ferry
to the new one beside it.
“We had no choice,” said Rina
Moll, who runs the quays.""".splitlines()
RIGHT = """Opponents asked for a vote of
all the town in the autumn. A
petition has 900 names by now,
Al Day, who wrote it, said.
“Nobody asked us,” he said of
the council's decision.""".splitlines()


@pytest.mark.parametrize("shift", [0, 5, 20])
@pytest.mark.parametrize("by_rows", [True, False])
def test_columns_are_read_one_after_the_other(shift: int, *, by_rows: bool) -> None:
    """Neither the order of drawing nor a common baseline mixes the lines of two columns."""
    left = [show(72, 720 - 14 * at, line) for at, line in enumerate(LEFT)]
    right = [show(310, 720 - shift - 14 * at, line) for at, line in enumerate(RIGHT)]
    rows = [line for pair in zip(left, right, strict=True) for line in pair]
    body = article(pdf(TOP + "".join(rows if by_rows else right + left))).body
    assert "vote of all the town in the autumn. A petition has 900 names" in body
    assert "to the new one beside it.\n\n“We had no choice,” said Rina Moll, who runs" in body
    assert body.index("Moll, who runs the quays.") < body.index("Opponents asked")


def test_running_heads_and_feet_are_no_text() -> None:
    """What stands at the same height of most pages is left out, and a quotation runs over them."""
    heads = [
        show(72, 815, "Lowhaven Press Office") + show(72, 30, f"Page {n} of 3") for n in (1, 2, 3)
    ]
    pages = (
        TOP + show_lines(72, 720, [*LINES[:3], "“Nobody goes out there before we have looked"]),
        show(72, 760, "at every post,” said Rina Moll."),
        show(72, 760, "Divers will report in June."),
    )
    body = article(pdf(*(head + page for head, page in zip(heads, pages, strict=True)))).body
    assert body == f"{BODY}\n\nDivers will report in June."


@pytest.mark.parametrize(
    "page",
    [
        show(72, 800, "EMBARGOED UNTIL 18:00 ON 12 MAY 2126") + RELEASE,
        "/Artifact BMC " + show(72, 815, "EMBARGOED UNTIL 18:00 ON 12 MAY 2126") + "EMC " + RELEASE,
        "q BT /F1 30 Tf .7 .7 -.7 .7 100 200 Tm (EMBARGOED UNTIL 18:00 ON 12 MAY 2126) Tj ET Q\n"
        + RELEASE,
        RELEASE + show(72, 20, "Embargo: 12 May 2126, 18:00"),
    ],
)
def test_an_embargo_holds_wherever_it_stands(page: str) -> None:
    """At the top, in a running head or foot, or across the page it holds the release."""
    found = article(pdf(page))
    assert found.embargoed is not None
    assert found.embargoed.isoformat() == "2126-05-12T18:00:00+00:00"
    assert "mbargo" not in f"{found.headline}{found.body}".lower()


def test_a_stamp_holds_too() -> None:
    """An annotation typed onto the page is read for holds."""
    stamp = (
        "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(EMBARGOED until further notice)>>"
    )
    found = article(pdf(RELEASE, page="/Annots[4 0 R]", objects=[stamp]))
    assert (found.status, found.body) == (Status.WITHHELD, BODY)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Divers will re-", "port. All report."], "Divers will report. All report."),
        (["A well-", "kept quay. It is well-kept."], "A well-kept quay. It is well-kept."),
        (["A well-", "kept quay."], "A well-kept quay."),
        (["From 2024-", "2026 it stood."], "From 2024-2026 it stood."),
        (["It said -", "as ever - no."], "It said - as ever - no."),
        (["Plans pre-", "and after the war."], "Plans pre- and after the war."),
    ],
)
def test_words_broken_at_a_line_end(lines: list[str], text: str) -> None:
    """A hyphen goes only where the word stands elsewhere without it."""
    assert article(pdf(RELEASE + below(*lines))).body == f"{BODY}\n\n{text}"


def raised(*texts: str, rise: float = 4) -> str:
    """Set a line in which every second text is small and raised."""
    shown = "".join(
        f"/F1 {6 if at % 2 else 11} Tf {rise if at % 2 else 0} Ts ({text}) Tj "
        for at, text in enumerate(texts)
    )
    return f"q BT 72 600 Td {shown} ET Q\n"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (raised("It has 4,200", "3", " riders now."), "It has 4,200³ riders now."),
        (raised("It has 4,200", "3", " riders now.") + show(72, 106, "3", 5)
         + show(76, 103, "Counted in May.", 8),
         "It has 4,200 riders now.\n\n³Counted in May."),
        (raised("Rina Moll said.", "1", " It is shut."), "Rina Moll said. It is shut."),
        (raised("It holds 10", "6", " tonnes."), "It holds 10⁶ tonnes."),
        (raised("An area of 12 km", "2", " is shut."), "An area of 12 km² is shut."),
        (raised("Less CO", "2", " came of it.", rise=-2), "Less CO₂ came of it."),
        (raised("It was the 2", "nd", " vote."), "It was the 2nd vote."),
    ],
)  # fmt: skip
def test_raised_figures_are_never_part_of_a_number(page: str, text: str) -> None:
    """A footnote's mark goes behind a sentence or word; else a raised figure stays a raised one."""
    assert article(pdf(RELEASE + page)).body == f"{BODY}\n\n{text}"


_LAYERS = "/OCProperties<</OCGs[4 0 R 5 0 R]/D<</OFF[{}]>>>>"
_LAYER_OBJECTS = ["<</Type/OCG/Name(Public)>>", "<</Type/OCG/Name(Internal)>>"]
_STRIKE = "<</Type/Annot/Subtype/StrikeOut/Rect[72 700 300 730]>>"
_IN_LAYER = "/OC /L1 BDC " + below("We expect no more than half of it.") + "EMC\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(RELEASE + _IN_LAYER, catalog=_LAYERS.format("5 0 R"), objects=_LAYER_OBJECTS,
             resources="/Properties<</L1 5 0 R>>"), "hidden layers"),
        (pdf(RELEASE, page="/Annots[4 0 R]", objects=[_STRIKE]), "struck out"),
        (pdf(RELEASE + "72 723 200 .7 re f\n"), "struck out"),
        (pdf("10 10 400 400 re f"), "no text"),
        (pdf(""), "no text"),
        (pdf(*[RELEASE] * 61), "61 pages"),
        (pdf(RELEASE)[:500], "broken or cut short"),
        (b"%PDF-1.7 and no more", "broken or cut short"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(data: bytes, reason: str) -> None:
    """A refusal says what is wrong with the file."""
    assert reason in refusal(data)


def test_layers_that_are_on_are_read() -> None:
    """Words in a layer stand where no layer is switched off."""
    data = pdf(RELEASE + _IN_LAYER, catalog=_LAYERS.format(""), objects=_LAYER_OBJECTS,
               resources="/Properties<</L1 5 0 R>>")  # fmt: skip
    assert article(data).body == f"{BODY}\n\nWe expect no more than half of it."


def test_fonts_without_letters_are_refused() -> None:
    """Where a font does not say which letters it holds, no word can be told."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 4 0 R>>"
    cmap = (
        "<</Length 220>>stream\n"
        + (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
            "1 begincodespacerange <00><ff> endcodespacerange\n"
            "1 beginbfrange <00><ff><e000> endbfrange endcmap end end"
        ).ljust(220)
        + "\nendstream"
    )
    assert "which letters" in refusal(pdf(RELEASE, font=font, objects=[cmap]))


def test_a_turned_page_is_read_as_any_other() -> None:
    """A page that is shown turned has its text turned against it."""
    turned = "q 0 1 -1 0 842 0 cm " + RELEASE.replace("q ", "").replace(" Q", "") + "Q"
    data = pdf(turned, page="/Rotate 90/MediaBox[0 0 842 595]")
    found = article(data.replace(b"/MediaBox[0 0 595 842]", b"", 1))
    assert (found.headline, found.body) == (HEADLINE, BODY)


def test_an_initial_belongs_to_its_word() -> None:
    """A large initial beside several lines is the first letter of the first, or a word before."""
    lines = show(88, 740, "fter two posts gave way, the council of Lowhaven closed its") + show(
        88, 726, "north quay on Friday, and it stays shut."
    )
    page = TOP + show(60, 722, "A", 42) + lines
    assert article(pdf(page)).body.startswith("After two posts gave way, the council")
    word = page.replace(b"fter two".hex(), b"council".hex())
    assert article(pdf(word)).body.startswith("A council posts gave way, the council")


def test_letterheads_and_contacts_are_no_text() -> None:
    """Above a headline only a date counts; a contact below it is left out."""
    page = show_lines(72, 815, ["Lowhaven Council", "1 May 2026"]) + TOP
    page += show_lines(72, 740, ["Contact: Ida Orr", "Phone: 555 0100"]) + show_lines(
        72, 700, LINES
    )
    found = article(pdf(page + show_lines(72, 700, LINES)))
    assert (found.headline, found.body) == (HEADLINE, BODY)
    assert found.published is not None


def test_bullets_stand_beside_their_text() -> None:
    """A list is read row by row, each of its entries a paragraph."""
    rows = ("All posts are to be looked at.", "The ferry moves.", "Nobody goes out.")
    bullets = "".join(
        show(80, 600 - 14 * at, "•") + show(95, 600 - 14 * at, row) for at, row in enumerate(rows)
    )
    text = "\n\n".join(f"• {row}" for row in rows)
    assert article(pdf(RELEASE + bullets)).body == f"{BODY}\n\n{text}"
