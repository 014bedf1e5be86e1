"""Questions and wishes as people put them, and the command line that answers each."""

import re
from collections.abc import Iterator
from itertools import combinations

from bot.language.lexicon import FUNCTION_WORDS
from bot.listeners.periods import split_period

# What is asked, and not what it is about.
_ASKING_WORD = re.compile(
    r"(?:any|some|every)(?:body|one|thing)|people|claim(?:ed|ing)?|mention(?:ed)?|say(?:s|ing)?"
    r"|speak(?:ing)?|talk(?:ing)?|tells?|told|think(?:s|ing)?"
)
# With fewer words than asked for an article is looked for at most 16 times.
_MAX_SEARCHED_WORDS = 5

_NEWS = (
    r"what(?:'s| is) (?:new|the news|happening|going on)|(?:is there )?any(?:thing)? (?:new|news)"
)
_HAPPENED = r"what(?: has|'s)? happened"
_HERE = r"(?: (?:here|in (?:this|the) channel))?"
_DAYS = r"(?: (?:today|yesterday|lately|recently|now|(?:this|last) (?:week|morning|month)))?"
_WHATEVER = rf"{_NEWS}|{_HAPPENED}|what(?:'s| is) up|what did (?:i|we) miss|who said what"
_DID = r"did|does|do|has|have"
_SHOW = r"(?:show|give|tell|send)(?: me)?"
_LATEST = rf"(?:{_SHOW} )?(?:the )?(?:latest(?: news)?|news|headlines)(?: please)?"
_WEEKDAY = r"(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
_WHEN = rf"(?P<when>(?:every|each|daily|weekdays|hourly|at \d|{_WEEKDAY}).*?)"
_NAME = r"(?P<name>.+?)"
_WORDS = r"(?:the )?(?P<words>.+?)"
_ABOUT = rf"(?:about|on|of) {_WORDS}"
_TOPIC = r"(?:about|on) (?:the )?(?P<topic>.+?)"
_SAID = rf"what (?:{_DID}|is|was) {_NAME} (?:say|said|saying|says)"
_PEOPLE = r"(?:people|they|others|everyone|everybody|anyone|anybody|someone|somebody)"
_PEOPLE_SAID = (
    rf"(?:what (?:(?:{_DID}|are) {_PEOPLE} (?:say|said|saying)|is being said|was said)"
    rf"|(?:{_DID}) {_PEOPLE} (?:say|said) (?:any|some)thing)"
)
_PERIOD = r"(?P<days>(?: [\w]+){0,5})"
_QUOTES = r"(?:quotes?|quotations?|statements?|words)"
_STOP = r"(?:stop|quit)(?: (?:sending|posting|giving|showing|writing))"
_WISH = r"(?:i(?:'d| would)? (?:want|like|need)(?: to (?:get|see|have))?|get me|give me|send me)"
_QUOTED_MOST = (
    r"(?:(?:the )?most[- ]quoted(?: \w+)?|(?:quoted|cited|heard|talking|speaking) (?:the )?most)"
)
_MOST = (
    r"(?:(?:(?:who(?:'s| is| was| are| were| gets| got| has been| have been)"
    rf"|(?:which|what) \w+ (?:is|are|was|were|gets?|got)|whose words (?:are|were)) {_QUOTED_MOST})"
    r"|who (?:talks|speaks|talked|spoke|says|said) (?:(?:the )?most|a lot)"
    r"|who (?:has|had|gets|got) the most (?:quotes|quotations|statements|to say)"
    r"|who (?:do|does|did) (?:\w+ ){1,3}quote (?:the )?most"
    r"|(?:the )?most[- ]quoted(?: \w+)?|(?:the )?top (?:speakers|voices)"
    r"|how (?:many|often)(?: people)?(?: were| was| are)?(?: people)? quoted)"
    r"(?: (?:here|today|lately|recently|these days|in the news))?"
)
_LENGTH = r"(?: (?:for|this|last|in|over|the))*(?P<length> (?:week|month))?"
_DIGEST = (
    r"(?:(?:the|this|these|my|our|that|your|all|any) )*(?:digests?|news|subscriptions?|updates)"
)
_IT = rf"(?:it|this|that|these|them|{_DIGEST})"
_PLACE = r"(?: (?:here|(?:in|from|for|of) (?:this|the) channel|to (?:this|the) channel|to me))?"
_FOR_NOW = r"(?: (?:for (?:now|a while|today)|again|any ?more|any longer|already|right now|now))?"
_ADDRESS = r"(?P<address>https?://\S+)"
_OFTEN = r"(?:(?:only|just|some|more|all) )*"

