//! Hosts as data: for each host a row that says how it turns a folder into a site, and the function that resolves
//! an address by such a row. It must not know a particular site.
//!
//! The rows follow documentation, sources and experiments as of November 2026. Uncertain facts are marked.

use crate::base::diag;

/// How a host is told to redirect and send headers (`overlay.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverlayKind {
    /// Not at all: pages redirect, and the host sends its own headers.
    Nothing,
    /// Only by `.nojekyll`, without which the host leaves out names with a leading underscore.
    NoJekyll,
    /// By `_redirects` and `_headers`, as far as the host reads them.
    Files,
    /// By a part of the server's configuration, to be included in the site's.
    Nginx,
    Caddy,
    Apache,
}

/// What happens at an address that is not the name of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathHandling {
    Missing,
    Serve,
    /// A redirect to the host's preferred form, with this status.
    Redirect(u16),
}

/// How a host reads `_redirects`.
#[derive(Clone, Copy, Debug)]
pub struct RedirectFile {
    /// The status of a line without one.
    pub default: u16,
    /// The statuses that a line may have.
    pub statuses: &'static [u16],
    /// Whether rules take precedence over files. Otherwise an existing file is served.
    pub over_files: bool,
    /// Whether `301!` gives a rule precedence over files.
    pub force: bool,
    /// Whether `/a` also matches `/a/`.
    pub either_slash: bool,
    /// Whether a line may end with a comment.
    pub remarks: bool,
    /// Whether paths are percent-encoded. Otherwise they are compared literally with the decoded path of a request.
    pub encoded: bool,
    /// Whether rules with `*` or a placeholder, and all rules after the first of them, are counted separately.
    pub counts_patterns: bool,
    /// Longer lines, in characters, are ignored.
    pub longest_line: Option<usize>,
    /// Whether the host also supports conditions, parameters, proxies and other domains, which the preview does not
    /// emulate.
    pub knows_more: bool,
    pub knows_domains: bool,
}

/// How a host reads `_headers`.
#[derive(Clone, Copy, Debug)]
pub struct HeaderFile {
    /// Whether `! Name` removes a header.
    pub removal: bool,
    /// Longer lines, in characters, are ignored.
    pub longest_line: Option<usize>,
}

/// Which compressed copies are served instead of a file to clients that accept them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encodings {
    pub gzip: bool,
    pub br: bool,
}

/// The behaviour of a host.
#[derive(Clone, Copy, Debug)]
pub struct HostRules {
    pub name: &'static str,
    /// `/a`, if `a/index.html` exists.
    pub folder: PathHandling,
    /// `/a`, if `a.html` exists.
    pub page: PathHandling,
    /// If both exist, whether `/a` is the page.
    pub page_first: bool,
    /// `/a/`, if only `a.html` exists.
    pub page_as_folder: PathHandling,
    /// `/a.html` and `/a/index.html` themselves.
    pub html: PathHandling,
    /// `/a`, if there is a folder `a` without an index. `/a/` is missing then.
    pub bare: PathHandling,
    /// Whether a missing page is answered with the nearest `404.html` upwards, and not only with that of the root.
    pub nearest_404: bool,
    /// Whether a site without a `404.html` answers with the home page.
    pub home_for_404: bool,
    pub redirects: Option<RedirectFile>,
    pub headers: Option<HeaderFile>,
    /// `Cache-Control` of existing files. None of these hosts treats pages and other files differently.
    pub cache: Option<&'static str>,
    /// Encodings that the host applies on request.
    pub compression: Encodings,
    /// Encodings that the host serves from a `.gz` or `.br` beside a file.
    pub siblings: Encodings,
    pub beside: OverlayKind,
    /// The command that makes a server read its configuration again. Otherwise it does so only when it starts.
    pub reload: Option<&'static str>,
}

const NONE: Encodings = Encodings { gzip: false, br: false };
const GZIP: Encodings = Encodings { gzip: true, br: false };
const BOTH: Encodings = Encodings { gzip: true, br: true };

/// nginx with `index index.html; error_page 404 /404.html;` and nothing else.
const PLAIN: HostRules = HostRules {
    name: "plain",
    folder: PathHandling::Redirect(301),
    page: PathHandling::Missing,
    page_first: false,
    page_as_folder: PathHandling::Missing,
    html: PathHandling::Serve,
    bare: PathHandling::Missing,
    nearest_404: false,
    home_for_404: false,
    redirects: None,
    headers: None,
    cache: None,
    compression: NONE,
    siblings: NONE,
    beside: OverlayKind::Nothing,
    reload: None,
};

