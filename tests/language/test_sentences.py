"""Sentences end where a reader would end them; every span slices its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.sentences import sentences_by_paragraph, split_sentences
from tests.timing import processor_seconds, takes_no_longer

# One case a line, "|" between the sentences; our own words.
CASES = """
The E.U. Parliament met on Monday.|Sen. Dana Holt, I-Vt., spoke first.
She moved to the U.K.|The office is in Leeds.
She moved to the U.K.|Her brother stayed.
Mrs. Vane and Mr. Orr left at 7 a.m. on Sunday.|Dr. Pell followed.
The mill burned at 4 p.m.|Nobody was hurt.
The mill burned at 4 p.m. Thursday.|Nobody was hurt.
The talks begin at 9 a.m. GMT.|They will be short.
He holds ticket No. 44 for the draw.|It is worth nothing.
The answer was no.|Nobody asked again.
"The bridge will open," Gov. Ana Reyes said.|"We have waited long."|She then cut the ribbon.
"It was nobody's fault."|Inspectors disagreed.
"We are going home."|"You are not," the judge replied.
"Will the ferry sail?" she asked.|"No!" he shouted.
"Will the ferry sail?" Captain Ruud asked.|Nobody answered.
Who pays?|Nobody knows.
"Who sails?" Olen Tarr quipped.|Nobody answered.
The crowd sang "Row! Row! Row!" on the pier.|The boats left.
He works at Yahoo! Weather in Oslo.|She left Yahoo!|The pay was low.
The mast is old.[1]|It leans.[12]|Nobody knows why.
It fell by 15 mm.|Farmers sowed.
Он сказал это им.|Они ушли.
It cost approx. 40 million crowns.|That is dear.
The right hon. Gentleman asked my hon. Friend.|All hon. Members heard him.
MR. TARR spoke of GEN. LEE at the pier.|MRS. MOSS left.
The ferry leaves kl. 18 on Monday.|It is late.
Færgen sejler kl. 18 fra kaj 4.|Den er sen.
Båten går kl. 18 från Sund.|Den är sen.
Laiva lähtee klo. 18 satamasta.|Se on myöhässä.
Wczoraj prof. Anna Lis mówiła o ul. Portowej w Sundzie.|Nikt nie pytał.
Na konferenci mluvil doc. Jan Moř i prof. Eva Lípa.|Nikdo se neptal.
Včera prehovoril doc. Ján Mor na ul. Prístavnej.|Nikto sa nepýtal.
В порту говорила проф. Анна Лис с ул. Морской.|Никто не спросил.
У м. Сунд виступила проф. Анна Лис.|Ніхто не питав.
В порта говори проф. Анна Лис от ул. Морска.|Никой не попита.
Ο κ. Λίνος και η δρ. Μαρή μίλησαν.|Κανείς δεν ρώτησε.
Ieri il dott. Piero Lini e avv. Anna Mari hanno parlato.|Nessuno ha chiesto.
Gisteren sprak dhr. Olm met mevr. Tarr.|Niemand vroeg iets.
Ayer habló el Gral. Pedro Lino con la Lic. Ana Mar.|Nadie preguntó.
Custa aprox. 40 milhões.|É caro.
Tegnap dr. Kis Anna és ifj. Nagy Pál beszélt.|Senki sem kérdezett.
Ieri dl. Ion Mare a vorbit.|Nimeni nu a întrebat.
Dün Doç. Ali Deniz konuştu.|Kimse sormadı.
What a night!|The harbour was full.
Yum! runs the canteen.|Workers like it.
Brig. Gen. Tom Hale, of the U.S. Army, said so.|No one else did.
Northgate Inc. shares fell 3.1 percent to $20.15.|Southgate Corp. rose.
The firm left Northgate Inc.|The board met twice.
Gov. J. P. Lindqvist met Mary K. Moss in Oslo.|They ate fish.
He lives in Salem, Ore., and works in Boise.|His sister farms.
The ship left Jan. 9 for Cork.|It carried salt.
The ship left in Jan.|The crew stayed.
He was born on Dec. 24, 1961, in Ft. Wayne.|His mother taught.
The vote was 61-40.|Judges Hale and Orr dissented.
In Brown v. Board the court was of one mind.|The ruling stood.
She wrote with Kim et al. about frogs.|Others doubted it.
It cost $4.5 million.|The town paid.
It grew by 2.5 percent.|That is slow.
Water boils at 100 C. at sea level.|It boils sooner here.
He paused ... then spoke.|The room was still.
He paused…|Then he spoke.
The Rt. Hon. Lady Fenn and the Rev. Paul Moor sat down.|So did Msgr. Dell.
Ms. Ito Jr. Hall is a street.|It is long.
Mayor Ed Pratt Sr. said he would run.|His son will not.
The dog, named E.T. by the children, barked.|It was late.
Vitamins, e.g. B and C, help.|Doctors agree.
Lightning struck, i.e. the mast broke.|The ship turned back.
The paper cited pp. 12 to 14.|It cited no more.
Art. 5 binds the allies.|They know it.
The F.B.I. opened a file.|The C.I.A. did not.
Her brother is with the F.B.I.|She left the C.I.A. in May.
(The mayor was ill.)|The council met without him.
The council met (the mayor was ill.)|It voted no.
The council met.|(Tidings)|It voted no.
TALLINN, Nov 22 (Tidings) — The ferry sank on Nov. 21.|All were saved.
HARBOR CITY, Ore. (Tidings) - Rain fell.|Rivers rose.
(TNS) -- The storm broke at 6:15 p.m. ET.|Roofs flew.
The price rose to 5 euros.|iPhone sales fell.
The U.S. Navy ship sank.|Nobody knew.
It sank off the U.S. coast.|Nobody knew.
The minister said: "We will build."|Then he left.
‘It is late,’ he said.|‘Very late.’
“It is late,” he said.|“Very late.”
Die Wahl ist am 3. Oktober in Bonn.|Danach wird gezählt.
Dr. Weber kommt z. B. aus Ulm.|Sie ist Ärztin.
Rund 5 Mio. Euro fehlen.|Das sagte der Minister.
M. Perrin a démissionné.|Mme Roux le remplace.
« Nous partons. »|Il est sorti.
Il viendra le 5 janv. 2027 à Lyon.|Elle non.
MS. ROE AND GEN. PIKE LEFT THE PIER.|NOBODY WAVED.
El Sr. Ruiz llegó a EE. UU. ayer.|Nadie lo esperaba.
¿Quién paga?|¡Nadie lo sabe!
Das Haus in der Marktstr. 5 brannte.|Niemand wurde verletzt.
Am 24. Dezember bzw. am 2. Januar bleibt das Amt zu.|Das sagte Bürgermeister Dr. med. Kurt Olm.
Il a perdu env. 40 millions d'euros.|C'est cher.
L'ing. Mari e il prof. Lini hanno parlato.|Nessuno ha chiesto.
La sig.ra Mari abita in p.zza Duomo n. 5.|È tardi.
L'on. Lini ha detto no.|Poi è uscito.
Se maksaa n. 40 milj. euroa.|Se on kallista.
Hän on ks. toht. Bo Olm.|Hän lähti.
Kosztuje ok. 40 mln zł.|To drogo.
W 1994 r. Anna Lis wyjechała.|Nie wróciła.
A találkozó okt. 3. napján lesz.|Rövid lesz.
Kb. 40 millió forintba kerül.|Ez drága.
Prof. dr. Ana Mar și ing. Ion Lin au vorbit.|Nimeni nu a întrebat.
Locuiește pe str. Portului nr. 5.|E târziu.
Dna. Mar a plecat.|Nu a spus nimic.
Он живёт на пл. Мира, д. 5.|Уже поздно.
У 1994 р. Анна Лис поїхала.|Вона не повернулася.
Κοστίζει περ. 40 εκατ. ευρώ.|Είναι ακριβό.
Ποιος πληρώνει;|Κανείς δεν ξέρει.
Μένει στην οδ. Λιμένος αρ. 5.|Είναι αργά.
Dr. sc. Ana Lis i prof. Ivan Mor govorili su.|Nitko nije pitao.
Živi u ul. Lučkoj br. 5.|Kasno je.
Stane pribl. 40 mio. evrov.|Drago je.
Prof. dr. Ana Lis in mag. Ivan Mor sta govorila.|Nihče ni vprašal.
G. Mor in ga. Lis sta odšla.|Pozno je.
Tas maksā apm. 40 milj. eiro.|Tas ir dārgi.
1994 m. Ana Lis išvyko.|Ji negrįžo.
Prof. Ana Lis gyvena Uosto g. 5.|Vėlu.
Viu a l'av. Major núm. 5.|És tard.
قال د. علي إن الجسر آمن.|لم يسأل أحد.
डॉ. लिस ने बात की।|किसी ने नहीं पूछा।
GS. Lê Văn An đã nói.|Không ai hỏi.
TP. Sund mất 4,5 triệu.|Rất đắt.
大臣は辞任した。|後任は未定だ。
部长辞职了。|继任者未定！
استقال الوزير.|من يخلفه؟
השר התפטר.|מי יחליף אותו?
मंत्री ने इस्तीफ़ा दिया।|कोई नहीं जानता।
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_where_a_reader_ends_them(case: str):
    """Abbreviations, initials, numbers, times, quotes and credits do not end a sentence."""
    joiner = "" if case[0] in "大部" else " "
    assert [span.text for span in split_sentences(case.replace("|", joiner))] == case.split("|")


