//! Writes configuration for nginx, Caddy and Apache, to be included in the server's: redirects, headers, types, the
//! 404 page. Text only. Tested with nginx 1.22, Caddy 2.6 and Apache 2.4 in `tests/suite/conformance.rs`.
//!
//! No address can break out of its quotation: for nginx and Caddy, characters with a meaning are escaped; for
//! Apache, addresses are percent-encoded; and redirect targets contain only the characters of `plain_url`. Paths
//! are case-sensitive everywhere, and two sites on one server share nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::content_types::{self, HTML};
use super::default_headers::{ALWAYS, ASK, DIGEST_PATTERN, FOR_EVER, cache_control, holds_digest};
use super::overlay_input::{OverlayInput, as_requested, plain_url};

/// The folder of these files at the target, below its root. No server publishes it.
pub const FOLDER: &str = ".recto";

/// nginx 1.22 keeps the length of a `location` in one byte, and never matches a longer one.
const NGINX_LONGEST: usize = 255;
/// Apache reads at most 1,024 bytes of a line in a map (`REWRITE_MAX_TXT_MAP_LINE` of mod_rewrite); some are kept
/// in reserve.
const APACHE_LONGEST: usize = 1000;

/// A file for the target: its path and its text.
pub type ConfigFile = (String, String);

/// How such a server answers besides serving files, for the preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerAnswers {
    /// Status and destination of decoded paths that have moved.
    pub moves: BTreeMap<String, (u16, String)>,
    hashed: bool,
    /// Decoded paths of files that look as if their names contained digests.
    lookalikes: BTreeSet<String>,
}

impl ServerAnswers {
    pub fn new(table: &OverlayInput) -> ServerAnswers {
        let mut moves = BTreeMap::new();
        for one in &table.moves {
            for path in one.paths(&table.base) {
                moves.entry(path).or_insert_with(|| (one.status(), plain_url(&one.to)));
            }
        }
        ServerAnswers { moves, hashed: table.hashed, lookalikes: lookalikes(table).collect() }
    }

    /// Returns the `Cache-Control` of a decoded path that exists.
    pub fn cache_control(&self, path: &str) -> &'static str {
        cache_control(self.hashed && holds_digest(path) && !self.lookalikes.contains(path))
    }
}

/// Returns the decoded paths of the host that match the digest pattern but must not be cached forever.
fn lookalikes(table: &OverlayInput) -> impl Iterator<Item = String> {
    table.lookalikes.iter().map(|path| format!("{}/{path}", table.base))
}

/// Rejects a site path with certain characters: each server would need another way to escape them, and no real site
/// has such a path.
pub fn check_base(base: &str) -> Result<(), String> {
    let plain = |c: char| c.is_alphanumeric() || "-._~/".contains(c);
    match base.chars().all(plain) {
        true => Ok(()),
        false => Err(format!(
            "Recto cannot write a server configuration for the path {base} of base_url: it has special characters"
        )),
    }
}

/// Groups moves by status, each with its paths.
fn by_status(table: &OverlayInput) -> BTreeMap<u16, BTreeMap<String, String>> {
    let mut out: BTreeMap<u16, BTreeMap<String, String>> = BTreeMap::new();
    for (path, (status, to)) in ServerAnswers::new(table).moves {
        out.entry(status).or_default().insert(path, to);
    }
    out
}

/// Writes a path as a regular expression that nginx, Caddy and Apache read alike, and that stays within a
/// quotation.
fn exactly(path: &str) -> String {
    let mut out = String::from("^");
    for c in path.chars() {
        match c.is_ascii() && !c.is_ascii_alphanumeric() && c != '/' {
            true => drop(write!(out, "\\x{:02x}", c as u32)),
            false => out.push(c),
        }
    }
    out + "$"
}

