//! What every output of a site shows, computed independently of Recto.

use std::collections::BTreeMap;

const PER_PAGE: usize = 5;
const IN_FEEDS: usize = 5;

/// An article as the test knows it.
#[derive(Clone)]
pub struct Sketch {
    pub id: String,
    pub title: String,
    pub date: String,
    /// When it was posted, if not on its date.
    pub posted: Option<String>,
    pub section: &'static str,
    pub tags: Vec<&'static str>,
    pub source: &'static str,
    pub translator: &'static str,
    pub body: String,
    /// Links to the article at this index.
    pub links: Option<usize>,
    /// Whether it has a further translation.
    pub french: bool,
}

impl Sketch {
    /// Returns article number `n`: one on every second day of three months, with varying terms.
    pub fn new(n: usize) -> Sketch {
        let mut tags = vec![if n.is_multiple_of(2) { "Trade" } else { "Weather" }];
        tags.extend(n.is_multiple_of(5).then_some("Elections"));
        Sketch {
            id: format!("report-{n:02}"),
            title: format!("Report {n:02}"),
            date: format!("2024-{:02}-{:02}", 1 + ((n - 1) / 10).min(2), 1 + 2 * (n - 1 - 10 * ((n - 1) / 10).min(2))),
            posted: None,
            section: ["World", "World > Asia", "Economy"][n % 3],
            tags,
            source: if n % 4 < 2 { "The Harbour Gazette" } else { "Evening Star" },
            translator: if n.is_multiple_of(3) { "A. Person" } else { "B. Person" },
            body: format!("Body of {n}."),
            links: (n == 13).then_some(8),
            french: n == 20,
        }
    }

    pub fn address(&self) -> String {
        format!("{}/{}", self.date.replace('-', "/"), self.id)
    }

    pub fn text(&self, all: &[Sketch]) -> String {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("{tag:?}")).collect();
        let link = self.links.map(|at| format!("\n\nMore [there]({}.md).", all[at].id)).unwrap_or_default();
        let posted = self.posted.as_ref().map(|posted| format!("posted = {posted}\n")).unwrap_or_default();
        let original = if self.french { "original = { lang = \"ja\" }\n" } else { "" };
        format!(
            "+++\ntitle = {:?}\ndate = {}\nsection = {:?}\ntags = [{}]\nsource = {:?}\ntranslator = {:?}\n\
             summary = \"As it was.\"\n{posted}{original}+++\n\n{}{link}\n",
            self.title,
            self.date,
            self.section,
            tags.join(", "),
            self.source,
            self.translator,
            self.body
        )
    }

    /// Returns the day on which it was posted.
    fn posted(&self) -> &str {
        self.posted.as_ref().unwrap_or(&self.date)
    }

    /// Returns what listings show of it.
    pub fn card(&self) -> String {
        format!("{} {} {} {} {}", self.title, self.address(), self.section, self.source, self.translator)
    }

    /// Returns the addresses of the terms of a kind and of their ancestors, each with its label.
    pub fn terms(&self, kind: &str) -> Vec<String> {
        let names: Vec<&str> = match kind {
            "sections" => self.section.split(" > ").collect(),
            "tags" => self.tags.clone(),
            "sources" => vec![self.source],
            _ => vec![self.translator],
        };
        let slug = |name: &str| name.to_lowercase().replace(". ", "-").replace(' ', "-");
        let slugs: Vec<String> = names.into_iter().map(slug).collect();
        match kind {
            "sections" => (1..=slugs.len()).map(|n| format!("sections/{}", slugs[..n].join("/"))).collect(),
            _ => slugs.into_iter().map(|slug| format!("{kind}/{slug}")).collect(),
        }
    }
}

/// The file that a search reads first.
pub const ENTRY: &str = "search/entry.bin";

const KINDS: [&str; 4] = ["sections", "tags", "sources", "translators"];

pub type Shown = BTreeMap<String, String>;