def paragraphs(text: str) -> list[str]:
    """Return the words of each paragraph, from its first sentence to its last."""
    return [text[run[0].start : run[-1].end] for run in sentences_by_paragraph(text)]


def test_a_blank_line_ends_a_sentence():
    """A heading without a full stop is not part of the next sentence."""
    text = "What comes next\n\nThe ferry sails.\n \nBy Ann Lee\n\n\nRain fell"
    assert [span.text for span in split_sentences(text)] == [
        "What comes next",
        "The ferry sails.",
        "By Ann Lee",
        "Rain fell",
    ]


def test_list_items_stand_alone():
    """A mark at the start of a line begins an item, and its number ends no sentence."""
    text = "The plan:\n- build a quay\n- dredge the bay\n1. Ask the town\n2. Ask again"
    assert paragraphs(text) == text.split("\n")
    assert [span.text for span in split_sentences("1. Ask the town. It may agree.")] == [
        "1. Ask the town.",
        "It may agree.",
    ]


def test_wrapped_lines_are_one_paragraph():
    """In wrapped text a line end is only a space."""
    text = (
        "The harbour master told the council that the old\n"
        "quay must close before winter, and that nobody had\n"
        "asked him for years. The council thanked him.\n"
    )
    assert len(paragraphs(text)) == 1
    assert [span.text.split()[0] for span in split_sentences(text)] == ["The", "The"]


