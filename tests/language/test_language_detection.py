"""A text's language is detected; its source's language decides doubtful cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.language import language_detection
from bot.language.language_detection import Transitions, detect_language

TEXTS = {
    "en": "The harbour will stay open, the minister said, and the ferries will sail as before.",
    "de": "Der Hafen bleibt offen, sagte die Ministerin, und die Fähren werden wie bisher fahren.",
    "fr": "Le port restera ouvert, a dit la ministre, et les bacs partiront comme avant.",
    "es": "El puerto seguirá abierto, dijo la ministra, y los barcos saldrán como antes.",
    "it": "Il porto resterà aperto, ha detto la ministra, e i traghetti partiranno come prima.",
    "pt": "O porto vai continuar aberto, disse a ministra, e os barcos não vão parar.",
    "nl": "De haven blijft open, zei de minister, en het veer zal ook morgen varen.",
    "sv": "Hamnen ska vara öppen, sade ministern, och färjorna kommer att gå som förut.",
    "fi": "Satama on auki, sanoi ministeri, ja lautat kulkevat kuten ennen, mutta se ei riitä.",
    "et": "Sadam jääb avatuks, ütles minister, ja praamid sõidavad nagu enne, kuid see ei ole "
    "kõik.",
    "pl": "Port pozostanie otwarty, powiedziała minister, ale promy nie będą już kursować.",
    "uk": "Порт залишиться відкритим, сказала міністерка, і пороми ходитимуть.",
    "ru": "Порт останется открытым, сказала министр, и паромы будут ходить, хотя это дорого.",
    "el": "Το λιμάνι θα μείνει ανοιχτό, είπε η υπουργός.",
    "he": "הנמל יישאר פתוח, אמרה השרה.",
    "ar": "سيبقى الميناء مفتوحا، قالت الوزيرة.",
    "ja": "港は開いたままだと大臣は述べた。",
    "zh": "部长说，港口将继续开放。",
    "ko": "항구는 계속 열려 있을 것이라고 장관은 말했다.",
    "ro": "Ministrul a declarat că legea va fi votată mâine.",
    "hu": "A miniszter azt mondta, hogy holnap szavaznak a törvényről.",
    "tr": "Bakan, yasanın yarın oylanacağını söyledi.",
    "da": "Ministeren sagde, at loven skal til afstemning i morgen.",
    "cs": "Ministr řekl, že o zákoně se bude hlasovat zítra.",
    "lv": "Ministrs sacīja, ka par likumu balsos rīt.",
    "lt": "Ministras sakė, kad dėl įstatymo bus balsuojama rytoj.",
    "bg": "Министърът каза, че законът ще бъде гласуван утре.",
    "fa": "وزیر گفت که قانون فردا به رأی گذاشته می‌شود.",
}
HEADLINES = {
    "en": "Police arrest two in ferry case",
    "de": "Polizei nimmt zwei Männer fest",
    "fr": "Le gouvernement a présenté un nouveau budget",
    "es": "La policía detiene a dos hombres en el puerto",
    "it": "La polizia arresta due uomini al porto",
    "pt": "O governo apresentou um novo orçamento",
    "sv": "Polisen grep två män i hamnen",
    "nl": "Politie houdt twee mannen aan in de haven",
    "et": "Politsei pidas sadamas kinni kaks meest",
    "sk": "Polícia zadržala v prístave dvoch mužov",
    "uk": "Поліція затримала двох чоловіків у порту",
}


@pytest.mark.parametrize("language", TEXTS)
def test_one_sentence_is_enough(language: str):
    """One sentence is enough without a hint."""
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize("language", HEADLINES)
def test_a_headline_is_enough(language: str):
    """A headline, which has hardly any function words, is enough."""
    assert detect_language(HEADLINES[language]) == language


def test_two_sentences_of_french():
    """Function words shared with similar languages do not outvote the text."""
    text = (
        "Le ministre a déclaré que la loi serait votée demain. Les députés ont refusé de la lire."
    )
    assert detect_language(text) == "fr"


def test_where_two_are_near_the_source_decides():
    """Croatian and Bosnian can be too similar, and then the source's language is taken."""
    text = "Policija je u luci uhitila dvojicu muškaraca"
    assert {detect_language(text, hint) for hint in ("hr", "bs")} == {"hr", "bs"}


def test_a_clear_text_overrules_its_source():
    """A feed that wrongly declares English does not make German English."""
    assert detect_language(TEXTS["de"], "en-US") == "de"


@pytest.mark.parametrize(
    ("hint", "answer"),
    [("de-AT", "de"), ("pt_BR", "pt"), ("nb-NO", "no"), (None, "en"), ("", "en"), ("?", "en")],
)
def test_an_ambiguous_text_takes_the_hint(hint: str | None, answer: str):
    """A name alone takes its source's language, else English."""
    assert detect_language("Ilves Tarr", hint) == answer


@given(st.text(max_size=300), st.none() | st.text(max_size=8))
def test_any_text_has_an_answer(text: str, hint: str | None):
    """The result is two lowercase letters for any text."""
    answer = detect_language(text, hint)
    assert len(answer) == 2
    assert answer == answer.lower()


def test_the_small_table_of_transitions_is_the_models() -> None:
    """Entries are those of the model's own table; of each piece of sixteen one is looked at."""
    table = LanguageIdentifier.from_model_file(MODEL_FILE).tk_nextmove
    transitions = Transitions(table)
    assert [transitions[index] for index in range(0, len(table), 13)] == list(table[::13])


def test_plain_english_needs_no_model(monkeypatch: pytest.MonkeyPatch):
    """The small words of English news tell its language, whatever its source declares."""
    monkeypatch.setattr(language_detection, "_load_identifier", None)
    assert detect_language(TEXTS["en"], "de") == "en"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "nl",
            "Was de man in die haven of had hij van de minister over een brug in het water zien?",
        ),
        ("de", "Der Film The Sound of the Harbor war in allen Kinos, die im Winter offen waren."),
        ("da", "Den store bog The Ferry er over det hele, men i by og land for man den for lidt."),
    ],
)
def test_small_words_shared_with_english_do_not_make_a_text_english(language: str, text: str):
    """Words such as "in", "was" and "of", and an English title, leave the model to decide."""
    assert detect_language(text) == language
