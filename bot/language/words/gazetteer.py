"""What names and roles look like: our own short lists of roles, bodies, places, first names and outlets."""


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
    acting affairs air airport army assistant associate bank border budget bus business cabinet campaign caretaker
    central church city climate club co coast coastguard company country county court cricket data day defence defense
    deputy designate development district division economics economy education elect emergency emeritus energy
    environment ex executive factory family farm federal ferry finance financial fire first fishing flight football
    force foreign forest former founding gas general global government group harbor harbour health home honorary
    hospital housing human incoming industry interim interior internet investment island junior justice labour lay
    lead legal local longtime managing marketing medical military mine mining mosque museum national naval navy newly
    night nuclear oil opposition outgoing parish park parliament parliamentary party peace police policy political
    port power press prime principal prison privacy project provincial public rail railway regional research retired
    rights road rugby ruling sales school science security senior shadow software space special sports staff state
    strategy student tax team technical technology temple tennis then top town trade train tram transport treasury
    union university veteran vice village visiting water weather white world
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
    unicef interpol downing national
    act championship championships cup festival games olympics tournament treaty accord accords convention summit
""")

# Countries, capitals and regions that stand for their governments.
PLACES = _words("""
    abuja accra afghanistan africa alabama alaska albania alberta aleppo algeria america amsterdam andorra angola
    ankara antwerp argentina arizona arkansas armenia asia asuncion athens atlanta auckland australia austria
    azerbaijan baghdad bahamas bahrain baku baltimore bamako bangalore bangkok bangladesh barbados barcelona basel
    basra beijing beirut belarus belfast belgium belgrade benghazi berlin bern bhutan birmingham bogota bolivia bosnia
    boston botswana brasilia bratislava brazil brisbane bristol britain brussels bucharest budapest bulgaria burundi
    busan cairo calgary california cambodia cameroon canada canberra caracas cardiff chennai chicago chile china
    cincinnati cleveland cologne colombia colorado congo connecticut copenhagen crimea croatia cuba cyprus dakar
    damascus delaware delhi denmark denver detroit dhaka djibouti doha donetsk dresden dublin durban ecuador edinburgh
    egypt england estonia ethiopia eu europe fiji finland florida france frankfurt gabon gambia gaza gdansk geneva
    georgia germany ghana glasgow greece guangzhou guatemala guinea guyana hague haiti hamburg hanoi harare havana
    hawaii helsinki herat homs honduras honolulu hungary iceland idaho illinois india indiana indonesia iowa iran iraq
    ireland islamabad israel italy jakarta jamaica japan jerusalem johannesburg jordan kabul kampala kandahar kansas
    karachi kazakhstan kentucky kenya kharkiv khartoum kiev kinshasa kolkata korea kosovo krakow kuwait kyiv kyoto
    kyrgyzstan lagos lahore laos latvia lebanon leeds leipzig lesotho liberia libya liechtenstein lisbon lithuania
    liverpool ljubljana london louisiana luanda luhansk lusaka luxembourg macedonia madagascar madrid maine malawi
    malaysia mali malta manchester manhattan manila manitoba maputo mariupol marseille maryland massachusetts
    mauritania melbourne mexico miami michigan milwaukee minneapolis minnesota minsk mississippi missouri mogadishu
    moldova monaco mongolia montenegro montevideo montreal morocco moscow mosul mozambique mumbai munich myanmar
    nairobi namibia naples nebraska nepal netherlands nevada nicaragua nicosia niger nigeria norway odesa odessa ohio
    oklahoma ontario oregon osaka oslo ottawa pakistan palestine panama paraguay paris pennsylvania peru peshawar
    philadelphia philippines pittsburgh poland portugal prague pretoria pyongyang qatar quebec queensland quito raqqa
    reykjavik riga riyadh romania rome rotterdam russia rwanda sacramento salzburg samoa sarajevo saskatchewan
    scotland seattle senegal seoul serbia seville shanghai sheffield shenzhen singapore skopje slovakia slovenia sofia
    somalia soweto spain stockholm stuttgart sudan suriname sweden switzerland syria taipei taiwan tajikistan tallinn
    tasmania tbilisi tehran tennessee texas thailand tirana togo tokyo tonga toronto tripoli tunisia turin turkey
    turkmenistan u.k u.s uae uganda uk ukraine un uruguay us usa utah uzbekistan vancouver vanuatu vatican venezuela
    venice vermont vienna vietnam vilnius wales warsaw washington wisconsin wuhan wyoming yemen yerevan zagreb zambia
    zimbabwe zurich