/// GitHub Pages. Certain: slashes, `page.html`, 404, ten minutes. Uncertain: from which size on it compresses.
const GITHUB: HostRules = HostRules {
    name: "github",
    page: PathHandling::Serve,
    page_first: true,
    cache: Some("max-age=600"),
    compression: GZIP,
    beside: OverlayKind::NoJekyll,
    ..PLAIN
};

/// GitLab Pages, by its source (`serving/disk/reader.go`, `redirects/matching.go`) and its manual. The host shows a
/// report at `/_redirects`.
const GITLAB: HostRules = HostRules {
    name: "gitlab",
    folder: PathHandling::Redirect(302),
    page: PathHandling::Serve,
    page_as_folder: PathHandling::Serve,
    redirects: Some(RedirectFile {
        default: 301,
        statuses: &[200, 301, 302],
        over_files: false,
        force: false,
        either_slash: true,
        remarks: false,
        encoded: false,
        counts_patterns: false,
        longest_line: None,
        knows_more: false,
        knows_domains: true,
    }),
    cache: Some("max-age=600"),
    siblings: BOTH,
    beside: OverlayKind::Files,
    ..PLAIN
};

/// Netlify with its default, pretty URLs. Uncertain: whether all redirects to the pretty form are 301. If both
/// `a.html` and `a/index.html` exist, `/a/` was seen to redirect to `/a`, which is not emulated here.
const NETLIFY: HostRules = HostRules {
    name: "netlify",
    page: PathHandling::Serve,
    page_first: true,
    page_as_folder: PathHandling::Redirect(301),
    redirects: Some(RedirectFile {
        default: 301,
        statuses: &[200, 301, 302, 303, 307, 308, 404, 410],
        over_files: false,
        force: true,
        either_slash: true,
        remarks: true,
        encoded: true,
        counts_patterns: false,
        longest_line: None,
        knows_more: true,
        knows_domains: true,
    }),
    headers: Some(HeaderFile { removal: false, longest_line: None }),
    cache: Some("public,max-age=0,must-revalidate"),
    compression: BOTH,
    beside: OverlayKind::Files,
    ..PLAIN
};

/// Cloudflare Pages, by its source (`pages-shared/asset-server`). Workers' assets answer 307 where Pages answer
/// 308. Line lengths are those of its manual (developers.cloudflare.com/pages/configuration/redirects/ and
/// …/headers/); its parser accepts 2,000 in both.
const CLOUDFLARE: HostRules = HostRules {
    name: "cloudflare",
    folder: PathHandling::Redirect(308),
    page: PathHandling::Serve,
    page_first: true,
    page_as_folder: PathHandling::Redirect(308),
    html: PathHandling::Redirect(308),
    nearest_404: true,
    home_for_404: true,
    redirects: Some(RedirectFile {
        default: 302,
        statuses: &[200, 301, 302, 303, 307, 308],
        over_files: true,
        force: false,
        either_slash: false,
        remarks: false,
        encoded: true,
        counts_patterns: true,
        longest_line: Some(1000),
        knows_more: false,
        knows_domains: false,
    }),
    headers: Some(HeaderFile { removal: true, longest_line: Some(2000) }),
    cache: Some("public, max-age=0, must-revalidate"),
    compression: BOTH,
    beside: OverlayKind::Files,
    ..PLAIN
};

/// The website endpoint of S3 with `index.html` and `404.html`. Redirects there are objects or rules of the bucket.
/// A missing object is 403 if listing the bucket is not allowed.
const S3: HostRules = HostRules { name: "s3", folder: PathHandling::Redirect(302), ..PLAIN };

/// A bucket of Google Cloud Storage as a website, with `index.html` as its `MainPageSuffix` and `404.html` as its
/// `NotFoundPage` (cloud.google.com/storage/docs/static-website).
const GCS: HostRules = HostRules { name: "gcs", ..PLAIN };

/// The container `$web` of an Azure storage account, with `index.html` as its index document and `404.html` as its
/// error document. Uncertain: users report that it serves a folder's index without redirecting to the slash.
const AZURE: HostRules = HostRules { name: "azure", folder: PathHandling::Serve, ..PLAIN };

/// nginx 1.22 with the configuration that `overlay.rs` writes. `tests/suite/conformance.rs` checks this row.
const NGINX: HostRules = HostRules {
    name: "nginx",
    bare: PathHandling::Redirect(301),
    compression: GZIP,
    siblings: GZIP,
    beside: OverlayKind::Nginx,
    reload: Some("nginx -s reload"),
    ..PLAIN
};