# In a line stand the pattern's named groups, "" is a preview. The first pattern that matches the
# whole text counts.
_QUESTIONS = tuple(
    (re.compile(rf"(?:{pattern}){''.join(end)}[\s?!.]*", re.IGNORECASE), line)
    for pattern, line, *end in (
        (rf"(?:{_WHATEVER}){_HERE}{_DAYS}{_HERE}|{_LATEST}{_DAYS}", ""),
        (rf"catch (?:me|us) up{_DAYS}|(?:a )?summary|summari[sz]e", ""),
        (rf"{_MOST}{_LENGTH}(?P<about> (?:about|on) .+?)?", "chart{length}{about}"),
        (rf"{_HAPPENED}(?P<days>{_DAYS}) (?:in|at|with|to|on) {_WORDS}", "search {words}{days}"),
        (
            (
                rf"(?:{_NEWS}|{_LATEST}|what(?:'s| is) {_LATEST}|catch (?:me|us) up"
                r"|fill (?:me|us) in)"
                rf" (?:about|on|from|with|in|at) {_WORDS}"
            ),
            "search {words}",
        ),
        (
            (
                rf"(?:search|look) for {_WORDS}"
                r"|find (?:me )?(?:articles|stories|statements|anything)"
                rf" (?:about|on|with) (?:the )?(?P<found>.+?)"
            ),
            "search {words}{found}",
        ),
        (rf"who(?:'s| is| was| are| has been)? (?:talk|speak|writ)ing {_ABOUT}", "search {words}"),
        (
            (
                rf"(?:(?:{_DID}|is|are|was|were) )?{_PEOPLE}"
                r" (?:say|said|saying|claim|claimed|claiming|mention|mentioned|think|believe)"
                rf"(?: that)? (?!(?:any|some)thing){_WORDS}"
                rf"|(?:{_DID}|is|are) {_PEOPLE} (?:talk|speak|talking|speaking) (?:about|of|on)"
                r" (?P<found>.+?)"
            ),
            "search {words}{found}",
        ),
        (rf"(?:{_SHOW}|anything|something)(?: the news)? about {_WORDS}", "search {words}"),
        (rf"{_PEOPLE_SAID} {_ABOUT}", "search {words}"),
        (
            rf"(?:{_DID}) {_NAME} (?:say|said) (?:any|some)thing {_TOPIC}",
            "who {name} about {topic}",
        ),
        (rf"(?:{_DID}) {_NAME} (?:say|said) (?:any|some)thing{_PERIOD}", "who {name}{days}"),
        (rf"what (?:has|have) {_NAME} been saying {_TOPIC}", "who {name} about {topic}"),
        (rf"what (?:has|have) {_NAME} been saying{_PERIOD}", "who {name}{days}"),
        (
            rf"(?:{_SHOW} )?(?:all|everything)(?: that)? {_NAME} (?:has )?(?:said|says){_PERIOD}",
            "who {name}{days}",
        ),
        (rf"{_SAID} {_TOPIC}", "who {name} about {topic}"),
        (rf"{_SAID}(?: (?:lately|recently))?{_PERIOD}", "who {name}{days}"),
        (rf"(?:{_SHOW} )?what {_NAME} said(?: (?:lately|recently))?{_PERIOD}", "who {name}{days}"),
        (
            (
                rf"(?:{_SHOW} )?(?:the )?{_QUOTES} (?:by|from|of) (?:the )?{_NAME}"
                r"(?: from)?(?P<days> (?:today|yesterday|(?:this|last) \w+|since .+))?"
            ),
            "who {name}{days}",
        ),
        (rf"who (?:said|says|spoke|talked)(?: \w*(?:what|thing))? {_ABOUT}", "search {words}"),
        (
            (
                r"who (?:said|says|thinks?|thought|believes?|claims?|claimed)(?: that)?"
                rf" {_WORDS}"
                r"|who (?P<found>(?:called|calls|denied|denies|warned|warns|promised|promises) .+?)"
            ),
            "search {words}{found}",
        ),
        (rf"{_STOP}(?P<me> me)?\b(?!.* (?:about|from) ).*", "pause{me}"),
        (
            (
                rf"(?:turn|switch) (?:{_IT} off|off {_IT})|(?:no more|enough)(?: of)? {_IT}"
                rf"|(?:stop|quit|pause|halt|silence) {_IT}|(?:shut up|be quiet|go away)"
                r"|(?:leave (?:me|us) alone|never|not again)"
                r"|i(?:'ve| have) had enough(?: of (?:it|this))?|(?:take|have) a break\b.*"
                rf"|(?:i|we) (?:don't|do not|no longer) (?:want|need)(?: to (?:get|see))? {_IT}"
                rf"|(?:don't|do not) (?:send|post|show)(?: (?:me|us))?(?: {_IT}| anything)?"
            ),
            "pause",
            _PLACE + _FOR_NOW,
        ),
        (rf"(?:cancel|remove|delete|end|drop|get rid of) {_IT}", "unsubscribe", _PLACE + _FOR_NOW),
        (
            (
                rf"(?:turn|switch) (?:{_IT} (?:back )?on|(?:back )?on {_IT})"
                rf"|(?:start|continue|go on|resume)(?: {_IT})?(?: again)?"
                rf"|(?:start|continue) (?:sending|posting)(?: {_IT})?(?: again)?"
            ),
            "resume",
            _PLACE + _FOR_NOW,
        ),
        (rf"(?:post|send|publish|share)(?: {_IT})?(?: here| now| right now)+", "now"),
        (
            rf"(?:please )?(?:read|summari[sz]e|open|check|look at)\b[^/]*?{_ADDRESS}.*",
            "read {address}",
        ),
        (rf"(?:add|follow|watch)\b[^/]*?(?:feed\b)?[^/]*?{_ADDRESS}.*", "feeds add {address}"),
        (
            (
                r"(?:wh(?:at|ich) (?:am i|are we) subscribed to"
                r"|wh(?:at|ich) (?:digests?|subscriptions?)\b.*"
                rf"|when(?:'s| is| does| will)\b.*\b(?:digest|next one|news)\b.*"
                rf"|{_SHOW} {_DIGEST}s?)"
            ),
            "list",
        ),
        (
            (
                r"(?:wh(?:at|ich)|whose) (?:sources?|feeds?|papers?|newspapers?|outlets?)\b.*"
                r"|where do you get\b.*"
            ),
            "feeds",
        ),
        (rf"{_SHOW} (?:the |my |our )?(?:sources|feeds)", "feeds"),
        (r"who(?:m)? (?:do|are) (?:we|i) (?:follow|following|mute|muting)\b.*", "follow"),
        (
            (
                r"(?:(?:show|open|change|edit)(?: me)? )?(?:the |my |our )?"
                r"(?:settings|options|preferences)"
            ),
            "settings",
        ),
        (
            (
                r"(?:change|set|move|make)(?: (?:it|this|(?:the|my|our) (?:time|digest|schedule)))+"
                r"(?: to| for)? (?P<when>(?:at )?\d.*)"
            ),
            "subscribe at {when}",
        ),
        (rf"chart{_LENGTH}", "chart{length}"),
        (
            (
                rf"(?:keep|have) (?:me|us) (?:posted|updated|informed) {_TOPIC}"
                r"|(?:let (?:me|us) know|(?:tell|notify|ping|alert) (?:me|us)) "
                r"(?:when|if|as soon as) "
                r"(?:there(?:'s| is) ?(?:something|anything)?"
                r"|something|anything|you (?:see|have|hear)) (?:any )?"
                r"(?:\w+ )?(?:news )?(?:happens |changes )?"
                r"(?:about|on|with) (?:the )?(?P<words>.+?)"
            ),
            "subscribe me at once about {topic}{words}",
        ),
        (
            rf"{_WISH} {_OFTEN}(?:news|stories|articles) (?:about|on|of) {_WORDS}",
            "subscribe about {words}",
        ),
        (
            r"(?:less|no more|skip|leave out|not so much) (?P<words>[\w-]+(?: [\w-]+)?)",
            "subscribe not {words}",
        ),
        (
            r"(?:hide|(?:don't|do not) show(?: me| us)?(?: anything (?:by|from))?) (?P<name>.+?)",
            "mute {name}",
        ),
        (
            (
                rf"(?:post|send)(?:(?P<me> me)| us)? {_DIGEST}"
                rf"(?: here| to (?:this|the) channel)? {_WHEN}"
            ),
            "subscribe{me} {when}",
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
        (
            (
                r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks|thank you|cheers"
                r"|bye|goodbye)\b.*|there|dateline"
            ),
            "help",
        ),
        (
            (
                r"(?:help|help me out|i need help)|how does (?:this|it) work"
                r"|what(?:'s| is) (?:this|dateline)|who are you"
            ),
            "help",
        ),
        (r"what can (?:you do|i (?:ask|do|say))|how do i (?:use this|begin|start)", "help"),
        (
            (
                r"(?:is|are|was|were|did|does|has|have|had|will|when|where|why|(?:what|how) about)"
                r" (?!(?:you|i|we|it|this|that|my|our)\b)(?P<words>.+?)"
            ),
            "search {words}",
        ),
    )
)


def question_to_command(text: str) -> str:
    """Return the command line that answers a question, "" for a preview; other text as it is."""
    for pattern, line in _QUESTIONS:
        if match := pattern.fullmatch(text):
            fields = match.groupdict(default="")
            if line.startswith("search "):
                fields |= {name: _key_words(fields.get(name, "")) for name in ("words", "found")}
            return line.format(**fields)
    return text


def iter_fewer_words(text: str) -> Iterator[str]:
    """Yield fewer of the words of a search: without the small ones, then without more, to half."""
    words = _key_words(text).split()[:_MAX_SEARCHED_WORDS]
    for count in range(len(words), (len(words) - 1) // 2, -1):
        for chosen in combinations(words, count):
            if (line := " ".join(chosen)) != text:
                yield line


def _key_words(text: str) -> str:
    """Return what a question is about, and its days: all of it where it has only small words."""
    asked, period = split_period(text)
    kept = [word for word in asked.split() if not _is_small(word)]
    return " ".join([*kept, period]).strip() if kept else text


def _is_small(word: str) -> bool:
    """Return whether a word says nothing of the subject; "US" and "WHO" are names."""
    plain = word.strip(",.;:?!\"'()").lower()
    is_name = word.isupper() and len(word) > 1
    return not is_name and (plain in FUNCTION_WORDS or bool(_ASKING_WORD.fullmatch(plain)))