/// Writes `.recto/nginx.conf`, to be included in the `server` block. It contains no `map`, which would have to be
/// outside of the block, would apply to all sites of the server, and would ignore case.
pub fn nginx(table: &OverlayInput) -> Vec<ConfigFile> {
    let base = &table.base;
    let mut server = format!(
        "# Written by Recto. In the server block, after `root`:\n#   include /path/of/the/site/{FOLDER}/nginx.conf;\n\
         # After a deploy: nginx -s reload\n\
         index index.html;\nabsolute_redirect off;\nerror_page 404 {base}/404.html;\n\
         # A folder without an index is missing, too.\nerror_page 403 =404 {base}/404.html;\n\
         location ^~ {base}/{FOLDER} {{\n    return 404;\n}}\n"
    );
    for (status, moves) in by_status(table) {
        for (path, to) in moves {
            let place = match path.len() > NGINX_LONGEST {
                true => format!("~ \"{}\"", exactly(&path)),
                false => format!("= \"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")),
            };
            let _ = write!(server, "location {place} {{\n    return {status} \"{to}$is_args$args\";\n}}\n");
        }
    }
    let _ = writeln!(server, "set $recto_cache \"{ASK}\";");
    if table.hashed {
        let mut when = |pattern: &str, cache: &str| {
            let _ = write!(server, "if ($uri ~ \"{pattern}\") {{\n    set $recto_cache \"{cache}\";\n}}\n");
        };
        when(DIGEST_PATTERN, FOR_EVER);
        when("\\.html?$", ASK);
        lookalikes(table).for_each(|path| when(&exactly(&path), ASK));
    }
    server.push_str("types {\n");
    let mut with_charset = Vec::new();
    for (kind, extensions) in content_types::by_type() {
        let bare = kind.split(';').next().unwrap_or(kind);
        // Pages always get one.
        if kind != bare && kind != HTML {
            with_charset.push(bare);
        }
        let _ = writeln!(server, "    {bare} {};", extensions.join(" "));
    }
    let texts: Vec<&str> = content_types::by_type()
        .into_iter()
        .filter(|(kind, _)| content_types::is_text(kind) && *kind != HTML)
        .map(|(kind, _)| kind.split(';').next().unwrap_or(kind))
        .collect();
    let _ = write!(
        server,
        "}}\ndefault_type application/octet-stream;\ncharset utf-8;\ncharset_types {};\n\
         gzip on;\ngzip_static on;\ngzip_vary on;\ngzip_types {};\nadd_header Cache-Control $recto_cache;\n",
        with_charset.join(" "),
        texts.join(" ")
    );
    for (name, value) in ALWAYS {
        let _ = writeln!(server, "add_header {name} \"{value}\" always;");
    }
    vec![(format!("{FOLDER}/nginx.conf"), server)]
}

/// Writes `.recto/Caddyfile`, to be imported in the site's block.
pub fn caddy(table: &OverlayInput) -> Vec<ConfigFile> {
    let base = &table.base;
    let mut out = format!(
        "# Written by Recto. In the block of the site, after `root`:\n#   import /path/of/the/site/{FOLDER}/Caddyfile\n\
         # After a deploy: caddy reload\n"
    );
    for (status, moves) in by_status(table) {
        let _ = writeln!(out, "map {{path}} {{recto_{status}}} {{");
        for (path, to) in moves {
            let _ = writeln!(out, "\t{} \"{to}\"", caddy_input(&path));
        }
        let name = format!("recto_{status}");
        let _ = write!(
            out,
            "\tdefault \"\"\n}}\n@{name} expression {{{name}}} != \"\" && {{query}} == \"\"\nredir @{name} {{{name}}} {status}\n\
             @{name}_query expression {{{name}}} != \"\" && {{query}} != \"\"\n\
             redir @{name}_query {{{name}}}?{{query}} {status}\n"
        );
    }
    out.push_str("map {path} {recto_type} {\n\t~/$ \"text/html; charset=utf-8\"\n");
    for (kind, extensions) in content_types::by_type() {
        let _ = writeln!(out, "\t~(?i)\\.({})$ \"{kind}\"", extensions.join("|"));
    }
    out.push_str("\tdefault \"application/octet-stream\"\n}\n");
    let mut ever = String::new();
    if table.hashed {
        for path in lookalikes(table) {
            let _ = writeln!(ever, "\t{} \"{ASK}\"", caddy_input(&path));
        }
        let _ = writeln!(ever, "\t\"~{DIGEST_PATTERN}\" \"{FOR_EVER}\"");
    }
    let _ = write!(
        out,
        "map {{path}} {{recto_cache}} {{\n\t~\\.html?$ \"{ASK}\"\n{ever}\tdefault \"{ASK}\"\n}}\n\
         header Content-Type {{recto_type}}\nheader Cache-Control {{recto_cache}}\n"
    );
    for (name, value) in ALWAYS {
        let _ = writeln!(out, "header {name} \"{value}\"");
    }
    let _ = write!(
        out,
        "@recto_own path {base}/{FOLDER}/* {base}/{FOLDER}-*\nerror @recto_own 404\nencode gzip\n\
         file_server {{\n\tindex index.html\n\tprecompressed br gzip\n}}\nhandle_errors {{\n\
         \t@recto_missing expression {{err.status_code}} == 404\n\theader @recto_missing -Cache-Control\n\
         \theader @recto_missing Content-Type \"{HTML}\"\n\trewrite @recto_missing {base}/404.html\n\
         \tfile_server @recto_missing\n}}\n"
    );
    vec![(format!("{FOLDER}/Caddyfile"), out)]
}

