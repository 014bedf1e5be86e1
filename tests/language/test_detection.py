"""The language of a text is found by itself; its source's word decides only where the text is silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.detection import detect_language

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
    "et": "Sadam jääb avatuks, ütles minister, ja praamid sõidavad nagu enne, kuid see ei ole kõik.",
    "pl": "Port pozostanie otwarty, powiedziała minister, ale promy nie będą już kursować.",
    "uk": "Порт залишиться відкритим, сказала міністерка, і пороми ходитимуть.",
    "ru": "Порт останется открытым, сказала министр, и паромы будут ходить, хотя это дорого.",
    "el": "Το λιμάνι θα μείνει ανοιχτό, είπε η υπουργός.",
    "he": "הנמל יישאר פתוח, אמרה השרה.",
    "ar": "سيبقى الميناء مفتوحا، قالت الوزيرة.",
    "ja": "港は開いたままだと大臣は述べた。",
    "zh": "部长说，港口将继续开放。",
    "ko": "항구는 계속 열려 있을 것이라고 장관은 말했다.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_one_sentence_is_enough(language: str):
    """One sentence tells its language without a hint."""
    assert detect_language(TEXTS[language]) == language


def test_a_clear_text_overrules_its_source():
    """A feed that declares English out of habit does not make German English."""
    assert detect_language(TEXTS["de"], "en-US") == "de"


@pytest.mark.parametrize(("hint", "answer"), [("de-AT", "de"), ("pt_BR", "pt"), (None, "en"), ("", "en"), ("?", "en")])
def test_a_silent_text_takes_the_hint(hint: str | None, answer: str):
    """A name alone could be anything: the source decides, else English."""
    assert detect_language("Ilves Tarr", hint) == answer


@given(st.text(max_size=300), st.none() | st.text(max_size=8))
def test_any_text_has_an_answer(text: str, hint: str | None):
    """Two small letters come back whatever goes in."""
    answer = detect_language(text, hint)
    assert len(answer) == 2
    assert answer == answer.lower()
