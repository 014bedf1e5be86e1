"""Which English words can report what somebody said: our own lists, by class, and their forms.

verb, noun and adjective lists -> VERB_CLASS, NOUN_CLASS, ADJECTIVE_CLASS: a form as it stands in a text -> its class
"""

from collections.abc import Iterable, Iterator, Mapping

from bot.model import Stance

_VERBS = {
    "say": """
        say
    """,
    "tell": """
        tell inform remind assure notify brief caution warn advise convince persuade reassure alert
    """,
    "add": """
        add continue reiterate repeat elaborate conclude begin interject counter quip joke
    """,
    "state": """
        state note remark comment mention observe explain announce declare report write tweet retweet post text
        email claim argue insist assert maintain contend allege aver affirm proclaim pronounce emphasize emphasise
        stress underscore underline highlight point clarify specify recount relate recall reveal disclose divulge
        confide volunteer testify swear attest certify reckon opine posit postulate hint signal intimate preach blog
        publish release predict forecast project foretell prophesy speculate estimate rumor rumour theorize surmise
        lecture telegraph hypothesize foresee outline caution signpost summarise summarize generalize theorise
        analogise fret concur lay spell rule
    """,
    "reply": """
        answer reply respond retort rejoin riposte shoot fire
    """,
    "voice": """
        whisper shout yell scream mutter mumble murmur cry exclaim snap bark growl groan moan sigh laugh chuckle
        smile sneer sniff scoff gush rave rant rail thunder roar bellow intone drawl stammer gasp sob bluster fume
        seethe grumble gripe boast brag crow gloat muse lament bemoan chant sing crack deadpan tease
    """,
    "admit": """
        admit confess concede acknowledge grant accept own apologize apologise regret
    """,
    "deny": """
        deny dispute rebut refute disavow reject dismiss contradict contest challenge question doubt discount refuse
    """,
    "complain": """
        complain protest object grouse whine carp bristle
    """,
    "ask": """
        ask inquire enquire wonder query press quiz interview grill
    """,
    "urge": """
        urge demand request order command instruct direct beg plead implore beseech exhort encourage call appeal
        invite recommend propose suggest counsel press push lobby require advocate insist petition dare caution
    """,
    "promise": """
        promise vow pledge swear guarantee undertake threaten offer agree consent refuse decline commit volunteer
        intend plan aim seek decide choose resolve consider mean hope
    """,
    "judge": """
        accuse blame criticize criticise condemn denounce decry deplore slam blast bash rip attack assail lambaste
        lambast excoriate castigate chastise rebuke reprimand berate scold upbraid admonish chide deride ridicule
        mock taunt belittle disparage insult slur trash savage pan fault praise laud hail applaud commend compliment
        congratulate thank credit extol salute celebrate endorse support back defend oppose justify vilify smear
        lash skewer pillory
    """,
    "name": """
        describe call label brand dub term characterize characterise portray depict paint cast liken compare deem
        refer quote cite paraphrase define tout frame bill
    """,
    "show": """
        read show indicate suggest reveal find conclude determine discover demonstrate prove confirm verify
        establish warn outline detail document record list contain imply mean illustrate reflect echo argue
    """,
    "think": """
        think believe feel consider suppose guess figure assume presume suspect imagine reckon hold judge trust view
        regard see perceive conclude understand know realize realise recognize recognise remember forget recall
        learn hear notice sense find dream fancy anticipate expect foresee envision conceive reason ponder
        contemplate wonder doubt question calculate misunderstand fathom hypothesise
    """,
    "feel": """
        hope wish want desire prefer like love hate dislike fear dread worry care regret mind enjoy resent welcome
        appreciate admire respect disagree agree concur approve disapprove favor favour long yearn crave need
        rejoice fret despair marvel
    """,
    "spread": """
        explode vent erupt interrupt chime pipe weigh sum speak talk discuss debate address sound voice express
        articulate utter convey communicate deliver issue give make offer put go sign broadcast air tout push spin
        bring
    """,
}

_NOUNS = {
    "saying": """
        statement claim remark comment assertion allegation accusation announcement declaration contention argument
        explanation report rumor rumour suggestion revelation admission acknowledgment acknowledgement confession
        denial testimony complaint reply response answer question warning prediction forecast estimate message tweet
        post speech letter email memo note quote quotation word joke boast insistence affirmation confirmation
        finding conclusion evidence indication sign news notion theory story account description characterization
        criticism condemnation praise attack charge mention reminder
    """,
    "urging": """
        call demand request order appeal proposal recommendation advice plea suggestion offer promise pledge vow
        threat plan commitment agreement refusal decision bid invitation effort intention
    """,
    "thought": """
        belief opinion view idea thought feeling hope wish desire fear worry concern doubt suspicion assumption
        expectation understanding knowledge impression conviction sense confidence fact possibility realization
        concept perception faith consensus disagreement preference interest support opposition assessment judgment
        judgement interpretation prejudice sentiment stance position
    """,
}

