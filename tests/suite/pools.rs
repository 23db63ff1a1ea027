//! The parts of random sites: values for settings and front matter, and files.

/// A key and its possible values, as TOML. An empty value leaves the key out; `{n}` becomes a new number, `{key}`
/// the name of the file.
pub type Choice = (&'static str, &'static [&'static str]);

/// The lines of `site.toml`: table, key, values. The first value is the usual one.
pub const SETTINGS: &[(&str, Choice)] = &[
    ("", ("title", &["\"Test\"", "\"Test Two\"", "\"Test <&> Three\""])),
    ("", ("description", &["", "\"A site.\"", "\"Another site.\""])),
    ("", ("base_url", &["\"https://example.org\"", "\"https://example.org/sub\"", ""])),
    ("", ("language", &["\"en\"", "\"ja\"", "\"de\""])),
    ("", ("timezone", &["\"UTC\"", "\"Asia/Tokyo\""])),
    ("", ("theme", &["", "\"mine\"", "\"default\""])),
    ("", ("titel", &["", "1"])),
    (
        "permalinks",
        (
            "article",
            &["", "\"/{date:%Y}/{slug}/\"", "\"/{section}/{date:%m%d}-{slug}/\"", "\"/{posted:%Y%m%d%H}{slug}/\""],
        ),
    ),
    ("permalinks", ("style", &["", "\"file\""])),
    ("pagination", ("per_page", &["3", "2", "5", "1"])),
    ("feeds", ("limit", &["5", "1", "20"])),
    ("feeds", ("for", &["", "[\"site\"]", "[\"tags\", \"sources\"]"])),
    ("citations", ("for", &["", "[\"months\", \"sections\"]", "[\"tags\", \"sources\", \"translators\"]"])),
    ("feeds", ("text", &["", "\"full\"", "\"excerpt\""])),
    ("feeds", ("json", &["", "true"])),
    ("corrections", ("page", &["", "true", "false"])),
    ("contact", ("report", &["", "\"desk@archive.example\"", "\"https://git.example/new\""])),
    ("credits", ("translator", &["", "\"The Desk\"", "\"A. Person\""])),
    ("credits.labels", ("translation", &["", "\"Our Translation\"", "\"House Text\""])),
    ("original", ("publish", &["", "\"excerpt\"", "\"none\""])),
    ("original", ("layout", &["", "\"below\"", "\"link\"", "\"page\""])),
    (
        "topics",
        (
            "bar",
            &[
                "",
                "[\"Elections\"]",
                "[\"Trade\", { label = \"About\", url = \"/about/\" }]",
                "[\"Unheard\", \"elections\"]",
                "[{ label = \"Elsewhere\", url = \"https://else.example/\" }]",
            ],
        ),
    ),
    ("redirects", ("as", &["", "\"none\""])),
    ("assets", ("names", &["", "\"hashed\""])),
    ("markdown", ("html", &["", "\"sanitize\"", "\"allow\""])),
    ("extra", ("note", &["\"one\"", "\"two\""])),
    ("check", ("links", &["", "", "\"off\"", "", "\"error\""])),
    ("check", ("missing-alt", &["", "", "\"off\"", "", "\"error\""])),
    ("check", ("unknown-key", &["", "", "\"off\"", "", "\"error\""])),
];

/// The dates of articles. Some are more frequent.
pub const DAYS: &[&str] = &[
    "2024-03-01",
    "2023-12-30",
    "2023-12-31",
    "2024-01-02",
    "2024-02-05",
    "2024-02-05",
    "2024-02-06",
    "2024-02-28",
    "2024-03-01",
    "2024-03-02",
    "2024-03-14",
    "2021-07-07",
];

/// The front matter of an article. Required keys come first, with a value that is always valid.
pub const ARTICLE: &[Choice] = &[
    ("title", &["\"Title {n}\"", "\"Title {n} & <more>\""]),
    ("date", DAYS),
    (
        "source",
        &[
            "\"The Harbour Gazette\"",
            "\"Evening Star\"",
            "[\"Evening Star\", \"The Daily Bell\"]",
            "\"the harbour gazette\"",
            "\"Star\"",
        ],
    ),
    (
        "translator",
        &["\"A. Person\"", "\"B. Person\"", "[\"A. Person\", \"The Desk\"]", "\"The Desk\"", "\"a person\"", ""],
    ),
    (
        "section",
        &[
            "\"World\"",
            "\"World > Asia\"",
            "\"Economy\"",
            "\"world/asia\"",
            "[\"Culture\", \"World\"]",
            "\"World > Far East\"",
            "[\"Economy\", \"World > Asia\"]",
        ],
    ),
    (
        "tags",
        &[
            "",
            "[\"Elections\"]",
            "[\"elections\", \"Trade\"]",
            "[\"Trade\", \"Weather\"]",
            "[\"Polls\"]",
            "[\"Budget\", \"Elections\"]",
            "[\"拉致問題\"]",
            "[\"Trade\"]",
        ],
    ),
    (
        "posted",
        &[
            "",
            "2024-03-01T08:00:00Z",
            "2024-03-01T08:00:00Z",
            "2024-03-05T09:00:00+09:00",
            "2024-03-11",
            "2024-03-13T12:00:00Z",
            "2024-03-17T12:00:00Z",
            "2024-02-05T23:30:00Z",
        ],
    ),
    ("updated", &["", "2024-03-08T10:00:00Z", "2024-03-09T10:00:00Z"]),
    ("expires", &["", "2024-03-11T12:00:00Z", "2024-03-16", "2024-02-01", "2030-01-01"]),
    ("draft", &["", "true"]),
    ("slug", &["", "\"own-{key}\"", "\"港\"", "\"number-{n}\""]),
    ("summary", &["", "\"A summary.\"", "\"Another summary {n}.\""]),
    ("aliases", &["", "[\"/old/{key}/\"]", "[\"/old/{key}.html\", \"/was/{key}\"]", "[\"/old/shared/\"]"]),
    ("kind", &["", "\"summary\"", "\"digest\"", "\"original\""]),
    ("extent", &["", "\"abridged\"", "\"gist\""]),
    ("genre", &["", "\"editorial\"", "\"column of ours\""]),
    ("page", &["", "\"p. 3\""]),
    ("author", &["", "\"An Author\"", "[\"An Author\", \"Another\"]"]),
    (
        "original",
        &[
            "",
            "{ publish = \"none\" }",
            "{ publish = \"excerpt\" }",
            "{ lang = \"ja\" }",
            "{ lang = \"fr\", publish = \"full\" }",
            "{ lang = \"ko\", publish = \"none\", title = \"원제 {n}\", url = \"https://said.example/{n}\" }",
            "{ lang = \"fr\", publish = \"none\" }",
            "{ lang = \"en\" }",
            "{ lang = \"en\", publish = \"none\", url = \"https://said.example/{n}\" }",
            "{ layout = \"page\" }",
            "{ layout = \"below\" }",
            "{ lang = \"ja\", layout = \"link\" }",
            "{ lang = \"fr\", publish = \"full\", layout = \"page\" }",
            "{ layout = \"facing\" }",
        ],
    ),
    (
        "corrections",
        &[
            "",
            "[{ date = 2024-03-03, note = \"A wrong year.\", paragraph = 1 }]",
            "[{ date = 2024-03-09, note = \"Note {n}.\" }, { date = 2024-03-05, note = \"<b>\", paragraph = 2 }]",
        ],
    ),
    ("rights", &["", "{ translation = \"CC-BY-4.0\", note = \"Note {n}\" }"]),
    ("extra", &["", "{ mood = \"grim\" }", "{ mood = \"mild {n}\" }"]),
    ("colour", &["", "\"red\""]),
];

/// The number of required keys at the start.
pub const NEEDED: usize = 5;

pub const SIBLING: &[Choice] = &[
    ("title", &["\"題 {n}\"", "\"Titre {n}\""]),
    ("author", &["", "\"筆者 {n}\""]),
    ("translator", &["", "\"C. Person\""]),
    ("summary", &["", "\"Un résumé {n}.\""]),
];

pub const RECORD: &[Choice] = &[
    ("label", &["", "\"Label {key}\"", "\"Label {key} {n}\"", "\"Called {n}\""]),
    ("aliases", &["", "[\"Polls\"]", "[\"Far East\"]", "[\"Star\", \"The Star {n}\"]"]),
    ("order", &["", "1", "2", "-3"]),
    ("description", &["", "\"Described {n}.\""]),
    ("native", &["", "\"ことば {n}\""]),
    ("lang", &["", "\"ja\""]),
    ("url", &["", "\"https://term.example/{n}\""]),
    ("country", &["", "\"JP\""]),
    ("extra", &["", "{ team = true }", "{ note = \"x{n}\" }"]),
    ("original", &["", "{ layout = \"below\" }", "{ layout = \"page\" }"]),
];

pub const PAGE: &[Choice] = &[
    ("title", &["\"Page {n}\""]),
    ("summary", &["", "\"What page {n} says.\""]),
    ("updated", &["", "2024-03-04", "2024-03-05T10:00:00Z"]),
    ("draft", &["", "true"]),
    ("aliases", &["", "[\"/was-{key}/\"]"]),
    ("extra", &["", "{ x = {n} }"]),
];

/// Possible records and pages, and the languages of siblings.
pub const RECORDS: &[&str] = &[
    "sections/world",
    "sections/world/asia",
    "sections/economy",
    "sections/culture",
    "tags/elections",
    "tags/trade",
    "tags/unheard",
    "tags/polls",
    "sources/the-harbour-gazette",
    "sources/evening-star",
    "translators/a-person",
    "translators/the-desk",
];
pub const PAGES: &[&str] = &["pages/about", "pages/guide/style", "pages/contact"];
pub const LANGUAGES: &[&str] = &["fr", "ja", "ko", "fr", "zh-Hant"];

/// Files that are not texts of the content: path and content.
pub type File = (&'static str, &'static str);

pub const ASSETS: &[File] = &[
    ("content/articles/pic.svg", "<svg width=\"{n}\" height=\"9\"/>"),
    ("content/articles/deep/plan.svg", "<svg>plan {n}</svg>"),
    ("content/articles/deep/pic.svg", "<svg>{n}</svg>"),
    ("content/sections/map.svg", "<svg viewBox=\"0 0 7 {n}\"/>"),
    ("content/pages/fig.svg", "<svg>fig {n}</svg>"),
];

/// Glossaries with words that occur in texts. The numbers make another glossary of each edit; a comment does not.
pub const GLOSSARIES: &[File] = &[
    (
        "content/glossary/a.toml",
        "[[term]]\nfr = \"body\"\nja = [\"Words\", \"{n}\"]\nen = { preferred = \"body\", avoid = [\"so on\"] }\n",
    ),
    (
        "content/glossary/b.toml",
        "[[term]]\nko = \"words\"\nen = \"term {n}\"\nde = \"Words\"\n[[term]]\nzh = \"of a\"\nen = \"more {n}\"\n",
    ),
    (
        "content/glossary/c.toml",
        "# {n}\n[[term]]\nja = \"more\"\nen = { preferred = \"there\", avoid = [\"more\"] }\ncase = \"any\"\n",
    ),
    ("content/glossary/a.toml", "[[term]]\nfr = \"Words {n}\"\n"),
    ("content/glossary/notes.csv", "stray {n}"),
];

pub const STATICS: &[File] = &[
    ("static/own.css", "p { order: {n} }\n"),
    ("static/recto.css", "body { order: {n} }\n"),
    ("static/print.js", "// {n}\n"),
    ("static/robots.txt", "# {n}\n"),
    ("static/.well-known/x.txt", "{n}"),
    ("static/note", "{n}"),
    ("static/note/x.txt", "{n}"),
    ("static/about/index.html", "{n}"),
    ("content/notes.md", "stray {n}"),
];

pub const TEMPLATES: &[File] = &[
    (
        "templates/article.html",
        "{% extends \"themes/default/article.html\" %}\n{% block head %}<meta name=\"own\" content=\"{n}\">{% endblock head %}\n",
    ),
    (
        "templates/tag.html",
        "{% extends \"base.html\" %}\n{% block main %}<p>{n}</p>{% include \"partials/term.html\" %}{% endblock main %}\n",
    ),
    (
        "templates/section.html",
        "{% extends \"base.html\" %}\n{% block main %}{% include \"partials/own.html\" %}{{ listing.cards | length }}{% endblock main %}\n",
    ),
    ("templates/partials/own.html", "<p>own {n}</p>\n"),
    (
        "templates/home.html",
        "{% extends \"themes/default/home.html\" %}\n{% block footer %}<footer>{n} {{ site.extra.note }}</footer>{% endblock footer %}\n",
    ),
    (
        "templates/day.html",
        "{% extends \"base.html\" %}\n{% block main %}<p>{n} {{ listing.count }}</p>{% endblock main %}\n",
    ),
    ("templates/partials/crumbs.html", "<p>crumbs {n}</p>\n"),
    ("templates/partials/calendar.html", "<table><caption>{n}</caption></table>\n"),
    ("templates/partials/footer.html", "<footer>{n} {{ site.extra.note }}</footer>\n"),
    (
        "templates/components/card.html",
        "{% component card(card, by, sep) -%}\n<li>{n} <a href=\"{{ card.url }}\">{{ card.title }}</a></li>\n{% endcomponent card %}\n",
    ),
    (
        "templates/base.html",
        "{% extends \"themes/default/base.html\" %}\n{% block head %}<meta name=\"base\" content=\"{n}\">{% endblock head %}\n",
    ),
    ("templates/redirect.html", "<p>{n} <a href=\"{{ target }}\">{{ target }}</a></p>\n"),
    ("templates/unused.html", "<p>{n}</p>\n"),
];

pub const THEMES: &[File] = &[
    ("themes/mine/theme.toml", "name = \"Mine {n}\"\n"),
    ("themes/mine/templates/partials/footer.html", "<footer>mine {n}</footer>\n"),
    (
        "themes/mine/templates/page.html",
        "{% extends \"base.html\" %}\n{% block main %}{n} {{ content }}{% endblock main %}\n",
    ),
    ("themes/mine/static/mine.css", "p { order: {n} }\n"),
    ("themes/mine/static/recto.css", "p { order: {n} }\n"),
    ("themes/mine/i18n/en.toml", "nav_tags = \"Topics {n}\"\n"),
    ("themes/default/templates/partials/pager.html", "<p>pager {n}</p>\n"),
    ("themes/default/static/recto.css", "p { order: {n} }\n"),
];

pub const STRINGS: &[File] = &[
    ("i18n/en.toml", "translated_by = \"Put into English {n} by\"\nalert_note = \"Mind {n}\"\n"),
    ("i18n/ja.toml", "nav_tags = \"標 {n}\"\n"),
    ("i18n/de.toml", "nav_archive = \"Archiv {n}\"\n[n_articles]\none = \"{n} Artikel\"\nother = \"{n} Artikel\"\n"),
];

/// Files that make every build fail.
pub const FAULTS: &[File] = &[
    ("templates/day.html", "{{ nothing.here }}"),
    ("templates/article.html", "{% if %}"),
    ("templates/partials/footer.html", "{{ t(key=\"no_such_string\") }}"),
    ("templates/tag.html", "{% include \"partials/missing.html\" %}"),
    ("templates/year.html", "{{ date.label | shout }}"),
    ("i18n/en.toml", "translated_by = \n"),
    ("content/articles/broken.md", "+++\ntitle = = 1\n+++\n"),
    ("content/tags/broken.md", "no front matter\n"),
    ("content/articles/odd.md", "+++\ntitle = \"A bell: \u{7}\"\n+++\n"),
    ("themes/mine/templates/footer.html", "{% include \"themes/mine/footer.html\" %}"),
];

/// Blocks that are written unchanged.
pub const RAW: &[&str] = &[
    "<b>Raw</b> HTML.",
    "A note[^1].\n\n[^1]: That note.",
    "A note without its text[^2].",
    "> [!NOTE]\n> Mind this.",
    "| a | b |\n|--|--|\n| 1 | 2 |",
    "See [all tags](/tags/) and [below](#p1).",
    "## A heading {#here}",
    "![](https://images.example/x.png)",
    "Two of one.<!--^-->",
    "Left out.<!--=-->",
    "Put in.<!--+-->",
    "- an item\n- another {+}\n\n1. first\n2. second {^}",
    "<div>\n\nOpen {-}",
];
