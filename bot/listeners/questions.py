"""Questions and wishes as people put them, and the command line that answers each."""

import re

_NEWS = r"what(?:'s| is) (?:new|the news|happening|going on)|any(?:thing)? (?:new|news)"
_HAPPENED = r"what(?: has|'s)? happened"
_HERE = r"(?: (?:here|in (?:this|the) channel))?"
_DAYS = r"(?: (?:today|yesterday|lately|recently|now|(?:this|last) (?:week|morning|month)))?"
_WHATEVER = rf"{_NEWS}|{_HAPPENED}|what(?:'s| is) up|what did (?:i|we) miss"
_DID = r"did|does|do|has|have"
_SHOW = r"(?:show|give|tell|send)(?: me)?"
_LATEST = rf"(?:{_SHOW} )?(?:the )?(?:latest )?news(?: please)?"
_WHEN = r"(?P<when>(?:every|each|daily|weekdays|hourly|at \d|mondays?\b).*?)"
_NAME = r"(?P<name>.+?)"
_WORDS = r"(?:the )?(?P<words>.+?)"
_ABOUT = rf"(?:about|on|of) {_WORDS}"
_TOPIC = r"(?:about|on) (?:the )?(?P<topic>.+?)"
_SAID = rf"what (?:{_DID}|is|was) {_NAME} (?:say|said|saying|says)"
_PEOPLE = r"(?:people|they|others|everyone|everybody|anyone)"
_PEOPLE_SAID = rf"what (?:(?:{_DID}|are) {_PEOPLE} (?:say|said|saying)|is being said|was said)"
_MOST = r"who(?: was|'s| is| has been) (?:quoted|talking) (?:the )?most"
_LENGTH = r"(?: (?:this|(?:in|over) the last))?(?P<length> (?:week|month))?"

# In a line stand the pattern's named groups, "" is a preview. The first pattern that matches the
# whole text counts.
_QUESTIONS = tuple(
    (re.compile(rf"(?:{pattern})[\s?!.]*", re.IGNORECASE), line)
    for pattern, line in (
        (rf"(?:{_WHATEVER}){_HERE}{_DAYS}{_HERE}|{_LATEST}{_DAYS}", ""),
        (rf"catch (?:me|us) up{_DAYS}|(?:a )?summary|latest|summari[sz]e", ""),
        (rf"{_MOST}{_LENGTH}(?P<about> (?:about|on) .+?)?", "chart{length}{about}"),
        (rf"{_HAPPENED}(?P<days>{_DAYS}) (?:in|at|with|to|on) {_WORDS}", "search {words}{days}"),
        (rf"(?:{_NEWS}|{_LATEST}) (?:about|on|from|with|in|at) {_WORDS}", "search {words}"),
        (rf"(?:{_SHOW}|anything|something)(?: the news)? about {_WORDS}", "search {words}"),
        (rf"{_PEOPLE_SAID} {_ABOUT}", "search {words}"),
        (
            rf"(?:{_DID}) {_NAME} (?:say|said) (?:any|some)thing {_TOPIC}",
            "who {name} about {topic}",
        ),
        (rf"{_SAID} {_TOPIC}", "who {name} about {topic}"),
        (rf"{_SAID}(?: (?:lately|recently))?(?P<days>(?: [\w]+){{0,5}})", "who {name}{days}"),
        (rf"who (?:said|says|spoke|talked)(?: \w*(?:what|thing))? {_ABOUT}", "search {words}"),
        (rf"who (?:said|says)(?: that)? {_WORDS}", "search {words}"),
        (rf"(?:post|send)(?: me)?(?: the| a)?(?: digest| news)? {_WHEN}", "subscribe {when}"),
        (rf"follow (?:the )?{_NAME} {_WHEN}", "subscribe {when} about {name}"),
        (r"(?:hi|hello|hey|thanks|thank you)\b.*|there|dateline|what can you do", "help"),
        (r"how does (?:this|it) work|what(?:'s| is) (?:this|dateline)|who are you", "help"),
    )
)


def question_to_command(text: str) -> str:
    """Return the command line that answers a question, "" for a preview; other text as it is."""
    for pattern, line in _QUESTIONS:
        if match := pattern.fullmatch(text):
            return line.format(**match.groupdict(default=""))
    return text
