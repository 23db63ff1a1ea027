//! Words in bylines that are not names of people: roles, and the names of desks, agencies and newspapers, in the
//! languages of the interface. Lists of this kind are never complete; `role` and `team` in the front matter always
//! count.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Roles, in lower case.
const ROLES: &str = "writer reporter correspondent editor columnist photographer commentator journalist critic contributor \
    contributing freelance researcher analyst professor lecturer fellow novelist economist historian director president \
    chairman chairwoman chairperson secretary ambassador minister intern cartoonist illustrator \
    journaliste rédacteur rédactrice correspondant correspondante envoyé envoyée éditorialiste chroniqueur chroniqueuse \
    professeur professeure écrivain historien historienne \
    periodista redactor redactora corresponsal enviado enviada columnista reportero reportera profesor profesora escritor \
    escritora redakteur redakteurin korrespondent korrespondentin journalistin reporterin kolumnist kolumnistin autor \
    autorin professorin jornalista repórter correspondente enviado colunista \
    журналист журналистка корреспондент корреспондентка обозреватель редактор репортёр репортер колумнист профессор \
    собкор спецкор политолог مراسل مراسلة صحفي صحفية كاتب كاتبة محرر محررة أستاذ";
/// Parts of roles in scripts without spaces.
const UNSPACED_ROLES: [&str; 17] = [
    "記者",
    "特派員",
    "論説委員",
    "編集委員",
    "支局長",
    "編集長",
    "教授",
    "评论员",
    "評論員",
    "记者",
    "特派记者",
    "編輯",
    "编辑",
    "主筆",
    "기자",
    "특파원",
    "논설위원",
];

/// Words in names of desks, agencies, newspapers and offices, in lower case. Words that connect several are among them.
const TEAMS: &str = "the of and for & desk team staff board bureau agency press news newsroom editorial editors reporters writers \
    correspondents office service services association committee council ministry embassy institute center centre \
    university college school department section group company corp corporation inc ltd llc plc co gmbh shimbun shinbun \
    sentaku division foundation party government union federation network media times post journal gazette herald \
    tribune daily weekly monthly magazine radio television tv broadcasting online digital library archive project \
    rédaction agence équipe journal presse ministère comité conseil et la le \
    redacción agencia equipo mesa prensa periódico diario ministerio comité consejo el los \
    redaktion agentur büro zeitung ressort verlag ministerium rat und die der das \
    redação redacção agência equipe jornal \
    редакция агентство отдел группа служба газета журнал министерство и";
/// Ends of such names in scripts without spaces.
const UNSPACED_TEAMS: [&str; 22] = [
    "社",
    "部",
    "班",
    "局",
    "室",
    "会",
    "會",
    "課",
    "省",
    "庁",
    "新聞",
    "新闻",
    "通信",
    "報",
    "报",
    "放送",
    "台",
    "网",
    "팀",
    "신문",
    "통신",
    "편집부",
];

/// Particles of family names.
const PARTICLES: &str =
    "van von der den de del della di da dal dos das du la le al el bin ibn ter ten zu zum af av y e";
/// What may follow a personal name.
const SUFFIXES: &str = "jr jr. sr sr. ii iii iv";

/// One of the lists above, made ready once: bylines are read for every article.
struct WordList(LazyLock<HashSet<&'static str>>);

impl WordList {
    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

static ROLE_WORDS: WordList = WordList(LazyLock::new(|| ROLES.split_ascii_whitespace().collect()));
static TEAM_WORDS: WordList = WordList(LazyLock::new(|| TEAMS.split_ascii_whitespace().collect()));
static PARTICLE_WORDS: WordList = WordList(LazyLock::new(|| PARTICLES.split_ascii_whitespace().collect()));

/// Iterates over the words of a text in lower case, without the marks around them.
fn words(text: &str) -> impl Iterator<Item = String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '&').to_lowercase();
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '–' | '—')).map(bare)
}

/// Returns whether a text names a role.
pub fn is_role(text: &str) -> bool {
    let is_unspaced = |text: &str| UNSPACED_ROLES.iter().any(|role| text.contains(role));
    (!text.is_ascii() && is_unspaced(text)) || words(text).any(|word| ROLE_WORDS.has(&word))
}

/// Returns whether a name is that of a desk, an agency or a newspaper.
pub fn is_team(name: &str) -> bool {
    let ends = |word: &str| !word.is_ascii() && UNSPACED_TEAMS.iter().any(|end| word.ends_with(end));
    // A particle in lower case is part of a personal name: `de la Cruz`, but `La Rédaction`.
    let is_word = |word: &str| !is_particle(word) && words(word).any(|word| TEAM_WORDS.has(&word));
    name.split_whitespace().any(|word| is_word(word) || ends(word)) || name.contains(" of ")
}

/// Returns whether a word is a particle of family names.
pub fn is_particle(word: &str) -> bool {
    PARTICLE_WORDS.has(word)
}

/// Returns whether a word may follow a personal name.
pub fn is_suffix(word: &str) -> bool {
    SUFFIXES.split_ascii_whitespace().any(|suffix| suffix.eq_ignore_ascii_case(word))
}