/// Writes a path for a `map`: literally or, if it has a meaning in a Caddyfile, as a regular expression.
fn caddy_input(path: &str) -> String {
    match path.contains(|c: char| "{}\"\\`".contains(c) || c.is_control()) {
        true => format!("\"~{}\"", exactly(path)),
        false => format!("\"{path}\""),
    }
}

/// Writes `.recto/apache.conf`, to be included in the site's block, and `.recto/redirects-301.txt` with the moves.
pub fn apache(table: &OverlayInput) -> Vec<ConfigFile> {
    let base = &table.base;
    let mut out = format!(
        "# Written by Recto. In the block of the site (<VirtualHost>), after `DocumentRoot`:\n\
         #   Define RECTO /path/of/the/site\n#   Include ${{RECTO}}/{FOLDER}/apache.conf\n\
         # It needs the modules dir, headers, mime and rewrite: a2enmod headers rewrite\n# After a deploy: apachectl graceful\n\
         DirectoryIndex index.html\nDirectorySlash On\nErrorDocument 404 \"{}/404.html\"\nAddDefaultCharset Off\n\
         <Location \"{base}/\">\n    Options -Indexes -MultiViews\n</Location>\nRewriteEngine On\n\
         RewriteCond %{{REQUEST_URI}} \"^\\Q{base}\\E/\\.recto\"\nRewriteRule ^ - [R=404,L]\n\
         RewriteMap recto_escaped int:escape\n",
        as_requested(base)
    );
    let mut files = Vec::new();
    for (status, moves) in by_status(table) {
        let name = format!("{FOLDER}/redirects-{status}.txt");
        let mut lines = String::new();
        for (path, to) in moves {
            let line = format!("{} {to}", apache_key(&path));
            if line.len() > APACHE_LONGEST {
                let to = to.replace('%', "\\%");
                let _ = writeln!(out, "RewriteRule \"{}\" \"{to}\" [R={status},NE,L]", exactly(&path));
            } else {
                lines.push_str(&line);
                lines.push('\n');
            }
        }
        let _ = write!(
            out,
            "RewriteMap recto_{status} \"txt:${{RECTO}}/{name}\"\n\
             RewriteCond ${{recto_{status}:${{recto_escaped:%{{REQUEST_URI}}}}}} ^(.+)$\n\
             RewriteRule ^ %1 [R={status},NE,L]\n"
        );
        files.push((name, lines));
    }
    let _ = write!(
        out,
        "# A folder without an index is missing.\nRewriteCond %{{LA-U:REQUEST_FILENAME}} -d\n\
         RewriteCond %{{LA-U:REQUEST_FILENAME}}/index.html !-f\nRewriteRule /$ - [R=404,L]\n\
         <FilesMatch \".\">\n    ForceType application/octet-stream\n</FilesMatch>\n"
    );
    for (kind, extensions) in content_types::by_type() {
        let ends = extensions.join("|");
        let _ = write!(out, "<FilesMatch \"(?i)\\.({ends})$\">\n    ForceType \"{kind}\"\n</FilesMatch>\n");
    }
    for (name, value) in ALWAYS {
        let _ = writeln!(out, "Header always set {name} \"{value}\"");
    }
    let found = "\"expr=%{REQUEST_STATUS} -in {'200','206','304'}\"";
    let _ = writeln!(out, "Header set Cache-Control \"{ASK}\" {found}");
    if table.hashed {
        let _ = write!(
            out,
            "<LocationMatch \"{DIGEST_PATTERN}\">\n    Header set Cache-Control \"{FOR_EVER}\" {found}\n</LocationMatch>\n\
             <LocationMatch \"\\.html?$\">\n    Header set Cache-Control \"{ASK}\" {found}\n</LocationMatch>\n"
        );
        for path in lookalikes(table) {
            let path = exactly(&path);
            let _ = write!(
                out,
                "<LocationMatch \"{path}\">\n    Header set Cache-Control \"{ASK}\" {found}\n</LocationMatch>\n"
            );
        }
    }
    files.push((format!("{FOLDER}/apache.conf"), out));
    files
}

