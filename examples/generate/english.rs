//! The English texts of the archive. Every place, person, newspaper and company is invented.

use crate::facts;
use crate::grammar::Language;

pub const ENGLISH: Language = Language {
    tag: "en",
    gap: " ",
    lists: LISTS,
    titles: TITLES,
    sentences: SENTENCES,
    headings: HEADINGS,
    items: ITEMS,
    quotes: QUOTES,
    notes: NOTES,
    picture: "Map of the {place} of {town}",
    table_head: ["Answer", "Now", "Last time"],
    table_rows: &["In favour", "Rather in favour", "Rather against", "Against", "Do not know"],
    facts: &facts::ENGLISH,
};

/// Chinese characters in English headlines, as names and set phrases.
pub const HAN_IN_TITLES: &[&str] = &["碧湾", "潮騒", "霧見沢", "鶴渡", "白峰線", "海峡会談", "朝市", "灯台守"];

#[rustfmt::skip]
const LISTS: &[(&str, &[&str])] = &[
    ("town", &["{t1}{t2}", "{t1}{t2}", "{t1}{t2}", "{t1}{t2}", "Port {t1}", "New {t1}{t2}", "{t1} Sound"]),
    ("t1", &[
        "Vester", "Ondra", "Calver", "Marro", "Tessa", "Quarra", "Brimma", "Hollin", "Keste", "Lumme", "Ostre", "Pellan",
        "Ravna", "Sedda", "Tarno", "Ulve", "Wexel", "Yarro", "Haske", "Dunna", "Fenno", "Galde", "Ivela", "Jorna", "Corra",
        "Bracka", "Mirre", "Noven", "Solla", "Zelda",
    ]),
    ("t2", &[
        "holm", "havn", "by", "wick", "mouth", "ford", "stead", "mere", "fell", "gate", "ness", "berg", "dale", "minster",
        "thorpe", "sund", "vik", "more", "strand", "moor",
    ]),
    ("surname", &["{s1}{s2}", "{s1}{s2}", "{s1}{s2}", "{s1}{s2}-{s1}{s2}"]),
    ("s1", &[
        "Tor", "Hal", "Ven", "Mar", "Kel", "Bren", "Das", "Ost", "Ruv", "Sal", "Tam", "Ild", "Nor", "Fal", "Gor", "Hest",
        "Jar", "Kov", "Lor", "Mond", "Pas", "Quil", "Rask", "Sten", "Tolv", "Ulm", "Vard", "Wend", "Yst", "Zell",
    ]),
    ("s2", &[
        "vald", "inga", "ere", "asko", "mann", "quist", "ova", "eth", "arra", "olin", "usen", "ebrook", "atti", "ymore",
        "enko", "isaki", "adze", "umi", "ander", "oux",
    ]),
    ("given", &[
        "Maren", "Ilse", "Tobin", "Anselm", "Petra", "Joren", "Salla", "Minato", "Haruo", "Oksa", "Lieve", "Darius", "Nadia",
        "Emre", "Tamsin", "Ruben", "Yuna", "Kaito", "Sunniva", "Idris", "Leocadia", "Bram", "Odile", "Casimir", "Ryoko",
        "Hedda", "Matthias", "Noor", "Pelle", "Zofia",
    ]),
    ("person", &["{given} {surname}", "{given} {surname}", "{office} {given} {surname}"]),
    ("office", &[
        "Mayor", "Deputy Mayor", "Governor", "Minister", "Vice Minister", "Professor", "Captain", "Councillor", "Judge",
        "Inspector", "Dr.", "Ambassador", "Secretary-General",
    ]),
    ("org", &[
        "the {town} Harbour Authority", "the Ministry of {field}", "the {town} Chamber of Commerce", "the {field} Agency",
        "the National Institute of {field}", "the {town} assembly's committee on {issue}", "{surname} & Sons",
        "{surname} {trade}", "the {field} Workers' Union", "the {town} District Court", "the {town} Prefectural Police",
        "the cabinet office", "the {town} {field} Council", "the Association of {field} Reporters", "{town} University",
    ]),
    ("field", &[
        "Fisheries", "Transport", "Energy", "Housing", "Public Works", "Finance", "Health", "Education", "Forestry",
        "Foreign Trade", "Coastal Defence", "Agriculture", "Telecommunications", "Labour", "Tourism", "Science", "Justice",
    ]),
    ("trade", &["Marine", "Steel", "Foods", "Railways", "Chemicals", "Electric", "Timber", "Shipping", "Optics", "Textiles"]),
    ("issue", &[
        "harbour fees", "night ferries", "school meals", "rural clinics", "rice reserves", "flood defences", "water prices",
        "tidal power", "coastal erosion", "vacant houses", "foreign trainees", "fishing quotas", "rail fares", "child care",
        "broadband", "forest fires", "kelp farming", "pension payments", "local newspapers", "heating subsidies",
        "airport noise", "radio frequencies", "bridge repairs", "vaccine stocks", "museum funding", "rare metals",
        "export controls", "patrol boats", "fuel storage", "data centres", "election posters", "overtime pay",
    ]),
    ("adj", &[
        "long-awaited", "disputed", "costly", "provisional", "ambitious", "unusual", "regional", "seasonal", "modest",
        "emergency", "joint", "revised", "experimental", "bilateral", "overdue", "voluntary", "five-year", "narrow",
        "informal", "unpopular", "cautious", "sweeping", "annual", "temporary",
    ]),
    ("noun", &[
        "plan", "agreement", "budget", "inquiry", "survey", "subsidy", "proposal", "contract", "review", "programme", "ban",
        "pilot project", "compromise", "timetable", "report", "levy", "merger", "memorandum", "guideline", "appeal",
    ]),
    ("place", &[
        "old harbour", "fish market", "northern breakwater", "railway yard", "river mouth", "ferry terminal", "town hall",
        "island road", "customs house", "reservoir", "shipyard", "weather station", "power station", "outer islands",
    ]),
    ("crowd", &[
        "residents", "fishing crews", "commuters", "parents", "shopkeepers", "students", "farmers", "nurses", "dockers",
        "pensioners", "local officials", "small exporters", "tenants", "rail workers", "volunteers", "amateur historians",
    ]),
    ("act", &[
        "dredge the {town} channel", "raise ferry fares by {#2-19} percent", "close {#2-14} rural clinics",
        "rebuild the {place}", "reopen the {place} to visitors", "double the number of inspectors", "publish the figures",
        "limit spending on {issue}", "move the {place} inland", "hire {#20-900} more staff", "lower the fee for {crowd}",
        "ask {org} for advice", "draft {an adj} {noun} on {issue}", "buy back land near the {place}",
        "set up a fund for {crowd}", "change the rules on {issue}", "build {#2-9} new stations along the coast",
    ]),
    ("acting", &[
        "dredging the channel", "sharing the cost with {town}", "asking {crowd} first", "publishing the contract",
        "waiting for the survey", "cutting spending on {issue}", "repairing the {place}", "talking to {org}",
        "changing the law", "setting a date", "starting with the {place}",
    ]),
    ("weekday", &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
    ("month", &[
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]),
    ("when", &[
        "on {weekday}", "late on {weekday}", "on {weekday} morning", "earlier this month", "last week", "in {month}",
        "by the end of {month}", "after a meeting that lasted {#2-9} hours", "on {month} {#1-28}", "this spring",
    ]),
    ("said", &["said", "told reporters", "told this newspaper", "repeated", "acknowledged", "argued", "warned", "confirmed"]),
    ("claim", &[
        "the {noun} could not be finished before {month}", "costs had risen by {#3-48} percent since {month}",
        "the {place} was safe", "{crowd} had not been asked", "there was no alternative to {acting}",
        "the {adj} {noun} had the support of {crowd}", "the money for {issue} would run out in {month}",
        "{org} had known about the problem for {#2-15} years", "the first results were better than expected",
        "{#2-40} of {#41-90} households near the {place} had already left", "a decision on {issue} was close",
        "the law allowed no exception for {crowd}", "the matter had become a symbol for the whole region",
    ]),
    ("kicker", &[
        "a first in the history of the town", "the largest sum so far", "more than in any year since records began",
        "a third less than planned", "according to people familiar with the talks", "as had been expected",
        "to the surprise of {crowd}", "although {crowd} remain doubtful", "despite a warning from {org}",
        "with the votes of both camps", "and not for the first time", "under pressure from {crowd}",
    ]),
    ("short", &[
        "We will not wait", "Nobody asked us", "The sea does not negotiate", "This is only a beginning", "It is too late",
        "We need an answer by {month}", "A harbour is not a museum", "The figures speak for themselves", "Enough is enough",
    ]),
    ("nick", &["ghost ferry", "paper bridge", "silent harbour", "winter tax", "rice lottery", "third tide", "open ledger"]),
];

const TITLES: &[&str] = &[
    "{town} backs {adj} {noun} on {issue}",
    "{Org} to {act}",
    "{Crowd} in {town} protest over {issue}",
    "{Adj} {noun} on {issue} divides {crowd}",
    "{town} and {town} agree on {issue}",
    "{Person} rejects {adj} {noun}",
    "“{short},” {crowd} tell {org}",
    "Why {crowd} in {town} distrust the \"{nick}\"",
    "{surname} & Sons to {act}",
    "Costs of {issue} up {#3-48} percent, {org} finds",
    "After {#2-30} years, {place} of {town} reopens",
    "{Issue}: {org} sets {adj} deadline",
    "{town} mayor's \"{nick}\" & the price of {issue}",
    "No {noun} on {issue} before {month}, {person} says",
    "{Crowd} welcome {noun} on {issue}",
    "Court in {town} halts {adj} {noun}",
    "How {town} learned to live with {issue}",
    "{Org} apologises to {crowd}",
    "Talks on {issue} resume in {town}",
    "{Person}: {short}",
    "'{nick}' returns to {town}, and {crowd} with it",
    "{Issue} & {issue}: what the {noun} leaves out",
];

const SENTENCES: &[&str] = &[
    "{org} decided {when} to {act}, {kicker}.",
    "{person} of {org} {said} {when} that {claim}.",
    "The {adj} {noun} on {issue} goes back to {an adj} {noun} that {org} and {town} signed {#2-30} years ago.",
    "According to {org}, {#51-97} percent of {crowd} in {town} are dissatisfied with the state of {issue}.",
    "“{short},” {said} {person}, who has worked at the {place} for {#3-41} years.",
    "{crowd} in {town} had asked {org} several times to {act}.",
    "That would mean {acting}, which {person} called “{an adj} step.”",
    "The assembly of {town} will vote on the {noun} {when}.",
    "In {town}, by contrast, {crowd} expect little from {acting}.",
    "{org} has set aside {#2-98} billion for {issue}, {kicker}.",
    "Asked about {issue}, {person} {said} that {claim} and that {claim}.",
    "The {place} [of {town}] has been closed since {month}, and {crowd} have to take the bus.",
    "Neither {org} nor {org} would say when the {noun} will be made public.",
    "Three of the {#9-30} members of the committee abstained, {kicker}.",
    "A spokesperson for {org} confirmed {when} that talks about {acting} had begun.",
    "For {crowd}, the question is not whether to {act} but who pays for it.",
    "The ministry counts {#2-80} towns in which {issue} have become a matter of dispute; {town} is the best known.",
    "It was {person} who, in {month}, first proposed to {act}.",
    "Prices at the {place} rose by {#2-30} percent within a week, {kicker}.",
    "“If we begin by {acting}, {crowd} will follow,” {person} {said}.",
    "The dispute over {issue} began {#2-19} years ago, when {org} wanted to {act}.",
    "{org} disagrees: its own survey found that {claim}.",
    "Whether the {noun} will hold depends on {org}, which has until {month} to answer.",
    "Shares of {surname} {trade} <{#1300-9900}> fell by {#2-17} percent in early trading.",
    "At the {place}, a handful of {crowd} had gathered with banners since the early morning.",
    "People close to {person} say that *the {adj} {noun}* was never meant to be final.",
    "Similar attempts in {town} and {town} failed because nobody had thought of {issue}.",
    "The government in the capital has so far avoided the subject of {issue}, {kicker}.",
    "Experts at {town} University put the damage at {#3-60} million and advise {acting}.",
    "{person}, a member of the opposition, {said} that {claim}.",
    "Last year {org} received {#120-980} complaints about {issue}, {#2-40} percent more than the year before.",
    "Under the {adj} rules, {crowd} must register {when} at the latest.",
    "The {noun} names **four conditions**, among them {acting} and an end to {issue} as they are known today.",
    "What {crowd} remember best is the winter in which the {place} stood empty.",
    "{org} did not reply to questions sent {when}.",
    "So it may well be {month} before {town} can {act}.",
    "In a related development, {org} announced {when} that it would {act}.",
    "Observers in {town} point out that {claim}, {kicker}.",
];

const HEADINGS: &[&str] = &[
    "A question of {issue}",
    "What {crowd} say",
    "The role of {org}",
    "Doubts in {town}",
    "From {month} to {month}",
    "The price of {acting}",
    "Next steps",
    "Background",
    "{an adj} precedent",
    "“{short}”",
];

const ITEMS: &[&str] = &[
    "to {act}",
    "{acting}, with the help of {org}",
    "no cuts to {issue} before {month}",
    "{an adj} {noun} for {crowd}",
    "{#2-40} million for the {place}",
    "a hearing of {crowd} in {town}",
];

const QUOTES: &[&str] = &[
    "{Short}. Whoever wants to {act} must first explain it to {crowd}, and that has not happened. I have said so since {month}.",
    "I know the {place} since my childhood. {Acting} is not what {crowd} need; they need someone who listens.",
    "We have seen {an adj} {noun} come and go. {Short}.",
];

const NOTES: &[&str] = &[
    "The sum includes {#2-19} percent for {issue}.",
    "{Town} merged with {town} in {#1955-2005}.",
    "Translator's note: literally “the {nick}.”",
    "The survey was taken in {month}; {#900-1900} people answered.",
];