_ADJECTIVES = {
    "mind": """
        sure certain confident convinced aware unaware afraid scared fearful worried concerned hopeful optimistic
        pessimistic skeptical sceptical doubtful uncertain unsure glad happy proud sorry sad angry upset furious
        disappointed surprised shocked amazed pleased grateful thankful willing unwilling eager ready anxious
        adamant clear critical suspicious wary determined keen interested mindful ashamed embarrassed frustrated
        dismissive supportive insistent emphatic outspoken blunt
    """,
}

_SPEAKERS = {
    "person": """
        spokesman spokeswoman spokesperson official officials source president senator congressman congresswoman
        governor mayor minister secretary director chairman chairwoman chair leader member adviser advisor aide
        analyst expert economist professor researcher scientist author writer reporter journalist columnist editor
        critic supporter opponent advocate activist lawyer attorney judge prosecutor detective officer police chief
        sheriff general colonel captain doctor nurse teacher student parent mother father son daughter brother
        sister wife husband friend neighbor neighbour man woman people person voter candidate nominee lawmaker
        politician democrat republican liberal conservative strategist pollster manager executive founder owner ceo
        boss employee worker resident witness victim observer commentator pundit host anchor guest insider veteran
        ambassador diplomat envoy representative delegate speaker staffer operative consultant historian scholar
        pastor priest bishop pope king queen prince coach player fan artist actor singer investor trader farmer
        driver coordinator counsel commissioner superintendent dean authority defender detractor participant
        respondent attendee someone somebody everyone everybody anyone anybody nobody many some others most few
        several one those another other
    """,
    "body": """
        group organization organisation agency department committee commission council government administration
        campaign party company firm bank court congress senate house parliament university institute center centre
        foundation association union coalition board bureau office ministry team network newspaper paper magazine
        outlet media press post times journal police fbi cia white panel army military navy
    """,
    "paper": """
        report study survey poll article story statement document memo letter email book paper filing lawsuit
        complaint indictment affidavit transcript record data figure statistics research review analysis editorial
        headline release website site blog account caption sign law bill rule ruling order constitution
    """,
}

_IRREGULAR = {
    "admit": "admits admitted admitting",
    "aver": "avers averred averring",
    "beg": "begs begged begging",
    "begin": "begins began begun beginning",
    "blog": "blogs blogged blogging",
    "brag": "brags bragged bragging",
    "bring": "brings brought bringing",
    "broadcast": "broadcasts broadcast broadcasting",
    "cast": "casts cast casting",
    "chat": "chats chatted chatting",
    "choose": "chooses chose chosen choosing",
    "commit": "commits committed committing",
    "compel": "compels compelled compelling",
    "concur": "concurs concurred concurring",
    "confer": "confers conferred conferring",
    "drawl": "drawls drawled drawling",
    "dream": "dreams dreamed dreamt dreaming",
    "dub": "dubs dubbed dubbing",
    "feel": "feels felt feeling",
    "find": "finds found finding",
    "forecast": "forecasts forecast forecasted forecasting",
    "foresee": "foresees foresaw foreseen foreseeing",
    "foretell": "foretells foretold foretelling",
    "forget": "forgets forgot forgotten forgetting",
    "fret": "frets fretted fretting",
    "give": "gives gave given giving",
    "go": "goes went gone going",
    "hear": "hears heard hearing",
    "hint": "hints hinted hinting",
    "hold": "holds held holding",
    "intimate": "intimates intimated intimating",
    "know": "knows knew known knowing",
    "lay": "lays laid laying",
    "learn": "learns learned learnt learning",
    "make": "makes made making",
    "mean": "means meant meaning",
    "misunderstand": "misunderstands misunderstood misunderstanding",
    "overcome": "overcomes overcame overcoming",
    "pan": "pans panned panning",
    "plan": "plans planned planning",
    "prefer": "prefers preferred preferring",
    "put": "puts put putting",
    "quip": "quips quipped quipping",
    "quit": "quits quit quitting",
    "quiz": "quizzes quizzed quizzing",
    "read": "reads read reading",
    "rebut": "rebuts rebutted rebutting",
    "recall": "recalls recalled recalling",
    "refer": "refers referred referring",
    "regret": "regrets regretted regretting",
    "retweet": "retweets retweeted retweeting",
    "rip": "rips ripped ripping",
    "say": "says said saying",
    "see": "sees saw seen seeing",
    "seek": "seeks sought seeking",
    "shoot": "shoots shot shooting",
    "show": "shows showed shown showing",
    "sing": "sings sang sung singing",
    "slam": "slams slammed slamming",
    "slur": "slurs slurred slurring",
    "snap": "snaps snapped snapping",
    "sob": "sobs sobbed sobbing",
    "speak": "speaks spoke spoken speaking",
    "spell": "spells spelled spelt spelling",
    "spin": "spins spun spinning",
    "sum": "sums summed summing",
    "swear": "swears swore sworn swearing",
    "tell": "tells told telling",
    "think": "thinks thought thinking",
    "understand": "understands understood understanding",
    "withdraw": "withdraws withdrew withdrawn withdrawing",
    "write": "writes wrote written writing",
}