""")

FEMALE_NAMES = _words("""
    abigail ada adele aditi agata agnes agnieszka aiko aino aisha akiko aleksandra alexandra alexis alice alicia
    alison alyssa amal amanda amara amber amelia amina amira amy ana ananya anastasia andrea aneta angela angelina
    anita anja anjali ann anna annalena anne annette annika antje antonia april ashley asma astrid audrey aune ava
    aylin ayse ayumi barbara barbora beata beate beatrice becky belinda bella bernadette beth betty beverly bianca
    birgit bozena brenda bridget brigitte britta brittany brooke camilla camille carla carly carmen carol caroline
    carolyn catherine cecilia celine chantal charlotte chelsea chiara chioma chloe christel christiane christina
    christine cindy claire clara claudia colette connie consuelo corinne courtney cristina crystal cynthia dagmar
    daisy dalia daniela danielle danuta dawn deborah debra deepa deepika delia denise diana diane dolores donna dora
    doris doro dorota dorothy edith eeva eija eileen elaine eleanor elena elif elisabeth elise eliza elizabeth elke
    ella ellen elsa emilia emily emine emma erica erika esperanza esra estelle esther eva eve evelyn ewa fabienne
    farah fatima fatma felicity fiona flora florence folasade frances francesca francine friederike gabriela gabrielle
    gail gemma genevieve georgia geraldine gertrude ghislaine gina giorgia gisela giulia gloria grace graciela grazyna
    greta guadalupe gudrun gulsen gwen hailey hala haley halina hanan hannah hanne harriet haruka hatice hazel heather
    heidi heike helen helena helga hilary hillary holly hope huda ida ilona ilse indira ines ingeborg inger ingrid
    irene irina iris isabel isabella isabelle ivy iwona jacinda jackie jacqueline jadwiga jana jane janet janice
    jasmine jean jeanne jenna jennifer jenny jessica jill joan joanna jocelyn joelle jolanta josephine josiane joy
    joyce juanita judith judy julia juliana julie juliette june justyna jutta kaja kamala karen karin karina karla
    kate katerina katharina katherine kathleen kathryn kathy katie katja katrin kavita kay kayla keiko kelly kerstin
    khadija kim kimberly kinga kirsi kirsten kiyoko kristalina kristen kristin kristina krystyna laila lakshmi lamia
    lara laura lauren layla leah leila lena lenka leyla liesel liisa lily linda lindsay lindsey lisa liz loretta lori
    lorraine louise lucia lucie lucy ludmila lydia lyudmila mackenzie madeleine magdalena maggie maia maija malgorzata
    manon manuela mara marcia maren margaret margarita margrethe maria marianne marie mariko marina marine marion
    marisol marit marjorie marlene marta martha mary maryam marzena maya mechthild meera megan melanie melinda melissa
    mercedes merike merve mette mia michaela michelle michiko mildred milena miranda mireille miriam mirna molly mona
    monica monique nadia nadine nancy naoko naomi natalia natalie nathalie neha nesrin ngozi nicola nicole nina
    nirmala noemie nora noriko norma nour odile oksana oleksandra olena olga olivia paige pamela patricia paula
    pauline pavla penelope penny petra phoebe phyllis pirjo pooja priya priyanka rachel radha radka ragnhild rania
    raquel rasha rebecca reem regina renata renate rhonda riitta rita roberta robin rosa rosalind rose rosemary
    roxanne ruth sabine sachiko sally salma salome samantha samira sandra sandrine sanna sara sarah sarita segolene
    selma sharon sheila shirin shirley shreya signe sigrid siiri silje silke silvia simone snezana sofia solange
    solveig sonia sophia sophie soraya stacey stella stephanie sue sunita susan susanna suzanne svetlana swati sylvia
    sylvie taina tamara tania tanya tatiana teodora teresa thea theresa tiffany tina tove tracy tuula ulrike ursula
    ute valentina valerie vanessa vera veronica veronique vesna victoria viktoria viola violet virginia viviane
    waltraud wanda wangari wendy wioletta ximena yara yasmin yelena yoko yolanda yuko yulia yvette yvonne zahra zainab
    zdenka zeynep zlata zoe zofia zuzana