/// Returns what every output shows that depends on articles, computed independently of Recto.
pub fn shown(articles: &[Sketch]) -> Shown {
    let mut order: Vec<&Sketch> = articles.iter().collect();
    order.sort_by(|a, b| (b.posted(), &a.id).cmp(&(a.posted(), &b.id)));
    let mut out = Shown::new();
    pages(&order, articles, &mut out);
    let mut listings: BTreeMap<String, Vec<&Sketch>> = BTreeMap::from([(String::new(), order.clone())]);
    for article in &order {
        for kind in KINDS {
            article.terms(kind).into_iter().for_each(|term| listings.entry(term).or_default().push(article));
        }
        for length in [4, 7, 10] {
            listings.entry(article.date[..length].replace('-', "/")).or_default().push(article);
        }
    }
    for (_, list) in listings.iter_mut().filter(|(address, _)| address.starts_with('2')) {
        list.sort_by(|a, b| b.date.cmp(&a.date));
    }
    let counts = |start: &str| -> Vec<(String, usize)> {
        let all = listings.iter().filter(|(address, _)| address.starts_with(start) && address.len() > start.len());
        all.map(|(address, list)| (address.clone(), list.len())).collect()
    };
    for (address, list) in &listings {
        let extras = match address.as_str() {
            "" => counts("sections/"),
            term if term.starts_with("sections/") => counts(&format!("{term}/")),
            term if term.contains(char::is_alphabetic) => Vec::new(),
            date => {
                let mut below = counts(&format!("{date}/"));
                below.retain(|(other, _)| other.len() == date.len() + 3);
                [below, beside(&listings, date)].concat()
            }
        };
        listing(address, list, &format!("{extras:?}"), &mut out);
        if !address.starts_with('2') {
            let feed = if address.is_empty() { "feed.xml".to_owned() } else { format!("{address}/feed.xml") };
            let entries: Vec<String> =
                list.iter().take(IN_FEEDS).map(|a| format!("{} {:?} {}", a.card(), a.tags, a.posted())).collect();
            out.insert(feed, entries.join("\n"));
        }
        if address.starts_with('2') && address.len() == 7 {
            let entries: Vec<String> =
                list.iter().map(|a| format!("{} {} {}", a.address(), a.posted(), a.french)).collect();
            out.insert(format!("sitemap-{}.xml", address.replace('/', "-")), entries.join("\n"));
        }
    }
    for kind in KINDS {
        out.insert(format!("{kind}/index.html"), format!("{:?}", counts(&format!("{kind}/"))));
    }
    let months: Vec<(String, usize)> = counts("2").into_iter().filter(|(address, _)| address.len() <= 7).collect();
    out.insert("archive/index.html".to_owned(), format!("{months:?}"));
    let changed = |month: &String| listings[month].iter().map(|a| a.posted()).max();
    let last: Vec<String> = months.iter().map(|(month, _)| format!("{month} {:?}", changed(month))).collect();
    out.insert("sitemap.xml".to_owned(), last.join("\n"));
    // All of these articles are among the newest, whose words are in one file.
    let searched: Vec<String> = order.iter().map(|article| article.text(articles)).collect();
    out.insert(ENTRY.to_owned(), searched.join("\n"));
    out
}

/// Adds the pages of articles. `order` is newest first.
fn pages(order: &[&Sketch], articles: &[Sketch], out: &mut Shown) {
    for article in order {
        let section: Vec<&&Sketch> = order.iter().filter(|a| a.section == article.section).collect();
        let at = section.iter().position(|a| a.id == article.id).expect("it is in its section");
        let name =
            |at: Option<usize>| at.and_then(|at| section.get(at)).map(|a| format!("{} {}", a.title, a.address()));
        let shared = |a: &Sketch| a.tags.iter().filter(|tag| article.tags.contains(tag)).count();
        let mut related: Vec<&&&Sketch> = section[at + 1..].iter().filter(|a| shared(a) > 0).collect();
        related.sort_by_key(|a| std::cmp::Reverse(shared(a)));
        let related: Vec<String> = related.iter().take(3).map(|a| a.card()).collect();
        let beside = [name(Some(at + 1)), name(at.checked_sub(1))];
        let own = format!("{} {:?} {beside:?} {related:?}", article.card(), article.tags);
        let link = article.links.map(|at| articles[at].address());
        out.insert(format!("{}/index.html", article.address()), format!("{own} {} {link:?}", article.body));
        if article.french {
            out.insert(format!("{}/fr/index.html", article.address()), own);
        }
    }
}

/// Returns the dates before and after a date of the same precision.
fn beside(listings: &BTreeMap<String, Vec<&Sketch>>, date: &str) -> Vec<(String, usize)> {
    let dates: Vec<&String> = listings.keys().filter(|a| a.starts_with('2') && a.len() == date.len()).collect();
    let at = dates.iter().position(|other| *other == date).expect("it is one of them");
    let beside = [at.checked_sub(1), Some(at + 1)].map(|at| at.and_then(|at| dates.get(at)));
    beside.into_iter().map(|date| (date.map(|d| d.to_string()).unwrap_or_default(), 0)).collect()
}

/// Adds the pages of a listing as the manual describes them: numbered from the oldest, with a small page numbered
/// after the last.
fn listing(address: &str, newest_first: &[&Sketch], extras: &str, out: &mut Shown) {
    let page = |number: usize| format!("{address}/page/{number}/index.html").trim_start_matches('/').to_owned();
    let cards: Vec<String> = newest_first.iter().rev().map(|a| a.card()).collect();
    let numbered = (cards.len() / PER_PAGE).saturating_sub(1);
    for number in 1..=numbered {
        let shown = &cards[(number - 1) * PER_PAGE..number * PER_PAGE];
        out.insert(page(number), shown.join("\n"));
    }
    if numbered > 0 {
        out.insert(page(numbered + 1), "a stub".to_owned());
    }
    let root = format!("{address}/index.html").trim_start_matches('/').to_owned();
    // The root says which dates its numbered pages hold, except where they all hold the same.
    let held = |number: usize| {
        let on_page = newest_first.iter().rev().skip((number - 1) * PER_PAGE).take(PER_PAGE);
        let dates: Vec<&str> = on_page.map(|a| a.date.as_str()).filter(|_| address.len() != 10).collect();
        format!("{:?}", dates.iter().min().zip(dates.iter().max()))
    };
    let held: Vec<String> = (1..=numbered).map(held).collect();
    let rest = cards[numbered * PER_PAGE..].join("\n");
    out.insert(root, format!("{} articles, {held:?}, {extras}\n{rest}", cards.len()));
}