/// Caddy 2.6, in the same way. It prefers zstd. Before 2.7 it loses the query when it redirects to a folder.
const CADDY: HostRules = HostRules {
    name: "caddy",
    folder: PathHandling::Redirect(308),
    compression: GZIP,
    siblings: BOTH,
    beside: OverlayKind::Caddy,
    reload: Some("caddy reload"),
    ..PLAIN
};

/// Apache 2.4, in the same way, with mod_deflate as Debian enables it.
const APACHE: HostRules = HostRules {
    name: "apache",
    bare: PathHandling::Redirect(301),
    compression: GZIP,
    beside: OverlayKind::Apache,
    reload: Some("apachectl graceful"),
    ..PLAIN
};

const ALL: &[HostRules] = &[PLAIN, GITHUB, GITLAB, NETLIFY, CLOUDFLARE, S3, GCS, AZURE, NGINX, CADDY, APACHE];

/// Returns the names of all hosts.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|rules| rules.name).collect()
}

/// Returns the rules of the host with this name.
pub fn find(name: &str) -> Option<&'static HostRules> {
    ALL.iter().find(|rules| rules.name == name)
}

/// Returns the rules of a name given with `--host-rules`. `Err` is the error message for an unknown name.
pub fn rules(name: &str) -> Result<&'static HostRules, String> {
    find(name).ok_or_else(|| unknown("--host-rules", "unknown host", name))
}

/// Returns the error message for a flag with an unknown host, with the nearest name or all names.
pub fn unknown(flag: &str, why: &str, name: &str) -> String {
    let help = diag::did_you_mean(name, names());
    let help = help.unwrap_or_else(|| format!("use one of {}", names().join(", ")));
    format!("{flag} {}: {why}\nhelp: {help}", diag::quoted(name))
}

/// The result of resolving an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    File(String),
    /// A redirect to the path that the host prefers, with this status.
    Moved(u16, String),
    /// Not found: the page that is shown, if there is one, with its status.
    Missing(Option<(u16, String)>),
}

impl HostRules {
    /// Resolves a path below the root, decoded and without its leading slash. `is_file` and `is_folder` say what
    /// exists.
    pub fn find(&self, path: &str, is_file: impl Fn(&str) -> bool, is_folder: impl Fn(&str) -> bool) -> Lookup {
        let bare = || match self.bare {
            PathHandling::Redirect(status) if !path.is_empty() && !path.ends_with('/') && is_folder(path) => {
                Some(Lookup::Moved(status, format!("{path}/")))
            }
            _ => None,
        };
        self.look(path, &is_file).or_else(bare).unwrap_or_else(|| self.missing(path, &is_file))
    }

    fn look(&self, path: &str, is_file: &impl Fn(&str) -> bool) -> Option<Lookup> {
        if path.is_empty() || path.ends_with('/') {
            let index = format!("{path}index.html");
            if is_file(&index) {
                return Some(Lookup::File(index));
            }
            let page = path.trim_end_matches('/');
            return is_file(&format!("{page}.html")).then(|| go(self.page_as_folder, format!("{page}.html"), page))?;
        }
        if is_file(path) {
            // Not if another file has the preferred address.
            let better = path.strip_suffix(".html").filter(|page| !is_file(page));
            return match better {
                Some(page) => go(self.html, path.to_owned(), folder_of_index(page).unwrap_or(page)),
                None => Some(Lookup::File(path.to_owned())),
            };
        }
        let page = || {
            let file = format!("{path}.html");
            let way = match (self.html, folder_of_index(path)) {
                (PathHandling::Redirect(status), Some(folder)) => {
                    return is_file(&file).then(|| Lookup::Moved(status, folder.into()));
                }
                _ => self.page,
            };
            is_file(&file).then(|| go(way, file, path))?
        };
        let folder = || {
            let file = format!("{path}/index.html");
            is_file(&file).then(|| go(self.folder, file, &format!("{path}/")))?
        };
        if self.page_first { page().or_else(folder) } else { folder().or_else(page) }
    }

