"""What names and roles look like: our own short lists of roles, bodies, places, first names and outlets."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that end a person's role: "Estonian Prime | Minister", "spokeswoman".
ROLES = _words("""
    accountant activist actor administrator admiral adviser advisor agent aide ambassador analyst anchor apprentice
    archbishop architect artist attorney auditor author baker banker baron baroness beekeeper bishop blacksmith boss
    broker builder buyer candidate captain cardinal carpenter ceo cfo chair chairman chairperson chairwoman
    chancellor chief clerk coach colonel columnist commander commissioner comptroller conductor congressman
    congresswoman constable consul consultant coo coordinator coroner correspondent councillor councilman
    councilwoman counsel counselor critic curator dean deckhand delegate deputy designer detective diplomat director
    doctor driver economist editor emir engineer envoy epidemiologist executive expert farmer filmmaker fisherman
    foreman forester founder founders gardener general governor guard guardian harbourmaster head headmaster
    headmistress headteacher historian host imam innkeeper inspector investigator investor janitor journalist judge
    justice king lawmaker lawyer leader lecturer legislator librarian lieutenant magistrate major manager master
    mayor mechanic mediator member mep meteorologist midwife miner minister monarch mp negotiator notary novelist
    nurse officer official ombudsman operator organiser organizer owner paramedic partner pastor pharmacist
    physician physicist pilot player poet policeman politician pollster pope porter premier president priest prime
    prince princess principal producer professor prosecutor psychologist publisher queen rabbi ranger rapporteur
    rector referee registrar reporter representative researcher resident scholar scientist secretary
    secretary-general senator sergeant sheriff singer skipper solicitor speaker spokesman spokesperson spokeswoman
    staffer statistician strategist striker student sultan superintendent supervisor surgeon surveyor tailor teacher
    technician trader translator treasurer trustee tsar undersecretary veteran vicar virologist warden watchman
    welder whip winner witness writer
""")

# Short titles before a name: they help to tell who is meant, but are no role worth showing.
COURTESIES = _words("mr mrs ms miss mx sir dame lord lady dr prof professor")
ABBREVIATED_ROLES = _words("sen rep gov gen lt col sgt capt maj pres supt cmdr adm rev hon amb")
FEMALE_TITLES = _words(
    "mrs ms miss dame lady queen princess congresswoman chairwoman spokeswoman councilwoman baroness"
)
MALE_TITLES = _words(
    "mr sir lord king prince congressman chairman spokesman councilman pope fisherman policeman bishop"
)

# Words that may stand between the words of a role: "former deputy foreign minister".
ROLE_MODIFIERS = _words("""
    harbour harbor port fire road rail railway school hospital prison airport museum bank border coast coastguard
    forest park power energy fishing football cricket rugby tennis club factory farm mine mining labour trade
    climate weather space nuclear oil gas internet software data privacy human student court church temple mosque
    parish village town island provincial state regional local global general senior associate visiting emeritus lay
    night day ferry train bus tram air flight naval acting assistant army business cabinet campaign caretaker
    central city co company country county defence defense deputy designate development district division economics
    affairs budget economy education elect emergency environment ex executive family federal finance financial first force foreign former
    founding government group health home honorary housing incoming industry interim interior investment justice junior lead
    legal longtime managing marketing medical military national navy newly opposition outgoing parliament
    parliamentary party peace police policy political press prime principal project public research retired rights ruling
    sales science security shadow special sports staff strategy tax team technical technology then top transport
    treasury union university veteran vice water white world
""")

# Words that end the name of a paper, an agency or a station.
PRESS_NOUNS = _words("""
    wire newswire news press gazette courier herald post times tribune chronicle telegraph journal observer guardian
    mail echo mirror dispatch examiner globe standard weekly lantern sentinel ledger bulletin monitor