""")

MALE_NAMES = _words("""
    aaron abdul abdullah abraham adam adrian ahmad ahmed alan albert aldo alejandro aleksandr alessandro alex
    alexander alexei alfonso alfred alfredo ali allan alonso alvaro amir anatoly anders andre andreas andrei andrew
    andrii andrzej angus ansel anthony anton antonio antony antti arkady armand arne arno arnold arthur arturo aryeh
    ashraf asif augusto axel aziz barack barry bart bashar bashir ben benedict benjamin benny bernard bernie bill
    bjorn björn bob bogdan bohdan boris borys brad bradley brandon branko brendan brett brian bruce bruno bryan calvin
    carl carlos caspar casper cedric cem cesar chad chaim charles charlie chidi chinedu chris christian christoph
    christopher chuck claudio clemens clifford clinton clive colin conor cornelius craig cyril cyrus dag daisuke
    daniel danilo dario darius darren dave david dean deepak dennis denys derek desmond dick diego dieter dieudonne
    dimitri dirk dmitri dmitry dmytro dominic dominik donald doug douglas dragan duncan dustin dwayne dylan earl
    eckhard eddie edgar edmund eduardo edward edwin efrain einar eitan elias elliot elmar emeka emil emmanuel emre
    enrique enzo eric erik ernest ernesto esteban etienne eugene evan evgeny fabian fabio fabrice fadi faisal farid
    fausto felipe felix ferdinand fernando fidel finn florian fouad francesco francis francisco franco frank frans
    frantisek fred frederick friedrich fritz fyodor gabriel gareth gary gaston gavin geert geoffrey george gerald
    gerard gerardo gerhard giacomo gianni gideon gilbert giorgio giovanni giuseppe glen glenn goran gordan gordon
    graham grant greg gregory guido guillaume guillermo gunnar gunter gustav guy habib haim hakan hamid hamza hans
    harold harry hartmut hassan hector heiko heinrich helmut henning henri henrik henry herbert herman hermann hideki
    hiroshi hisham holger horst hubert hugh hugo humberto hussain hussein ian ibrahim ignacio igor ilham ilya imran
    ingo isaac isamu ismail ivan ivo iyad jaak jaan jaap jack jacob jacques jake jalal jamal james jamie jan janez
    jared jaroslav jason javad javier jay jeb jeff jeffrey jens jeremy jerome jerry jerzy jesse jim jimmy joachim joao
    jochen joe joel joerg johan johann john johnny jon jonas jonathan jorg jorge jose josef joseph joshua juan juergen
    julian jurgen justin jürgen kaarel kamal kamil karel karim karl kaspar kazimir keir keith kemal ken kenji kenneth
    kevin khalid kjell klaus knut kofi konrad kristian krzysztof kurt kwame kyle kyriakos lamar lance larry lars lasse
    laszlo laurent lawrence lazar lech lee leif lennart leo leon leonard leonid leopold leroy leslie leszek lionel
    lloyd lorenzo lothar louis lubomir luca lucas ludovic ludwig luigi luis luke luuk maciej magnus mahmoud maksym
    malcolm manfred manuel marc marcel marcelo marcin marco marcus marek mariano mario mark marko martin marvin
    massimo mateusz mathias mathieu mats matt matteo matthew matthias maurice mauricio maurizio max maxim mehmet
    michael michel miguel mikael mike mikhail milan milos miroslav mitch mitt mohamad mohamed mohammad mohammed moises
    morgan moshe mukesh murat musa mustafa mykola nabil narendra nasser nathan ned neil nelson nestor nicholas nicolas
    nicolás niels nigel nikolai nikos nils noah norman nuno olaf ole oleg oleksandr oleksii oliver olivier omar omer
    osama oscar oskar osman otto owen pablo paolo pascal pat patrick paul pavel pedro pekka peter petr petro petros
    phil philip philippe phillip pierre pieter piotr prakash predrag quentin radek rafael rafal rainer raj rajesh
    ralph rami ramon ramzi rand randy rashid rasmus rauf raul ray raymond recep reinhard reinhold rene reuben ricardo
    riccardo richard rick ricky rishi rob robert roberto rodney rodolfo rodrigo roger roland rolf roman ron ronald
    rory ross roy rudolf rudy rui rupert russell rustam ryan ryszard salim salman salvador sam samir samuel sandro
    sanjay santiago saul scott sean sebastian sebastien selim serge sergei sergey sergio serhii seth shane shaun
    shimon shinzo siegfried sigurd simeon simon slavko slobodan sofiane spencer stan stanislav stanley stavros stefan
    stefano steffen stephane stephen steve steven stuart suleiman sunil sven sylvain szymon takashi takeshi tamas
    tarek tariq tarmo tayyip ted teodor terence terrence terry thabo theodore thibault thierry thomas thorsten tibor
    tim timo timothy tobias todd tom tomas tomasz tomislav tommy tony toomas torsten trevor turgut uday ulf ulrich
    umar urmas uwe vaclav valdis valentin valery vasily vasyl veli vicente victor vijay viktor vilem vincent vincenzo
    vinod vitali vito vlad vladimir vladislav vojtech volker volodymyr wahid waleed walid walter warren wasim wayne
    werner wilhelm willem william winston witold wojciech wolfgang xavier xi yann yannick yasser yevhen yigal yitzhak
    yosef yoshihiko youssef yuri yusuf yves zbigniew zoltan zoran
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
