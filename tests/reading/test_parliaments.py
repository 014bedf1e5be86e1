"""Who speaks in a parliament's record: as referred to, else as printed; chairs are no speakers."""

import pytest

from bot.model import TurnKind
from bot.reading import read

AKOMA_NTOSO = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><debate>
<meta><references>
<TLCPerson eId="anyone" showAs="stands for anybody"/>
<TLCPerson eId="vik" showAs="Vik Marsh, Anna"/>
<TLCRole eId="chair" showAs="Presidenta"/>
</references></meta>
<debateBody><debateSection>{}</debateSection></debateBody></debate></akomaNtoso>"""

TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="de"><text><body><div>{}
</div></body></text></TEI>"""

Told = tuple[TurnKind, str | None, str | None, str]


def turns_of(xml: str) -> list[Told]:
    """Return the kind, speaker, role and words of each turn."""
    (article,) = read(xml.encode()).articles
    return [
        (
            turn.kind,
            turn.speaker and turn.speaker.text,
            turn.role and turn.role.text,
            " / ".join(words.text for words in turn.words),
        )
        for turn in article.turns
    ]


SPEECH, CHAIR = TurnKind.SPEECH, TurnKind.PROCEDURE


@pytest.mark.parametrize(
    ("speech", "told"),
    [
        pytest.param(
            '<speech by="#vik"><from>La señora <person>VIK</person> (de pie).-</from>'
            "<p>El muelle es seguro.</p></speech>",
            (SPEECH, "Vik Marsh, Anna", None, "El muelle es seguro."),
            id="a note in the mark is no role",
        ),
        pytest.param(
            '<speech by="#vik"><p>La señora VIK (Presidenta).- </p>'
            "<p>Se abre la sesión.</p></speech>",
            (CHAIR, "Vik Marsh, Anna", "Presidenta", "Se abre la sesión."),
            id="a mark inside the speech is no speech",
        ),
        pytest.param(
            '<speech by="vik"><p>La señora VIK.- El muelle es seguro.</p></speech>',
            (SPEECH, "Vik Marsh, Anna", None, "El muelle es seguro."),
            id="nor at the head of its first paragraph",
        ),
        pytest.param(
            '<speech by="#vik"><from>La señora VIK.- El muelle cierra hoy.</from>'
            "<p>Abre mañana.</p></speech>",
            (SPEECH, "Vik Marsh, Anna", None, "El muelle cierra hoy. / Abre mañana."),
            id="words behind the mark are speech",
        ),
        pytest.param(
            '<speech by="#anyone"><from>El señor ORR (Secretario).-</from><p>Doy lectura.</p>'
            "</speech>",
            (SPEECH, "ORR", "Secretario", "Doy lectura."),
            id="a reference to nobody in particular yields to the printed name",
        ),
        pytest.param(
            '<speech by="#vik" as="#anyone"><from>Ms. Vik</from><p>The pier is safe.</p></speech>',
            (SPEECH, "Vik Marsh, Anna", None, "The pier is safe."),
            id="a person is no role",
        ),
        pytest.param(
            '<speech by="#vik" as="#chair"><p>Order.</p></speech>',
            (CHAIR, "Vik Marsh, Anna", "Presidenta", "Order."),
            id="whoever has the chair's role keeps order",
        ),
        pytest.param(
            '<speech by="#vik"><p>-Aplausos.</p><p>(Risas).</p><p>El muelle es seguro.</p>'
            "<p>-Grandes aplausos en las galer\u00edas.</p><p>Applause.</p></speech>",
            (SPEECH, "Vik Marsh, Anna", None, "El muelle es seguro."),
            id="what the hall did is no speech",
        ),
        pytest.param(
            '<speech by="#vik"><p>-Para eliminar la palabra muelle.</p>'
            "<p>No applause, please.</p></speech>",
            (
                SPEECH,
                "Vik Marsh, Anna",
                None,
                "Para eliminar la palabra muelle. / No applause, please.",
            ),
            id="a dash before what is read out",
        ),
        pytest.param(
            "<speech><from>Minister of Ports (Ms. Orr):</from><p>The pier is safe.</p></speech>",
            (SPEECH, "Ms. Orr", "Minister of Ports", "The pier is safe."),
            id="an office before a name in brackets",
        ),
    ],
)
def test_who_speaks_in_akoma_ntoso(speech: str, told: Told) -> None:
    """The reference names the speaker where it fits the printed mark; the mark is no speech."""
    assert turns_of(AKOMA_NTOSO.format(speech)) == [told]


def test_who_speaks_in_tei() -> None:
    """A note announces the speaker, the party in brackets; an id with figures is no name."""
    told = turns_of(
        TEI.format(
            '<note type="speaker">Abgeordneter Mag. Jonas Moss (Hafenpartei)</note>'
            '<u who="#P_1" ana="#regular"><seg>Der Pier <vocal><desc>Rufe.</desc></vocal>'
            "ist sicher.</seg></u>"
            '<u who="#P_2"><seg>Er ist es nicht.</seg></u>'
            '<u who="#P_1"><seg>Doch.</seg></u>'
            '<u who="#AnnaVik" ana="#chair"><seg>Ruhe.</seg></u>'
            '<note type="speaker">The Deputy Speaker (Pia Dal):</note>'
            '<u who="#P_3" ana="#chair"><seg>Order.</seg></u>'
        )
    )
    moss = "Abgeordneter Mag. Jonas Moss", "Hafenpartei"
    assert told == [
        (SPEECH, *moss, "Der Pier ist sicher."),
        (SPEECH, None, None, "Er ist es nicht."),
        (SPEECH, *moss, "Doch."),
        (CHAIR, "Anna Vik", None, "Ruhe."),
        (CHAIR, "Pia Dal", "The Deputy Speaker", "Order."),
    ]