def test_long_lines_are_paragraphs():
    """In text without wrapped lines each line is a paragraph."""
    line = (
        "The harbour master told the council that the old quay must close before winter comes "
        "again, and nobody asked " * 2
    )
    assert len(paragraphs(f"{line.strip()}\n{line.strip()}")) == 2


TEXTS = st.text(
    alphabet=st.sampled_from(list("abAB .!?…\"“”'()\n\t1。؟€—-A.")), max_size=200
) | st.text(max_size=200)


@given(TEXTS)
def test_spans_slice_in_order_and_leave_no_word_out(text: str):
    """Spans are in order and unpadded, with only white space between them."""
    end = 0
    for span in split_sentences(text):
        assert span.holds_in(text)
        assert span.text == span.text.strip()
        assert not text[end : span.start].strip()
        assert "\n\n" not in span.text
        end = span.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "piece",
    [
        ".",
        '."',
        ". ",
        "? A",
        "\n ",
        "U.S. The ",
        "(A) ",
        ". (Abc",
        '"?" Ab Cd Ef ',
        "a",
        "Mr. ",
        "1. ",
    ],
)
def test_time_grows_with_length_alone(piece: str):
    """8,000 characters of one piece take no more than a few times eight of 1,000."""
    small, large = piece * (1_000 // len(piece)), piece * (8_000 // len(piece))

    def bound() -> float:
        return 8 * 4 * max(processor_seconds(lambda: split_sentences(small)), 0.001)

    assert takes_no_longer(lambda: split_sentences(large), bound)


def test_a_missing_space_after_a_full_stop_joins_no_sentences():
    """A quote mark or a word that opens sentences may follow at once; an address stays whole."""
    text = "She came at nine.“We are late,” said Ida Roe.The crew wrote to port.Velm@example.org."
    assert [span.text for span in split_sentences(text)] == [
        "She came at nine.",
        "“We are late,” said Ida Roe.",
        "The crew wrote to port.Velm@example.org.",
    ]