    /// Returns the answer for a path that does not exist.
    pub fn missing(&self, path: &str, is_file: impl Fn(&str) -> bool) -> Lookup {
        let mut folder = if self.nearest_404 { path } else { "" };
        loop {
            folder = folder.rfind('/').map_or("", |at| &folder[..at]);
            let page = if folder.is_empty() { "404.html".to_owned() } else { format!("{folder}/404.html") };
            if is_file(&page) {
                return Lookup::Missing(Some((404, page)));
            }
            if folder.is_empty() {
                break;
            }
        }
        let home = "index.html".to_owned();
        Lookup::Missing((self.home_for_404 && is_file(&home)).then_some((200, home)))
    }
}

fn go(way: PathHandling, file: String, better: &str) -> Option<Lookup> {
    match way {
        PathHandling::Missing => None,
        PathHandling::Serve => Some(Lookup::File(file)),
        PathHandling::Redirect(status) => Some(Lookup::Moved(status, better.to_owned())),
    }
}

/// Returns `a/` for `a/index`; `None` for `index`.
fn folder_of_index(page: &str) -> Option<&str> {
    page.strip_suffix("index").filter(|folder| folder.is_empty() || folder.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 9] = [
        "index.html",
        "404.html",
        "page.html",
        "dir/index.html",
        "dir/404.html",
        "both.html",
        "both/index.html",
        "raw",
        "raw.html",
    ];

    fn shown(rules: &HostRules, path: &str) -> String {
        match rules.find(path, |file| FILES.contains(&file), |folder| folder == "bare") {
            Lookup::File(file) => file,
            Lookup::Moved(status, to) => format!("{status} /{to}"),
            Lookup::Missing(Some((status, page))) => format!("{status} {page}"),
            Lookup::Missing(None) => "404".to_owned(),
        }
    }

    #[test]
    fn addresses_lead_where_the_host_leads_them() {
        let paths = "/ page page/ page.html dir dir/ dir/index.html dir/index both both/ bare none";
        let table = [
            ("plain", "home - - page 301:dir/ dir dir - 301:both/ both/ - -"),
            ("nginx", "home - - page 301:dir/ dir dir - 301:both/ both/ 301:bare/ -"),
            ("apache", "home - - page 301:dir/ dir dir - 301:both/ both/ 301:bare/ -"),
            ("github", "home page - page 301:dir/ dir dir dir both both/ -"),
            ("gitlab", "home page page page 302:dir/ dir dir dir 302:both/ both/ -"),
            ("netlify", "home page 301:page page 301:dir/ dir dir dir both both/ -"),
            ("cloudflare", "home page 308:page 308:page 308:dir/ dir 308:dir/ 308:dir/ both both/ -"),
            ("s3", "home - - page 302:dir/ dir dir - 302:both/ both/ -"),
            ("gcs", "home - - page 301:dir/ dir dir - 301:both/ both/ -"),
            ("azure", "home - - page dir dir dir - both/ both/ -"),
            ("caddy", "home - - page 308:dir/ dir dir - 308:both/ both/ -"),
        ];
        for (name, expected) in table {
            let rules = rules(name).unwrap();
            for (path, expected) in paths.split(' ').zip(expected.split(' ')) {
                let expected = match expected {
                    "home" => "index.html".to_owned(),
                    "-" => "404 404.html".to_owned(),
                    "dir" => "dir/index.html".to_owned(),
                    "both/" => "both/index.html".to_owned(),
                    "page" | "both" => format!("{expected}.html"),
                    moved => moved.replace(':', " /"),
                };
                assert_eq!(shown(rules, path.trim_start_matches('/')), expected, "{name}: {path}");
            }
        }
    }

    #[test]
    fn a_page_whose_better_address_is_taken_stays() {
        assert_eq!(shown(&CLOUDFLARE, "raw.html"), "raw.html");
        assert_eq!(shown(&CLOUDFLARE, "index.html"), "308 /");
    }

    #[test]
    fn what_is_missing_is_said_by_the_site() {
        assert_eq!(shown(&CLOUDFLARE, "dir/x/y"), "404 dir/404.html");
        assert_eq!(shown(&NETLIFY, "dir/x/y"), "404 404.html");
        let home = |file: &str| file == "index.html";
        assert_eq!(CLOUDFLARE.find("x", home, |_| false), Lookup::Missing(Some((200, "index.html".to_owned()))));
        assert_eq!(PLAIN.find("x", home, |_| false), Lookup::Missing(None));
    }

    #[test]
    fn names_are_suggested() {
        assert!(rules("GitHub").is_err_and(|why| why.contains("did you mean `github`?")));
        assert!(rules("netlfy").is_err_and(|why| why.contains("did you mean `netlify`?")));
        assert!(rules("x").is_err_and(|why| why.contains("plain, github, gitlab")));
    }
}
