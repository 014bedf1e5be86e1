"""Which sentences tell no news (by-lines, captions, promos, credits), and where does a dateline end?"""

from __future__ import annotations

import re

from bot.language.sentences import BULLET
from bot.model import Span

# "TALLINN, Nov 22 (Reuters) — ", "(CNN) -- ", "WASHINGTON (AP) - ", "PARIS — ", "BERLIN, 3. März (dpa) - "
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,40}(?:,\s?[A-Z][\w.]{1,14}){0,2}"
_DAY = r"(?:,\s?(?:\d{1,2}\.?\s)?[A-Z][a-zà-ÿ]{2,9}\.?(?:\s\d{1,2})?(?:,?\s\d{4})?)"
_AGENCY = r"\([^()\n]{2,40}\)"
_DASH = r"\s?(?:--|[–—-])\s"
_DATELINE = re.compile(
    rf"(?:{_PLACE}{_DAY}?(?:\s?[/,]?\s?{_AGENCY}|/[A-Z][\w ]{{1,20}}/)?|[A-Z][\w .’'-]{{2,40}}(?:,\s[A-Z][\w .]{{2,20}})?{_DAY}?\s{_AGENCY}|{_AGENCY}){_DASH}"
)
_PROMO = re.compile(
    r"""(?ix)
    ^\W*(?:
      read\ (?:more|also|next|related|the\ full|our|full|this)\b | see\ also\b | related(?:\ (?:stories|articles|coverage|links?))?\s*: |
      more\ (?:on|from|about)\b.{0,60}$ | click\ (?:here|to)\b | watch\s*: | watch\ (?:the\ video|now|live|more|this)\b | listen\s*: | photos?\s*: | video\s*: | gallery\s*: |
      sign\ up\b | subscribe\b | follow\ (?:us|@|\w+\ on\ (?:twitter|facebook|x\b)) | join\ (?:us|the\ conversation)\b | like\ us\ on\b | share\ (?:this|your)\b |
      (?:copyright|©|\(c\))\W | all\ rights\ reserved | this\ (?:article|story|report)\ (?:was|has\ been|first|originally|is\ part)\b |
      the\ opinions\ expressed\b | the\ views\ expressed\b | (?:editor|publisher)['’]?s?\ note\b | advertisement\b | image\ (?:source|credit|caption)\b | (?:photo|picture|image|file\ photo)\ (?:by|credit|courtesy)\b |
      (?:reporting|writing|editing|additional\ reporting|compiled|written)\ (?:and\ (?:writing|editing)\ )?by\b | (?:story|text)\ by\b | contact\ (?:us|the)\b.{0,80}$ | for\ more\ (?:information|on|stories|news)\b | .{0,80}\bcontributed\ to\ this\ (?:report|story|article)\b |
      lesen\ sie\ (?:auch|mehr)\b | mehr\ zum\ thema\b | lire\ (?:aussi|la\ suite)\b | à\ lire\b | lea\ (?:también|más)\b | leer\ más\b | ver\ también\b | foto\s*: | abonnez-vous\b | suscríbase\b
    )"""
)
_BYLINE = re.compile(r"^(?:By|Von|Par|Por)\s+(?:[A-ZÀ-Þ][\w.’'-]*[\s,]*(?:and|und|et|y|&)?\s*){1,8}(?:\|.*)?$")
_BARE = re.compile(r"^[\W\d_]*$")
_CREDIT = re.compile(r"^\([^()\n]{1,60}\)\.?$")
_ENDED = re.compile(r"[.!?…。！？؟।۔:;,]['\"”’»)\]]*$")


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence tells no news: by-line, caption, promo, credit, heading, bare mark or number."""
    return bool(
        _BARE.match(sentence)
        or _CREDIT.match(sentence)
        or _BYLINE.match(sentence)
        or _PROMO.match(sentence)
        or is_heading(sentence)
    )


def is_heading(sentence: str) -> bool:
    """Whether it is a short line that nobody closed with a mark."""
    return len(sentence) < 80 and not _ENDED.search(sentence)


def without_dateline(text: str, sentence: Span) -> Span:
    """Give the sentence less its dateline or list mark, still a slice of `text`."""
    mark = _DATELINE.match(text, sentence.start, sentence.end) or BULLET.match(text, sentence.start, sentence.end)
    if mark is None or mark.end() >= sentence.end:
        return sentence
    rest = text[mark.end() : sentence.end]
    return Span.of(text, sentence.end - len(rest.lstrip()), sentence.end)
