//! Active content: files that run code when they are opened, such as pages and scripts in a browser, or programs and
//! settings on a server. This file judges only names and never reads a file.
//!
//! Anyone who may add a file beside an article could use it to act in the name of the site. So such files are
//! published only if the owner allows them (`[assets] allow`); files in `static/` are the owner's own. An SVG may
//! contain a script, and counts as active only if it does (`content/svg.rs`).

use super::diag::quoted;
use super::problem;
use super::reader::Reader;

/// The table `[assets]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// Whether the names of assets contain a digest.
    pub hashed: bool,
    pub allow: AllowedFiles,
}

/// Extensions and names of active files that are published anyway, in lower case: `.html`, `web.config`, `license`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedFiles(Vec<Box<str>>);

/// Documents whose scripts a browser runs.
const DOCUMENTS: &str = "html|htm|xhtml|xht|shtml|shtm|stm|mht|mhtml|hta|htc|xml|xsl|xslt|xsd|rss|atom|rdf|mml|mathml|kml|\
    xul|xbl|wml|svgz|swf|xap|jar|class|appcache";
/// Extensions that servers send as some `…+xml` type, for which browsers run scripts. These are the types registered
/// with IANA, without extensions that are also language codes, such as `.et`.
const XML: &str = "apxml|atomcat|atomdeleted|atomsrv|atomsvc|bmml|ccmp|ccxml|cdxml|cellml|clue|cml|cpl|csl|dae|davmount|dbk|ddf|dtd|\
    dwd|emma|emotionml|ent|fb2|fdt|gml|gpx|grxml|held|ink|inkml|irp|jnlp|lasxml|lgr|lostsyncxml|lostxml|mads|mei|meta4|metalink|\
    mets|mods|moml|mpd|mrcx|musicxml|musd|mxml|nzb|obgx|odd|opf|osm|owl|plist|provx|pskcxml|rapd|relo|rfcxml|rif|rld|rsd|rsheet|\
    rusd|scl|sdkd|sdkm|senmlx|sensmlx|shf|smi|smil|sml|sru|srx|ssml|stpx|swidtag|tei|teicorpus|tfi|tmx|ttml|uis|uoml|uvt|uvvt|\
    vxml|wadl|wbs|wif|wsdl|wspolicy|x3d|x3dz|xaml|xav|xca|xcs|xdf|xdm|xdp|xdssc|xel|xer|xhtm|xhtml|xhvml|xlf|xliff|xmls|xmp|\
    xns|xop|xsf|xsm|xspf|xvm|xvml|yin|zaz|zmm";
const SCRIPTS: &str = "js|mjs|cjs|jse|vbs|vbe|wsf|wsc|wasm";
/// Extensions that web servers execute wherever they occur in a name.
const SERVED: &str = "php|php2|php3|php4|php5|php6|php7|php8|phps|pht|phtm|phtml|phar|inc|cgi|fcgi|asp|aspx|ascx|ashx|asmx|asax|\
    asa|axd|cer|cdx|cshtml|vbhtml|jsp|jspx|jspf|jsw|jsv|jhtml|cfm|cfml|cfc|shtml|stm|rhtml|esp|ssjs|hbs|ejs";
/// Extensions that web servers execute only at the end of a name, because they have other meanings elsewhere:
/// `photo.pl.jpg` is Polish.
const LAST: &str =
    "pl|pm|py|pyc|rb|lua|tcl|do|action|sh|bash|zsh|csh|ps1|psm1|bat|cmd|com|exe|msi|scr|pif|cpl|lnk|url|reg|apk|dll|so";
const SETTINGS: &str = ".htaccess|.htpasswd|.htgroup|.user.ini|php.ini|web.config|_redirects|_headers|_worker.js|.gitmodules|\
    .gitattributes|crossdomain.xml|clientaccesspolicy.xml|httpd.conf|nginx.conf|caddyfile";

fn is_in(list: &str, word: &str) -> bool {
    list.split('|').any(|known| known.trim_start() == word)
}

/// Describes the file of this name, if it is active.
pub fn active_kind(name: &str) -> Option<&'static str> {
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    if is_in(SETTINGS, &name) {
        return Some("settings of a web server");
    }
    // Servers send it without a type, and browsers then guess from its first bytes.
    if !name.contains('.') {
        return Some("a file without an extension, so that a browser may take it for a page");
    }
    let mut ends = name.split('.').skip(1);
    let last = name.rsplit_once('.').map_or("", |(_, end)| end);
    // A server with content negotiation treats `page.html.ja` and `page.html.gz` as pages.
    let inner = |list: &str| {
        let before = name.rsplit('.').nth(1).unwrap_or_default();
        let negotiated = last.len() == 2 || last.contains('-') || matches!(last, "zst" | "deflate" | "bz2" | "utf8");
        negotiated && name.matches('.').count() > 1 && is_in(list, before)
    };
    let of = |list: &str| is_in(list, last) || inner(list);
    if ends.any(|end| is_in(SERVED, end)) || is_in(LAST, last) {
        return Some("a program");
    }
    let documents = of(DOCUMENTS) || of(XML) || inner("svg");
    if documents { Some("a document that can contain scripts") } else { of(SCRIPTS).then_some("a script") }
}