/// Encodes a path as Apache's `int:escape` does (`ap_os_escape_path`, server/gen_test_char.c of 2.4).
fn apache_key(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte.is_ascii_alphanumeric() || b"$-_.+!*'(),:;@&=/~".contains(&byte) {
            true => out.push(byte as char),
            false => drop(write!(out, "%{byte:02x}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosting::overlay_input::PageMove;

    fn table(from: &str, to: &str) -> OverlayInput {
        let one = PageMove {
            from: from.into(),
            is_file: true,
            to: to.into(),
            permanent: true,
            page: from.into(),
            beside: false,
        };
        OverlayInput { moves: vec![one], hashed: true, ..OverlayInput::default() }
    }

    /// Returns a text without its quoted parts, as nginx and Caddy read quotations. A backslash escapes a quotation
    /// mark, and in nginx also itself.
    fn outside(text: &str, doubled: bool) -> String {
        let (mut out, mut quoted, mut rest) = (String::new(), false, text.chars().peekable());
        while let Some(c) = rest.next() {
            match c {
                '\\' if quoted && rest.peek().is_some_and(|next| *next == '"' || (doubled && *next == '\\')) => {
                    rest.next();
                }
                '"' => quoted = !quoted,
                _ if !quoted => out.push(c),
                _ => {}
            }
        }
        assert!(!quoted, "a quotation does not end:\n{text}");
        out
    }

    proptest::proptest! {
        #[test]
        fn no_alias_breaks_out_of_its_quotation(from in "[^\u{0}-\u{1f}\u{7f}]{1,40}", to in ".{0,30}") {
            let (hostile, tame) = (table(&from, &to), table("x", "x"));
            let plain = |files: Vec<ConfigFile>, doubled: bool| -> Vec<String> {
                files.into_iter().map(|(_, text)| outside(&text, doubled)).collect()
            };
            proptest::prop_assert_eq!(plain(nginx(&hostile), true), plain(nginx(&tame), true));
            proptest::prop_assert_eq!(plain(caddy(&hostile), false), plain(caddy(&tame), false));
            let map = caddy_input(&from);
            proptest::prop_assert!(!map.contains(['{', '}', '`']) || !from.contains(['{', '}', '`']), "{}", map);
            let map = &apache(&hostile)[0].1;
            proptest::prop_assert!(map.lines().count() == 1 && map.is_ascii());
            proptest::prop_assert_eq!(map.trim_end_matches('\n').split(' ').filter(|word| !word.is_empty()).count(), 1 + usize::from(!to.is_empty()));
        }
    }

    /// An address that is too long for a table becomes an expression of its own; nothing is cut.
    #[test]
    fn long_addresses_are_whole() {
        for (n, in_nginx, in_apache) in
            [(2, "= \"", true), (85, "= \"", true), (86, "~ \"^", true), (300, "~ \"^", false)]
        {
            let (path, to) = ("拉".repeat(n), format!("/{}", "%E6%8B%89".repeat(20)));
            let table = table(&path, &to);
            assert_eq!(nginx(&table)[0].1.contains(&format!("location {in_nginx}/{path}")), n != 85, "{n}");
            let [(_, map), (_, conf)] = apache(&table).try_into().unwrap();
            let rule = format!("RewriteRule \"^/{path}$\" \"{}\" [R=301,NE,L]", to.replace('%', "\\%"));
            assert_eq!((map.len() > 1, conf.contains(&rule)), (in_apache, !in_apache), "{n}");
            assert!(map.lines().all(|line| line.len() < 1023));
        }
    }

    /// nginx compares them case-sensitively, and does not start with two that are the same.
    #[test]
    fn twins_are_two_places() {
        let mut twins = table("Old.htm", "/a/");
        twins.moves.extend(table("old.htm", "/b/").moves);
        let text = nginx(&twins)[0].1.clone();
        assert!(!text.contains("map ") && text.matches("location = \"/").count() == 2, "{text}");
    }
}