""")

# Words that mark a name as that of a body.
BODIES = PRESS_NOUNS | _words("""
    airport bakery brewery collective cooperative dairy electric electronics energy engineering estates exchange
    express factory farms ferries fisheries foods gas hotels industrial insurance lines logistics marine metals mills
    mines mining motors oil pharma pharmaceuticals plant port power productions properties rail railway railways
    refinery shipping shipyard shipyards software steel storage stores technologies telecom textiles timber tours
    transport utilities utility ventures works council observatory museum gallery orchestra theatre trust
    academy administration agency airlines airways alliance army assembly association authority bank board bloc
    brigade bureau cabinet campaign centre center chamber church club co coalition college command commission
    committee company confederation congress consortium consulate corp corporation corps council court department
    directorate division embassy federation firm force forces foundation front fund government group guard guild
    holdings hospital house inc industries initiative institute institution intelligence international laboratory
    league legislature limited ltd media ministry mission movement museum navy network news observatory office
    ombudsman organisation organization parliament partners party pentagon plc police post press prosecutor regime
    registry reserve school secretariat senate service services society socialists staff state studio syndicate
    systems team times treasury tribunal trust union university watch watchdog commons kremlin nato opec unesco
    unicef interpol downing
""")

# Countries, capitals and regions that stand for their governments.
PLACES = _words("""
    afghanistan africa albania algeria america ankara argentina armenia asia athens australia austria azerbaijan
    baghdad baku bangladesh bangkok beijing beirut belarus belgium belgrade berlin bern bosnia brasilia bratislava
    brazil britain brussels bucharest budapest bulgaria cairo california canada canberra caracas chile china
    colombia copenhagen crimea croatia cuba cyprus damascus delhi denmark dhaka doha dublin ecuador egypt england
    estonia ethiopia europe finland florida france gaza geneva georgia germany greece hague hanoi havana helsinki
    hungary iceland india indonesia iran iraq ireland islamabad israel italy jakarta japan jerusalem jordan kabul
    kazakhstan kenya kiev korea kosovo kuwait kyiv latvia lebanon libya lisbon lithuania ljubljana london luxembourg
    madrid malaysia mali malta manila mexico minsk moldova montenegro morocco moscow myanmar nairobi netherlands
    nicosia niger nigeria norway oslo ottawa pakistan palestine paris peru philippines poland portugal prague
    pretoria pyongyang qatar reykjavik riga riyadh romania rome russia rwanda sarajevo scotland seoul serbia
    singapore skopje slovakia slovenia sofia somalia spain stockholm sudan sweden switzerland syria taipei taiwan
    tallinn tbilisi tehran texas thailand tirana tokyo tripoli tunisia turkey uganda ukraine vatican venezuela
    vienna vietnam vilnius wales warsaw washington yemen yerevan zagreb zimbabwe eu uk us usa u.s u.k un uae
""")

FEMALE_NAMES = _words("""
    abigail ada adele agnes aisha alexandra alice alicia alison amanda amber amelia amina amy ana anastasia andrea
    angela angelina anita anja ann anna annalena anne annette annika antonia april astrid audrey ava barbara
    beatrice becky belinda bella bernadette beth betty beverly bianca birgit brenda bridget brigitte camilla carla
    carly carmen carol caroline carolyn catherine cecilia charlotte chiara chloe christina christine cindy claire
    clara claudia connie cristina cynthia daisy daniela dawn deborah debra delia denise diana diane dolores donna
    dora doris dorothy edith eileen elaine eleanor elena elisabeth elise eliza elizabeth ella ellen elsa emilia
    emily emma erica erika esther eva eve evelyn fatima felicity fiona flora florence frances francesca gabriela
    gail gemma georgia geraldine gertrude gina giorgia giulia gloria grace greta gwen hannah harriet hazel heather
    heidi helen helena helga hilary hillary hope ida ilona ines ingrid irene irina iris isabel isabella ivy jacinda
    jackie jacqueline jana jane janet janice jasmine jean jeanne jenna jennifer jenny jessica jill joan joanna
    jocelyn josephine joy joyce juanita judith judy julia juliana julie june kaja kamala karen karin karina karla
    kate katerina katharina katherine kathleen kathryn kathy katie katrin kay kelly kerstin kim kirsten kristalina
    kristen kristina lara laura lauren layla leah leila lena lily linda lisa liz loretta lori lorraine louise lucia
    lucy lydia madeleine maggie magdalena maia manuela mara marcia margaret margarita margrethe maria marie marina
    marine marion marjorie marta martha mary maya megan melanie melinda melissa mette mia michelle mildred miranda
    miriam molly monica nadia nancy naomi natalia natalie nicola nicole nina nora norma olena olga olivia oksana
    pamela patricia paula pauline penelope penny petra phoebe phyllis priya rachel rebecca regina renata rhonda rita
    roberta robin rosa rosalind rose rosemary roxanne ruth sabine sally salome samantha sandra sanna sara sarah
    selma sharon sheila shirley silvia simone sofia sonia sophia sophie stacey stella stephanie sue susan susanna
    suzanne svetlana sylvia tamara tania tanya tatiana teresa thea theresa tina tracy ursula valentina valerie
    vanessa vera veronica victoria viktoria violet viola virginia wanda wendy yasmin yelena yolanda yulia yvonne zoe
    zuzana
