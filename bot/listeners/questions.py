"""Questions and wishes as people put them, and the command line that answers each."""

import re

_NEWS = r"what(?:'s| is) (?:new|the news|happening|going on)|any(?:thing)? (?:new|news)"
_HAPPENED = r"what(?: has|'s)? happened"
_HERE = r"(?: (?:here|in (?:this|the) channel))?"
_DAYS = r"(?: (?:today|yesterday|lately|recently|now|(?:this|last) (?:week|morning|month)))?"
_WHATEVER = rf"{_NEWS}|{_HAPPENED}|what(?:'s| is) up|what did (?:i|we) miss|who said what"
_DID = r"did|does|do|has|have"
_SHOW = r"(?:show|give|tell|send)(?: me)?"
_LATEST = rf"(?:{_SHOW} )?(?:the )?(?:latest(?: news)?|news|headlines)(?: please)?"
_WHEN = r"(?P<when>(?:every|each|daily|weekdays|hourly|at \d|mondays?\b).*?)"
_NAME = r"(?P<name>.+?)"
_WORDS = r"(?:the )?(?P<words>.+?)"
_ABOUT = rf"(?:about|on|of) {_WORDS}"
_TOPIC = r"(?:about|on) (?:the )?(?P<topic>.+?)"
_SAID = rf"what (?:{_DID}|is|was) {_NAME} (?:say|said|saying|says)"
_PEOPLE = r"(?:people|they|others|everyone|everybody|anyone|anybody|someone)"
_PEOPLE_SAID = (
    rf"(?:what (?:(?:{_DID}|are) {_PEOPLE} (?:say|said|saying)|is being said|was said)"
    rf"|(?:{_DID}) {_PEOPLE} (?:say|said) (?:any|some)thing)"
)
_PERIOD = r"(?P<days>(?: [\w]+){0,5})"
_QUOTES = r"(?:quotes?|quotations?|statements?|words)"
_STOP = r"(?:stop|quit)(?: (?:sending|posting|giving|showing|writing))"
_WISH = r"(?:i(?:'d| would)? (?:want|like|need)(?: to (?:get|see|have))?|get me|give me|send me)"
_MOST = r"who(?: was|'s| is| has been) (?:quoted|talking) (?:the )?most"
_LENGTH = r"(?: (?:this|(?:in|over) the last))?(?P<length> (?:week|month))?"

# In a line stand the pattern's named groups, "" is a preview. The first pattern that matches the
# whole text counts.
_QUESTIONS = tuple(
    (re.compile(rf"(?:{pattern})[\s?!.]*", re.IGNORECASE), line)
    for pattern, line in (
        (rf"(?:{_WHATEVER}){_HERE}{_DAYS}{_HERE}|{_LATEST}{_DAYS}", ""),
        (rf"catch (?:me|us) up{_DAYS}|(?:a )?summary|summari[sz]e", ""),
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
        (rf"{_SAID}(?: (?:lately|recently))?{_PERIOD}", "who {name}{days}"),
        (rf"(?:{_SHOW} )?what {_NAME} said(?: (?:lately|recently))?{_PERIOD}", "who {name}{days}"),
        (rf"(?:{_SHOW} )?(?:the )?{_QUOTES} (?:by|from|of) (?:the )?{_NAME}", "who {name}"),
        (rf"who (?:said|says|spoke|talked)(?: \w*(?:what|thing))? {_ABOUT}", "search {words}"),
        (rf"who (?:said|says)(?: that)? {_WORDS}", "search {words}"),
        (rf"{_STOP}(?P<me> me)?\b(?!.* (?:about|from) ).*", "pause{me}"),
        (
            r"(?:turn|switch) (?:it|this|the digests?) off|(?:no more|enough) (?:digests|news)",
            "pause",
        ),
        (
            rf"(?:post|send|remind|give|tell)(?P<me> me)?(?: the| a)?(?: digest| news)? {_WHEN}",
            "subscribe{me} {when}",
        ),
        (rf"{_WISH} (?:the |a )?(?:news|digest) {_WHEN}", "subscribe me {when}"),
        (
            rf"{_WISH} {_WORDS} (?:news|digest) {_WHEN}",
            "subscribe me {when} about {words}",
        ),
        (rf"follow (?:the )?{_NAME} {_WHEN}", "subscribe {when} about {name}"),
        (r"(?:hi|hello|hey|thanks|thank you|cheers|bye|goodbye)\b.*|there|dateline", "help"),
        (r"how does (?:this|it) work|what(?:'s| is) (?:this|dateline)|who are you", "help"),
        (r"what can (?:you do|i (?:ask|do|say))|how do i (?:use this|begin|start)", "help"),
    )
)


def question_to_command(text: str) -> str:
    """Return the command line that answers a question, "" for a preview; other text as it is."""
    for pattern, line in _QUESTIONS:
        if match := pattern.fullmatch(text):
            return line.format(**match.groupdict(default=""))
    return text
