"""Words that settle whether a full stop ends a sentence: abbreviations by what may follow, and openers."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# After these a capital never begins a sentence: they stand before a name.
BEFORE_NAME = _set(
    """
    Mr Mrs Ms Mx Messrs Dr Drs Prof Profs Rev Revs Fr Hon Rt Msgr Sra Srta Dra Dña Mme Mlle Mgr Hr Frl Dipl Ing
    Sen Sens Rep Reps Gov Govs Gen Maj Brig Col Lt Capt Cpt Cmdr Comdr Adm Sgt Cpl Pvt Pfc Det Insp Supt Asst Assoc
    Atty Dir Pres Amb Treas Ste Mts v vs cf Cf viz Ph z d u
    """
)
# After these a number belongs to the sentence; anything else begins a new one.
BEFORE_NUMBER = _set(
    """
    No Nos no nos Nr nr Núm núm Art art Sec sec Fig Figs fig Vol vol Ch ch pp p pg pág Nº n° Abs Rn Az Bd ca Ca c
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec janv févr avr juil sept oct nov déc ene abr ago dic Okt Dez
    Rs Tel tel Ext ext op Op Rte Hwy
    """
)
# After these only a word that opens sentences begins a new one: "Apple Inc. shares", "Apple Inc. The".
WITHIN_NAME = _set(
    """
    Inc Corp Co Cos Ltd Bros Jr Sr Esq Assn Dept Univ Inst Intl Natl Govt Mfg Rd Ave Blvd Bldg Sq Esp Dist St Mt Ft Pt
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn
    Tenn Tex Va Vt Wash Wis Wyo Ont Que Alta Sask Man
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    al etc resp bzw evtl ggf inkl usw vgl sog Str Mio Mrd EE UU Ud Uds Vd Vds Cía Av av max min est
    """
)
# Words that open a sentence far more often than they follow an abbreviation inside one.
OPENERS = _set(
    """
    The A An This That These Those There Here He She It We They I You His Her Its Our Their My Your Who What When
    Where Why How Which While If As At In On By For From To With After Before Since Until During Under Over But And
    Or So Yet Nor Not No Yes Also Both All Some Many Most Several Such Each Every Any One Two Three Another Other
    Others However Meanwhile Although Though Because Once Then Now Still Even Despite According Among Instead
    Der Die Das Ein Eine Er Sie Es Wir Ich Im Am Auf Bei Mit Nach Seit Vor Zu Aber Und Auch Doch Wie Wenn Als
    Le La Les Un Une Des Il Elle Ils Elles Nous On Je Ce Cette Ces Dans En Au Aux Par Pour Avec Mais Et Selon
    El Los Las Una Unos Unas Ella Ellos Ese Esta Este Esto Según Por Para Con Pero Y Se Su Sus
    """
)
PARTICLES = _set("A I La Le Les Des El Los Las Der Die Das An No")  # they also follow an initial
CLOCK_FOLLOWERS = _set(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun January February March April
    May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Eastern Central Mountain Pacific Greenwich
    """
)
ORDINAL_FOLLOWERS = _set(
    """
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jahrhundert Jahrhunderts
    Klasse Platz Liga Bundesliga Spieltag Runde Tag Mal Minute Geburtstag Jahrestag Stock
    """
)