NOTE, U = '<note type="speaker">{}</note>', '<u who="#{}"{}><seg>{}</seg></u>'


def speech(who: str, words: str = "Words.", note: str = "", ana: str = "") -> str:
    """Return a speech in TEI with the note that announces it."""
    chair = ' ana="#chair"' if ana else ""
    return (NOTE.format(note) if note else "") + U.format(who, chair, words)


@pytest.mark.parametrize(
    ("speeches", "named"),
    [
        pytest.param(
            [speech("BergIda", note="01.02 Ida Berg (PX):"), speech("NovakEva")],
            [("Ida Berg", "PX"), ("Eva Novak", None)],
            id="a number before the name; the next one's id is made alike",
        ),
        pytest.param(
            [
                speech("BergIda", note="Ida Berg:"),
                speech("HaleTom", note="De voorzitter:", ana="chair"),
            ],
            [("Ida Berg", None), ("Tom Hale", "De voorzitter")],
            id="a chair announced by office",
        ),
        pytest.param(
            [
                speech("Simonovi\u010dBranko", note="PREDSEDNIK BRANKO SIMONOVI\u010c:"),
                speech("SiterPrimo\u017e"),
                speech("Be\u0107ir\u010deDenis", note="Be\u0107ir\u010de, Denis"),
            ],
            [
                ("BRANKO SIMONOVI\u010c", "PREDSEDNIK"),
                ("Primo\u017e Siter", None),
                ("Denis Be\u0107ir\u010de", None),
            ],
            id="letters beyond Latin-1",
        ),
        pytest.param(
            [speech("BergIda", note="PODPREDSEDNICA IDA BERG:"), speech("BergIda")],
            [("IDA BERG", "PODPREDSEDNICA")],
            id="an office in capitals before the name",
        ),
        pytest.param(
            [
                speech(
                    "OlgaRicht\u00e9.1985",
                    note="M\u00edstop\u0159edsedkyn\u011b PSP Olga Richt\u00e9",
                )
            ],
            [("Olga Richt\u00e9", "M\u00edstop\u0159edsedkyn\u011b PSP")],
            id="an office in small letters, and a year in the id",
        ),
        pytest.param(
            [speech("OlgaRichte.1985", note="Poslankyn\u011b Olga Richt\u00e9"), speech("TomHale")],
            [("Olga Richt\u00e9", "Poslankyn\u011b"), ("TomHale", None)],
            id="ids without accents spell no names",
        ),
        pytest.param(
            [speech("\u0160piriNika", note="\u0160piri, Nika"), speech("\u0160piriNika")],
            [("Nika \u0160piri", None)],
            id="the last name first, behind it a comma",
        ),
        pytest.param(
            [speech("t_hale_19660110", note="Tom Hale"), speech("t_hale_19660110")],
            [("Tom Hale", None)],
            id="an id of a birthday",
        ),
        pytest.param(
            [speech("NovakEva"), speech("BergIda")],
            [("Eva Novak", None), ("Ida Berg", None)],
            id="first names tell the order",
        ),
        pytest.param(
            [speech("LindsayHoyle"), speech("JohnMcDonnell"), speech("IdaOrrVelm")],
            [("Lindsay Hoyle", None), ("John McDonnell", None), ("Ida Orr Velm", None)],
            id="the first name first",
        ),
        pytest.param(
            [speech("OrmVelk"), speech("TassUlm", words="I thank Velk Orm for it.")],
            [("Velk Orm", None), ("Ulm Tass", None)],
            id="somebody calls one by name",
        ),
        pytest.param(
            [speech("OrmVelk"), speech("TassUlm")],
            [("OrmVelk", None), ("TassUlm", None)],
            id="where nothing tells, as printed",
        ),
        pytest.param(
            [speech("NovakEva"), speech("EvaNovak")],
            [("NovakEva", None), ("EvaNovak", None)],
            id="and where ids contradict each other",
        ),
        pytest.param(
            [speech("P_1"), speech("P_2")], [(None, None)] * 2, id="figures are nobody's name"
        ),
    ],
)
def test_speakers_of_tei_have_readable_names(
    speeches: list[str], named: list[tuple[str | None, str | None]]
) -> None:
    """Notes, ids made alike, and first names tell a name; where it is not certain none is made."""
    tail = speech("x", note="Pia Dal:")
    assert [each[1:3] for each in turns_of(TEI.format("".join([*speeches, tail])))][:-1] == named


def test_a_list_of_persons_names_them() -> None:
    """Its first and last names are put in order, whatever notes and ids say."""
    persons = (
        '<teiHeader><listPerson><person xml:id="BergIda"><persName><surname>Berg</surname>'
        "<forename>Ida</forename></persName></person>"
        '<person xml:id="p2"><persName>Hale, Tom</persName></person></listPerson></teiHeader>'
    )
    tei = TEI.replace("<text>", persons + "<text>")
    speeches = speech("corpus.xml#BergIda", note="The Minister:"), speech("p2"), speech("OrrPia")
    assert [each[1] for each in turns_of(tei.format("".join(speeches)))] == [
        "Ida Berg",
        "Hale, Tom",
        "Pia Orr",
    ]


def test_the_first_heading_of_several_heads_a_division() -> None:
    """Others tell the session and who led it."""
    (article,) = read(
        TEI.format(
            "<head>Fog horns</head><head>Led by Ida Berg.</head>" + speech("a", note="Ida Berg")
        ).encode()
    ).articles
    assert article.headline == "Fog horns"
