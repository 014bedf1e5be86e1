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
        (SPEECH, *moss, "Der Pier ist sicher. / Doch."),
        (CHAIR, "Anna Vik", None, "Ruhe."),
        (CHAIR, "Pia Dal", "The Deputy Speaker", "Order."),
    ]