""")

MALE_NAMES = _words("""
    aaron abdul abdullah abraham adam adrian ahmed alan albert alejandro alex alexander alexei alfred ali allan
    alvaro ahmad anders andre andreas andrei andrew andrii angus anthony antonio antony antti aleksandr arnold
    arthur arturo asif barack barry ben benjamin bernard bernie bill björn bob boris brad bradley brandon brendan
    brett brian bruce bruno bryan calvin carl carlos cedric cesar charles charlie chris christian christoph
    christopher chuck clive colin conor craig cyril daniel dario darren dave david dean dennis derek dick diego
    dieter dimitri dirk dmitri dmitry dmytro dominic donald doug douglas duncan dustin dylan earl eddie edgar edmund
    eduardo edward edwin emil emmanuel enrique eric erik ernest ernesto eugene evan evgeny felipe felix ferdinand
    fernando finn francesco francis francisco franco frank frans fred frederick friedrich gabriel gareth gary gavin
    geert geoffrey george gerald gerard gerhard giacomo gilbert giorgio giovanni giuseppe glen glenn gordon graham
    grant greg gregory guido guillermo gunnar gustav guy hamid hans harold harry hassan hector heinrich henri henrik
    henry herbert herman hugh hugo hussein ian ibrahim igor ilham imran isaac ivan jack jacob jacques jake james
    jamie jan janez jared jason javier jay jeb jeff jeffrey jens jeremy jerome jerry jesse jesus jim jimmy joachim
    joe joel johan johann john johnny jon jonas jonathan jorge jose josef joseph joshua juan julian jürgen justin
    karl kazimir keith ken kenneth kevin khalid klaus konrad kurt kyle kyriakos lance larry lars laurent lawrence
    lech lee leo leon leonard leonid leopold leroy leslie lloyd louis luca lucas luigi luis luke maciej magnus
    malcolm manuel marc marcel marco marcus marek mario mark marko martin mateusz matt matteo matthew matthias
    maurice max maxim mehmet michael michel miguel mikael mike mikhail milan milos mitch mitt mohamed mohammad
    mohammed morgan mustafa narendra nathan ned neil nelson nicholas nicolas nicolás nigel nikolai nikos noah norman
    olaf ole oleg oleksandr oleksii oliver olivier omar oscar otto owen pablo paolo pascal pat patrick paul pavel
    pedro per peter petr petro petros phil philip philippe pierre piotr rafael rainer ralph ramon rand randy rashid
    raul ray raymond recep reinhard rene ricardo richard rick rishi rob robert roberto rodney rodrigo roger roland
    rolf roman ron ronald ross roy rudolf rudy rupert russell ryan said salvador sam samuel santiago saul scott sean
    sebastian serge sergei sergey sergio seth shane shaun shinzo simon spencer stan stanislav stanley stefan stefano
    stephen steve steven stuart sven tayyip ted terrence terry theodore thierry thomas tim timothy tobias todd tom
    tomas tommy tony trevor valdis vasyl victor viktor vincent vitali vlad vladimir volodymyr walter warren wayne
    werner wilhelm william winston wolfgang xavier xi yuri yves zbigniew