_TIMES = """
    afternoon ago april august day december earlier evening february friday hour january july june last later
    march may minute monday month morning next night november october recently saturday september sunday
    thursday today tomorrow tonight tuesday wednesday week weekend year yesterday
"""

_FUNCTION_WORDS = """
    'd 'll 'm 're 's 't 've a about according after again against all also although am among an and any are as
    at back be because been before being between both but by can could did do does down during each either even
    ever every for from had has have having he her here herself him himself his how i if in into is it its
    itself just less let like may me might more most must my n't neither never no nor not now of off oh on once
    one only or our out over own per please said same shall she should since so some still such than that the
    their them themselves then there these they this those though through to told too under unless until up upon
    us very via was we well were what when where whether which while who whom whose why will with within without
    would yes yet you your
"""

_TITLES = """
    capt col congressman congresswoman dame dr gen gov governor judge justice king lady lord lt maj mayor miss mr mrs
    ms pope president prince prof queen rep rev secretary sen senator sgt sir
"""

# What a reader is told the speaker does, where the verb tells; every other verb says.
_STANCES = {
    Stance.DENIES: """deny dispute rebut refute disavow reject dismiss contradict contest refuse decline denial refusal
        disagree rejection""",
    Stance.WARNS: "warn caution threaten alert warning threat",
    Stance.PROMISES: "promise vow pledge swear guarantee undertake commit promise pledge vow commitment assure",
    Stance.ASKS: """ask inquire enquire query urge demand request call appeal beg plead implore beseech exhort petition
        press question invite plea request demand appeal order""",
    Stance.ACCUSES: """accuse blame criticize criticise condemn denounce decry deplore slam blast bash rip attack assail
        lambaste lambast excoriate castigate chastise rebuke reprimand berate scold accusation allegation allege
        criticism condemnation lash fault""",
}

# Classes whose verbs report speech in any construction; the others need a complement to do so.
STATING = frozenset(
    ["say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask"]
)
TAKES_OBJECT = frozenset(
    ["urge", "promise", "judge", "name", "deny", "feel", "show", "complain", "reply"]
)


def _verb_forms(verb: str) -> Iterator[str]:
    """The verb as it may stand in a text; a final consonant is doubled only by the irregular list."""
    yield verb
    if verb in _IRREGULAR:
        yield from _IRREGULAR[verb].split()
    elif verb.endswith("e"):
        yield from (verb + "s", verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        yield from (verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    elif verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        yield from (verb + "es", verb + "ed", verb + "ing")
    else:
        yield from (verb + "s", verb + "ed", verb + "ing")


def _noun_forms(noun: str) -> Iterator[str]:
    yield noun
    if noun.endswith("man"):
        yield noun[:-3] + "men"
    elif noun.endswith("y") and noun[-2] not in "aeiou":
        yield noun[:-1] + "ies"
    elif noun.endswith(("s", "sh", "ch", "x")):
        yield noun + "es"
    else:
        yield noun + "s"


def _verbs() -> tuple[dict[str, str], dict[str, str]]:
    """Form -> its classes joined by "+", and form -> its verb. "quoted" can be of one verb alone: the first."""
    classes: dict[str, list[str]] = {}
    lemmas: dict[str, str] = {}
    for name, verbs in _VERBS.items():
        for verb in verbs.split():
            for form in _verb_forms(verb):
                lemmas.setdefault(form, verb)
                classes.setdefault(form, [])
                if name not in classes[form]:
                    classes[form].append(name)
    return {form: "+".join(names) for form, names in classes.items()}, lemmas


def _first_class(lists: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Form -> the first list that holds it, and form -> its singular."""
    classes: dict[str, str] = {}
    lemmas: dict[str, str] = {}
    for name, nouns in lists.items():
        for noun in nouns.split():
            for form in _noun_forms(noun):
                classes.setdefault(form, name)
                lemmas.setdefault(form, noun)
    return classes, lemmas


def _stances() -> dict[str, Stance]:
    return {word: stance for stance, words in _STANCES.items() for word in words.split()}


def _with_plurals(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in (word, word + "s"))


VERB_CLASS, VERB_LEMMA = _verbs()
NOUN_CLASS, NOUN_LEMMA = _first_class(_NOUNS)
SPEAKER_CLASS, _ = _first_class(_SPEAKERS)
ADJECTIVE_CLASS = {word: name for name, words in _ADJECTIVES.items() for word in words.split()}
VERB_CLASSES = {form: frozenset(names.split("+")) for form, names in VERB_CLASS.items()}
TIMES = _with_plurals(_TIMES.split())
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
TITLES = frozenset(_TITLES.split())
STANCE = _stances()
