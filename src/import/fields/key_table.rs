//! Keys of other programs for which only an import has a place, with our names for them. Only data and its lookup.

/// Normalized names and our key; an empty one leaves the key out.
const ROWS: &[(&str, &str)] = &[
    ("title linktitle", "title"),
    ("date", "date"),
    ("posted", "posted"),
    ("updated", "updated"),
    ("expires", "expires"),
    ("draft", "draft"),
    ("published publish public visible", "published"),
    ("status poststatus state visibility", "status"),
    ("summary", "summary"),
    ("section", "section"),
    ("tags", "tags"),
    ("source", "source"),
    ("author", "author"),
    ("translator", "translator"),
    ("reviewer", "reviewer"),
    ("editor", "editor"),
    ("collector collectors selector 选题", "collector"),
    ("kind", "kind"),
    ("extent", "extent"),
    ("genre", "genre"),
    ("issue", "issue"),
    ("edition", "edition"),
    ("page", "page"),
    ("time", "time"),
    ("dateline", "dateline"),
    ("slug", "slug"),
    ("aliases", "aliases"),
    ("url permalink path uri saveas", "address"),
    ("lang language locale languagecode sprache idioma langue 言語 语言 語言 언어", "language"),
    ("license licence copyright rights 版权 著作権", "rights"),
    (
        "cover image images thumbnail coverimage featuredimage featureimage heroimage banner picture headerimage ogimage \
         thumb img hero",
        "cover",
    ),
    ("original", "original"),
    (
        "originalurl originallink originalpost originalarticle sourceurl sourcelink externalurl externallink canonical \
         canonicalurl via link reference 原文リンク 元記事 原文链接 原文地址 原文連結 原文",
        "original.url",
    ),
    ("originaltitle originalheadline sourcetitle 原題 原标题 原標題 原文标题 原文タイトル 원제", "original.title"),
    ("originallang originallanguage sourcelang sourcelanguage fromlanguage translatedfrom 原語", "original.language"),
    ("originalauthor originalauthors sourceauthor 原文作者 原作者 原著者", "author"),
    ("originalauthorurl originalauthorlink authorurl authorlink sourceauthorurl", "original.author_url"),
    ("archiveurl archivedurl archivelink wayback", "original.archive_url"),
    ("taxonomies taxonomy", "taxonomies"),
    ("extra params metadata userdefined", "extra"),
    ("recto", "recto"),
    (
        "layout template view theme pagetemplate templateengineoverride renderwith markup comments comment toc math mathjax katex \
         mermaid search insearchindex insertanchorlinks disablenunjucks build outputs cascade resources sitemap robots \
         robotsnoindex noindex excerptseparator renderwithliquid iscjklanguage pagecssclasses headless showtoc hidemeta \
         disablehljs share sharing showreadingtime sidebar",
        "",
    ),
];

/// Finds our key for a normalized name.
pub fn find(word: &str) -> Option<&'static str> {
    ROWS.iter()
        .find(|(names, _)| names.contains(word) && names.split_whitespace().any(|name| name == word))
        .map(|row| row.1)
}

/// Finds our key for a key in a table `original`.
pub fn of_original(word: &str) -> Option<&'static str> {
    Some(match word {
        "url" | "link" | "href" | "address" | "source" | "website" | "permalink" => "original.url",
        "title" | "headline" | "name" => "original.title",
        "lang" | "language" | "locale" => "original.language",
        "archiveurl" | "archive" | "archived" | "wayback" => "original.archive_url",
        "date" | "published" | "pubdate" => "original.date",
        "page" | "pages" => "original.page",
        "authorurl" => "original.author_url",
        "revision" | "commit" => "original.revision",
        "author" | "authors" => "author",
        _ => return None,
    })
}

/// Fields that hold plain texts.
pub const PLAIN: [&str; 8] = ["kind", "extent", "genre", "issue", "edition", "page", "time", "dateline"];

/// Keys that are recognised with a slip of the finger.
pub const OFTEN_MISSPELT: [&str; 22] = [
    "title",
    "author",
    "authors",
    "translator",
    "translators",
    "reviewer",
    "categories",
    "category",
    "keywords",
    "description",
    "summary",
    "aliases",
    "permalink",
    "publishdate",
    "expirydate",
    "lastmod",
    "original",
    "language",
    "draft",
    "redirectfrom",
    "source",
    "section",
];