""")

# Bodies that a noun alone stands for, as a speaker: "the ministry", "the company".
BODY_NOUNS = _words("""
    academy charity enquiry festival inquiry observatory orchestra plant
    administration agency airline alliance army association authority bank bloc board bureau cabinet campaign
    chamber church club coalition college commission committee company congress consortium corporation council court
    delegation department directorate embassy federation firm force foundation fund government group hospital
    institute institution junta kremlin laboratory league legislature manufacturer maker ministry mission monitor
    movement navy network newspaper office operator opposition organisation organization panel parliament party
    pentagon police presidency prosecution publisher regime regulator retailer school secretariat senate service
    society station supplier team think-tank treasury tribunal union university utility watchdog
""")

# Speakers whom the text keeps nameless, even in the plural.
NAMELESS = _words("""
    source sources official officials diplomat diplomats aide aides insider insiders person people man woman someone
    somebody one some many others several witness witnesses resident residents spokesman spokeswoman spokesperson
    spokespeople spokesmen
""")

# Outlets by their most usual names; "the" before them is left out.
OUTLETS = (
    "Reuters",
    "Associated Press",
    "AP",
    "AFP",
    "Agence France-Presse",
    "BBC",
    "BBC News",
    "CNN",
    "Bloomberg",
    "Bloomberg News",
    "The Guardian",
    "Guardian",
    "New York Times",
    "Washington Post",
    "Wall Street Journal",
    "Financial Times",
    "Politico",
    "Axios",
    "Fox News",
    "NBC",
    "NBC News",
    "CBS",
    "CBS News",
    "ABC News",
    "MSNBC",
    "CNBC",
    "NPR",
    "PBS",
    "Sky News",
    "ITV",
    "ITV News",
    "Channel 4 News",
    "Al Jazeera",
    "Al Arabiya",
    "Deutsche Welle",
    "DW",
    "dpa",
    "DPA",
    "Der Spiegel",
    "Spiegel",
    "Die Zeit",
    "Die Welt",
    "Bild",
    "Süddeutsche Zeitung",
    "Handelsblatt",
    "ARD",
    "ZDF",
    "Le Monde",
    "Le Figaro",
    "Libération",
    "France 24",
    "El País",
    "El Mundo",
    "Corriere della Sera",
    "La Repubblica",
    "ANSA",
    "TASS",
    "Tass",
    "RIA Novosti",
    "RIA",
    "Interfax",
    "Interfax-Ukraine",
    "Ukrinform",
    "Kyiv Independent",
    "Kyiv Post",
    "Ukrainska Pravda",
    "Xinhua",
    "Global Times",
    "Kyodo",
    "Kyodo News",
    "NHK",
    "Nikkei",
    "Yonhap",
    "PTI",
    "Press Trust of India",
    "Times of India",
    "The Hindu",
    "Dawn",
    "Haaretz",
    "Times of Israel",
    "Jerusalem Post",
    "Anadolu",
    "Anadolu Agency",
    "SANA",
    "IRNA",
    "Daily Telegraph",
    "The Telegraph",
    "Telegraph",
    "The Times",
    "Sunday Times",
    "Daily Mail",
    "Independent",
    "Economist",
    "USA Today",
    "Los Angeles Times",
    "Chicago Tribune",
    "Boston Globe",
    "Newsweek",
    "Time magazine",
    "New Yorker",
    "Atlantic",
    "Vox",
    "BuzzFeed News",
    "HuffPost",
    "ProPublica",
    "Der Standard",
    "ORF",
    "SVT",
    "NRK",
    "YLE",
    "Yle",
    "ERR",
    "ERR News",
    "Postimees",
    "Delfi",
    "LRT",
    "PAP",
    "CTK",
    "STT",
    "NOS",
    "RTÉ",
    "RTE",
    "CBC",
    "CTV",
    "Globe and Mail",
    "Canadian Press",
    "ABC",
    "AAP",
    "Sydney Morning Herald",
    "Euronews",
    "Euractiv",
    "RFE/RL",
    "Radio Free Europe",
    "Voice of America",
    "VOA",
    "UPI",
    "PA Media",
    "PA",
    "Press Association",
    "TVN24",
    "Meduza",
    "RBC",
    "Kommersant",
    "Novaya Gazeta",
    "Dozhd",
)