/// Returns whether a file has the name of an SVG.
pub fn is_svg(name: &str) -> bool {
    name.len() > 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b".svg")
}

impl AllowedFiles {
    /// Returns whether a file of this name is published even if it is active.
    pub fn has(&self, name: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        // `x.php.html` is a program, not a page.
        let whole = |stem: &str| !stem.split('.').skip(1).any(|end| is_in(SERVED, end));
        let of_type = |known: &str| known.starts_with('.') && name.strip_suffix(known).is_some_and(whole);
        self.0.iter().any(|known| of_type(known) || name == **known)
    }

    fn read(r: &mut Reader) -> AllowedFiles {
        let mut allowed = Vec::new();
        for word in r.strings("allow") {
            let name = word.value.trim_start_matches('*').to_lowercase();
            // `html` was meant to be a type.
            let is_type = |name: &str| active_kind(&format!("x.{name}")).is_some() || is_svg(&format!("x.{name}"));
            let form = name.len() > 1
                && !name.contains(['/', '\\', '*', '?'])
                && (name.contains('.') || word.value.starts_with(char::is_alphanumeric) && !is_type(&name));
            let acts =
                [format!("x{name}"), name.clone()].iter().any(|file| active_kind(file).is_some() || is_svg(file));
            if form && !acts {
                let message = format!("files such as {} are published without this setting", quoted(word.value));
                let expected = "expected the extension or name of files that run code, such as \".html\"";
                let found = problem::invalid_config(r.span(&word.at), "invalid-pattern", message, expected);
                r.problems.borrow_mut().push(found.help("delete it"));
                continue;
            }
            if form {
                allowed.push(name.into());
                continue;
            }
            let message = format!("{} is neither a file extension nor a file name", quoted(word.value));
            let expected = "expected an extension such as \".html\" or a full file name";
            let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
            let help = plain.then(|| format!("did you mean `.{name}`?"));
            let found = problem::invalid_config(r.span(&word.at), "invalid-pattern", message, expected);
            r.problems.borrow_mut().push(found.maybe_help(help));
        }
        AllowedFiles(allowed)
    }
}

/// Reads `[assets]`.
pub fn read(r: &mut Reader) -> Assets {
    let Some(mut table) = r.table("assets") else { return Assets::default() };
    let hashed = table.choice("names", &[("stable", false), ("hashed", true)]).is_some_and(|chosen| chosen.value);
    let allow = AllowedFiles::read(&mut table);
    table.finish();
    Assets { hashed, allow }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_what_they_do() {
        for name in "a.html|A.HTM|a.xhtml|a.xml|feed.rss|a.xsl|a.js|a.MJS|a.php|a.php5|a.phtml|a.php.jpg|x.PHP.txt|a.cgi|a.pl|a.py|\
             .htaccess|.HTACCESS|web.config|Web.Config|a.swf|a.svgz|a.html.ja|a.html.gz|a.svg.gz|a.shtml|a.jsp|a.exe|\
             b/c/.htaccess|_headers|a.xht|a.htc|a.gpx|a.ttml|a.TEI|a.wsdl|a.html.zh-hant|.html|x.asp;.jpg.asp|\
             html|js|php|a|x.y/LICENSE"
            .split('|')
        {
            assert!(active_kind(name.trim()).is_some(), "{name}");
        }
        for name in "a.pdf|a.png|photo.pl.jpg|Flag.svg.png|a.svg|notes.txt|data.csv|data.json|a.html.pdf|a.zip|a.mp3|\
             report.docx|日本.pdf|.well-known|a.vtt|a.css|x.js.map|a.epub|minutes.do.pdf"
            .split('|')
        {
            assert!(active_kind(name.trim()).is_none(), "{name}");
        }
        assert!(is_svg("a/b.SVG") && !is_svg(".svg") && !is_svg("a.svgz"));
    }

    #[test]
    fn what_is_allowed_is_a_type_or_a_name() {
        let allowed = AllowedFiles(vec![".html".into(), "web.config".into(), "license".into()]);
        for name in ["a.html", "x/B.HTML", "x/Web.config", ".html", "x/LICENSE"] {
            assert!(allowed.has(name), "{name}");
        }
        for name in ["a.htm", "html", "my.web.config", "a.html.php", "a.php.html", "my-license", "a.license"] {
            assert!(!allowed.has(name), "{name}");
        }
    }
}
