//! A table of keys from other generators, languages and spellings, with their equivalents in Recto. It contains only
//! data; `key_suggestions.rs` looks keys up. Names are written without case, `_` and `-`.

use FileKind::{Article, Glossary, Page, Record, Sibling, Site};
use KeyMeaning::{Key, Words};

/// The kinds of files, each with its own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Article,
    Sibling,
    Page,
    /// The record of a section, source, translator or tag. All have the same keys.
    Record,
    Site,
    Glossary,
    Other,
}

/// The equivalent of a foreign key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMeaning {
    Key(&'static str),
    /// No equivalent; a sentence says what to do instead.
    Words(&'static str),
}

/// The kinds of files, the table, the foreign names (as `plain` normalizes them), and the equivalent.
pub type AliasRow = (&'static [FileKind], &'static str, &'static str, KeyMeaning);

const TEXTS: &[FileKind] = &[Article, Sibling, Page];
const BOTH: &[FileKind] = &[Article, Sibling];
const FILES: &[FileKind] = &[Article, Sibling, Page, Record];

const LAYOUT: &str = "delete the line: Recto chooses the template by the kind of page";
const BODY: &str = "write the text below the front matter";
const PICTURE: &str = "put the picture in the text: ![what it shows](picture.jpg)";
const SWITCH: &str = "delete the line: Recto has no such setting";
const ORIGINAL_URL: &str = "write the address of the original as `url` in the table `original`";
const OF_ARTICLE: &str = "delete the line: Recto takes this from the article";
const NO_LISTING: &str = "delete the line, or move it to the table `extra`: Recto does not list standalone pages";
const BY_ITSELF: &str = "delete the line: Recto does this automatically";
const FORMS: &str = "write a line for each language, such as en = \"Upper House\" or en = { preferred = \"Upper House\", avoid = [\"Senate\"] }";
const NO_FIELD: &str = "delete the line, or write it in `note`: a term has only its languages, `note` and `case`";
const IDENTITY: &str = "delete the line: Recto takes the address from the file name";

/// All known foreign keys.
#[rustfmt::skip]
pub const ROWS: &[AliasRow] = &[
    // ---- keys shared by articles, siblings and pages
    (TEXTS, "", "headline heading header subject name posttitle linktitle subjectline titel überschrift ueberschrift schlagzeile \
        título titulo titular encabezado titre titolo заголовок название заглавие 題名 題 タイトル 見出し 見出 表題 件名 标题 標題 题目 題目 题名 \
        제목 표제 หัวข้อ ชื่อเรื่อง العنوان عنوان כותרת tiêuđề judul başlık tytuł", Key("title")),
    (TEXTS, "", "description excerpt abstract lead lede teaser subtitle subheadline dek deck standfirst intro synopsis blurb \
        metadescription postexcerpt customexcerpt zusammenfassung kurzfassung beschreibung vorspann resumen descripción descripcion \
        résumé resume chapô chapo sommario 要約 概要 要旨 リード 説明 摘要 简介 簡介 概述 요약 описание аннотация", Key("summary")),
    (BOTH, "", "authors byline writer writers reporter journalist by autor autoren autores autora auteur auteurs autore verfasser \
        著者 筆者 作者 记者 記者 執筆者 저자 기자 автор", Key("author")),
    (BOTH, "", "translators translatedby translation translate übersetzer übersetzerin uebersetzer übersetzung traducteur traductrice traductor \
        traductora traducción traduction traduttore tradutor переводчик перевод 翻訳者 訳者 翻訳 訳 译者 譯者 翻译 翻譯 번역자 번역 옮긴이 ผู้แปล \
        المترجم מתרגם çevirmen penerjemah", Key("translator")),
    (TEXTS, "", "layout template view theme pagetemplate templateengineoverride renderwith markup", Words(LAYOUT)),
    (FILES, "", "body content text contents html markdown 本文 正文 内容", Words(BODY)),
    (&[Article], "", "image thumbnail coverimage featuredimage featureimage heroimage banner photo picture header_image headerimage ogimage \
        画像 图片", Key("cover")),
    (&[Article], "", "photos", Words(PICTURE)),
    (&[Sibling, Page], "", "image images thumbnail cover coverimage featuredimage featureimage heroimage banner photo photos picture header_image \
        headerimage ogimage 画像 图片", Words(PICTURE)),
    (TEXTS, "", "comments toc math mathjax katex mermaid search insearchindex insertanchorlinks disablenunjucks headless build outputs \
        cascade resources sitemap robots robotsnoindex noindex excerptseparator renderwithliquid iscjklanguage pagecssclasses", Words(SWITCH)),
    (&[Article, Page], "", "alias redirectfrom redirect redirects oldurl oldurls oldpath urlalias", Key("aliases")),
    (&[Article, Page], "", "lastmod modified lastmodified lastmodifiedat modifieddate datemodified postmodified update updatedat updateddate \
        dateupdated lastupdated aktualisiert geändert actualizado modifié 更新日 更新日時 更新 最終更新 修改日期 更新日期 수정일 обновлено", Key("updated")),
    (&[Article, Page], "", "params metadata meta custom data userdefined fields", Key("extra")),
    (&[Article, Page], "", "hidden private wip unpublished entwurf borrador brouillon 下書き 草稿 черновик", Key("draft")),
    // ---- articles
    (&[Article], "", "pubdate datum datetime fecha data dato created createdat datecreated creationdate dateoriginal originaldate sourcedate \
        day when issuedate дата 日付 日時 掲載日 年月日 日期 날짜 날자 วันที่ التاريخ تاريخ תאריך ngày tanggal tarih", Key("date")),
    (&[Article], "", "sources newspaper paper publisher publication publishedin medium media outlet agency newssource origin zeitung quelle quellen \
        fuente fuentes diario periódico journal fonte bron источник 出典 出所 新聞 新聞社 媒体 ソース 情報源 来源 來源 媒體 报纸 報紙 출처 신문 \
        ที่มา المصدر מקור kaynak sumber", Key("source")),
    (&[Article], "", "category categories sections sectionpath rubrik ressort kategorie kategorien sección seccion categoría categoria categorías \
        categorias rubrique catégorie раздел рубрика категория 分類 カテゴリ カテゴリー 部門 欄 面 セクション 栏目 欄目 分类 类别 類別 섹션 분류 카테고리", Key("section")),
    (&[Article], "", "tag keywords keyword labels topics topic taglist tagsinput schlagwort schlagwörter schlagworte stichwörter stichworte etiqueta \
        etiquetas palabrasclave motsclés motscles motsclefs étiquettes タグ キーワード 标签 標籤 关键词 關鍵詞 태그 키워드 теги метки", Key("tags")),
    (&[Article], "", "publishdate publisheddate dateposted postdate postedon publishedat publishedon datepublished published_time publishtime \
        releasedate goesliveat veröffentlicht publicado publié 投稿日 公開日 公開日時 投稿日時 发布日期 發布日期 发布时间 게시일", Key("posted")),
    (&[Article], "", "expirydate expiry unpublishdate unpublish expiration expiredate expirationdate expiresat expired validuntil 期限 公開終了日", Key("expires")),
    (&[Article], "", "postname urlname urlslug filename shorturl スラッグ", Key("slug")),
    (&[Article], "", "permalink path url uri saveas", Words("set the address with `slug` or with [permalinks] in site.toml; write old addresses in `aliases`, and the address of the original as `url` in the table `original`")),
    (&[Article], "", "weight order sort sortorder position sidebarposition sticky pinned pin featured priority top navorder 順番", Words("delete the line: Recto sorts articles by `posted`")),
    (&[Article], "", "lang language locale languagecode sprache idioma langue 言語 语言 語言 언어", Words("write the language of the original as `lang` in the table `original`; save a text in another language beside the article, as NAME.ja.md; the article itself has the language of site.toml")),
    (&[Article], "", "type posttype contenttype typ art 種類 种类", Words("write `kind` (translation, summary, original, digest) or `genre` (report, editorial, …)")),
    (&[Article], "", "articletype form textsort format ジャンル 体裁 体裁", Key("genre")),
    (&[Article], "", "taxonomies taxonomy", Words("write section = \"…\" and tags = [\"…\"] without a table")),
    (&[Article], "", "collection serie reihe serial 連載 系列 シリーズ", Key("series")),
    (&[Article], "", "menu menus collections group parent", Words("give related articles the same tag: tags = [\"…\"]")),
    (&[Article], "", "originalurl originallink sourceurl sourcelink link links externalurl externallink canonical canonicalurl reference references \
        原文リンク 元記事 原文链接 原文連結", Words(ORIGINAL_URL)),
    (&[Article], "", "archiveurl archivedurl archivelink wayback", Words("write the address of the archived original as `archive_url` in the table `original`")),
    (&[Article], "", "originaltitle originalheadline sourcetitle originaltitel titreoriginal títulooriginal 原題 原标题 原標題 原文タイトル 원제", Words(
        "write the headline of the original as `title` in the table `original`, or in the file NAME.ja.md beside the article")),
    (&[Article], "", "originallang originallanguage sourcelang sourcelanguage fromlanguage translatedfrom 原語", Words(
        "write the language of the original as `lang` in the table `original`")),
    (&[Article], "", "license licence copyright lizenz licencia 著作権 版权", Words("write it in the table `rights`, as `translation`, `original` or `note`")),
    (&[Article], "", "correction erratum errata korrektur 訂正", Key("corrections")),
    (&[Article], "", "pages pagenumber pageno seite página pagina 頁 ページ 面数 版面 页码", Key("page")),
    (&[Article], "", "hour clock uhrzeit hora heure 時刻 时间", Key("time")),
    (&[Article], "", "number issuenumber nr nummer ausgabe número numéro 号 号数", Key("issue")),
    (&[Article], "", "editions 朝夕刊 朝刊 夕刊", Key("edition")),
    (&[Article], "", "location place city ort lugar lieu 発信地", Key("dateline")),
    (&[Article], "", "editors redakteur redaktion edición éditeur 編集者 編集 编辑 編輯", Key("editor")),
    (&[Article], "", "reviewers reviewedby checkedby checker proofreader lektor corrector relecteur 校閲 校正 审校 審校", Key("reviewer")),
    (&[Article], "", "collectors collectedby selectedby selector 选题 選題", Key("collector")),
    (&[Article], "", "length completeness", Key("extent")),
    (&[Article], "", "id uuid guid postid", Words(IDENTITY)),
    // ---- siblings
    (&[Sibling], "", "date posted updated expires draft source section tags slug aliases kind extent genre page time issue edition dateline editor \
        reviewer collector original rights corrections images cover series extra category categories tag keywords published publishdate lastmod weight permalink url lang \
        language", Words(OF_ARTICLE)),
    // ---- pages
    (&[Page], "", "permalink path url slug uri lang language", Words("delete the line: a page's address is its path below content/pages")),
    (&[Page], "", "weight sort sortorder position sidebarposition navorder", Key("order")),
    (&[Page], "", "menu menus parent nav", Words("delete the line: the foot of every page links pages with an `order`; link others in [topics] of site.toml")),
    (&[Page], "", "date pubdate posted section category categories tags tag keywords source translator author authors kind genre taxonomies", Words(NO_LISTING)),
    // ---- records
    (&[Record], "", "name title heading fullname displayname titel bezeichnung nombre nom nome 名前 名称 名稱 氏名 題名 タイトル 标题 이름 имя название", Key("label")),
    (&[Record], "", "nativename localname originalname nativetitle 原名 現地名 原語名", Key("native")),
    (&[Record], "", "alias aka alsoknownas othernames synonyms synonym abbreviation abbreviations 別名 别名 略称", Key("aliases")),
    (&[Record], "", "language sprache idioma langue languagecode locale 言語 语言", Key("lang")),
    (&[Record], "", "land countrycode region nation país pays 国 国家 國家", Key("country")),
    (&[Record], "", "website homepage link site web siteurl uri baseurl webseite sitioweb ウェブサイト 网站 網站", Key("url")),
    (&[Record], "", "weight sort sortorder sortby position rank priority navorder 順番 順序 顺序", Key("order")),
    (&[Record], "", "summary excerpt about bio biography note intro subtitle beschreibung descripción 説明 概要 简介 描述 설명", Key("description")),
    (&[Record], "", "params metadata meta custom data", Key("extra")),
    (&[Record], "", "id slug permalink path", Words(IDENTITY)),
    (&[Record], "", "parent section category", Words("put the record in the folder of the section above it: sections/world/asia.md")),
    (&[Record], "", "layout template paginateby pagetemplate", Words(LAYOUT)),
    // ---- tables in articles
    (&[Article], "original.", "headline name titel 題名 タイトル 見出し 标题", Key("title")),
    (&[Article], "original.", "link href address source website permalink", Key("url")),
    (&[Article], "original.", "archive archived archivelink wayback archivedurl", Key("archive_url")),
    (&[Article], "original.", "language languagecode locale sprache 言語 语言", Key("lang")),
    (&[Article], "original.", "pages pagenumber seite", Key("page")),
    (&[Article], "original.", "published pubdate datum 日付 日期", Key("date")),
    (&[Article], "original.", "source newspaper author translator", Words("write it above the table: it is a key of the article itself")),
    (&[Article], "original.", "show print visibility", Key("publish")),
    (&[Article], "rights.", "license licence text translated article", Key("translation")),
    (&[Article], "rights.", "source", Key("original")),
    (&[Article], "rights.", "copyright comment notice credit", Key("note")),
    (&[Article], "corrections.", "text description message body correction what", Key("note")),
    (&[Article], "corrections.", "type", Key("kind")),
    (&[Article], "corrections.", "day when datum 日付", Key("date")),
    (&[Article], "corrections.", "block p par", Key("paragraph")),
    (&[Article], "images.", "file image path url name", Key("src")),
    (&[Article], "images.", "author photographer source by photo", Key("credit")),
    (&[Article], "images.", "license licence copyright", Key("rights")),
    (&[Article], "images.", "alt caption title text", Words("write the alternative text and the caption with the picture: ![alt](picture.jpg \"caption\")")),
    // ---- site.toml
    (&[Site], "", "name sitename sitetitle blogname blogtitle heading titel título titre 題名 タイトル サイト名 标题 名称", Key("title")),
    (&[Site], "", "url site siteurl root domain host hostname address homepage canonicalurl publicurl", Key("base_url")),
    (&[Site], "", "languagecode lang locale defaultcontentlanguage defaultlanguage sprache idioma langue 言語 语言", Key("language")),
    (&[Site], "", "tz zone zeitzone zonahoraria 時間帯 タイムゾーン 时区", Key("timezone")),
    (&[Site], "", "tagline subtitle sitedescription summary beschreibung descripción 説明 描述", Key("description")),
    (&[Site], "", "license licence copyright lizenz licencia 著作権 版权", Key("rights")),
    (&[Site], "", "themename themes", Key("theme")),
    (&[Site], "", "params metadata", Key("extra")),
    (&[Site], "", "permalink", Words("write [permalinks] and article = \"/{date:%Y/%m/%d}/{slug}/\"")),
    (&[Site], "", "paginate perpage paginateby pagersize postsperpage paginatepath", Words("write [pagination] and per_page = 50")),
    (&[Site], "", "rss feed generatefeed generatefeeds feedlimit rsslimit feedfilenames", Words("delete the line: Recto makes feeds automatically; [feeds] has the keys `limit`, `for`, `text` and `json`")),
    (&[Site], "", "translator author defaulttranslator source section", Words("write defaults for all articles in the table [credits]")),
    (&[Site], "", "menu menus nav navigation links", Words("for links on every page, write [topics] and bar = [{ label = \"…\", url = \"…\" }]")),
    (&[Site], "", "topic", Key("topics")),
    (&[Site], "", "citation cite references bibliography", Key("citations")),
    (&[Site], "", "deployment deploys targets", Words("write a target as a table [deploy.NAME] with to = \"…\"")),
    (&[Site], "", "markup goldmark kramdown marked unsafe rawhtml", Words("for raw HTML in articles, write [markdown] and html = \"escape\", \"sanitize\" or \"allow\"")),
    (&[Site], "", "buildsearchindex searchindex", Words("write [search] and enable = true")),
    (&[Site], "", "destination publishdir publicdir outputdir output outdir public", Words("use `recto build -o DIR` to build into another folder than public/")),
    (&[Site], "", "contentdir sourcedir srcdir layoutdir staticdir i18ndir datadir", Words("delete the line: the folders have fixed names, such as content, templates, static and i18n")),
    (&[Site], "", "builddrafts buildfuture buildexpired drafts showdrafts future unpublished", Words("run `recto build` with --drafts, --future or --expired")),
    (&[Site], "", "enablerobotstxt sitemap minify minifyhtml generatesitemap generaterobotstxt cleandestinationdir compilesass autodetectcjk hascjklanguage \
        enablegitinfo summarylength", Words(BY_ITSELF)),
    (&[Site], "", "plugins gems modules module exclude include keepfiles taxonomies outputs outputformats mediatypes languages collections defaults security \
        privacy services caches related imaging httpserver", Words("delete it: Recto has no such setting")),
    (&[Site], "pagination.", "size pagersize paginate limit count perpage postsperpage", Key("per_page")),
    (&[Site], "permalinks.", "posts post articles pattern permalink page default", Key("article")),
    (&[Site], "", "email mail editor report reporting feedback issues issue", Words("write [contact] and report = \"…\", an e-mail address or the address of the form for a new issue")),
    (&[Site], "contact.", "email mail mailto address url issues issue link feedback", Key("report")),
    (&[Site], "corrections.", "enable enabled show log list", Key("page")),
    (&[Site], "feeds.", "count size number items max", Key("limit")),
    (&[Site], "feeds.", "content body mode full fulltext fullcontent", Key("text")),
    (&[Site], "feeds.", "jsonfeed", Key("json")),
    (&[Site], "feeds.", "enable enabled types kinds what listings", Key("for")),
    (&[Site], "citations.", "enable enabled listings files kinds types what", Key("for")),
    (&[Site], "topics.", "items links entries menu tags topics", Key("bar")),
    (&[Site], "markdown.", "raw rawhtml unsafe", Key("html")),
    (&[Site], "search.", "enabled on", Key("enable")),
    (&[Site], "search.", "original", Key("originals")),
    (&[Site], "search.", "language lang langs", Key("languages")),
    // ---- glossaries
    (&[Glossary], "", "terms entry entries concept concepts word words glossary 用語 術語 术语 용어 термин", Key("term")),
    (&[Glossary], "term.", "notes remark remarks comment comments description definition explanation context usage 備考 注 注記 メモ \
        説明 备注 備註 비고 примечание", Key("note")),
    (&[Glossary], "term.", "casesensitive matchcase exact caseexact", Words("write case = \"exact\"")),
    (&[Glossary], "term.", "source target translation original preferred variants variant avoid deprecated term label name native", Words(FORMS)),
    (&[Glossary], "term.", "kind type status subject domain tags reading partofspeech pos wikidata", Words(NO_FIELD)),
    (&[Glossary], "term.LANG.", "prefer term main label name form text value translation use standard official 推奨 首选", Key("preferred")),
    (&[Glossary], "term.LANG.", "variant admitted allowed accepted also synonym synonyms alternative alternatives alias aliases other others \
        short abbreviation 別名 異体 变体", Key("variants")),
    (&[Glossary], "term.LANG.", "avoided deprecated forbidden forbid never not wrong bad banned reject rejected dont donot incorrect 禁止 避免", Key("avoid")),
    (&[Glossary], "term.LANG.", "note notes comment remark case", Words("write it beside the languages, not inside one")),
];
