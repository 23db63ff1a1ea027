//! Compares a deployed site behind nginx, Caddy and Apache with `recto preview`. Each server includes the
//! configuration that Recto writes for it, and every address must get the same answer. Where they differ the server
//! is right. Configurations and previews are made from the same input; `BY_HAND` has the answers that both could
//! get wrong.
//!
//! Not compared: the type and the body of a redirect, which nobody sees; its `Cache-Control`, since the preview
//! tells browsers not to cache it; whether `Location` is absolute or has lower-case hex digits in `%e6` (RFC 3986,
//! 6.2.2.1 and 5.3: it is the same address). Caddy before 2.7 drops the query when it redirects to a folder, and
//! does not encode that `Location`.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use recto::base::path::{decode_percent, encode_path};
use recto::engine::{load, site_overlay};
use recto::hosting::hosts;
use recto::hosting::overlay::Overlay;
use tempfile::TempDir;

use crate::http::{Client, Reply};
use crate::preview::Shown;
use crate::support::{SITE_TOML, Site, article, free_port, recto, temporary};
use crate::tools::{ignored, on_path};

/// Old addresses with all characters that could have a meaning for a server.
const ALIASES: [&str; 35] = [
    "/old/plain/",
    "/old/bare",
    "/old/page.html",
    "/old/index.php",
    "/旧/拉致問題/",
    "/旧/一覧.html",
    "/old/カ゛ス",
    "/old/a b c/",
    "/old/a#b",
    "/old/100%25",
    "/old/%2525/",
    "/old/semi;colon; return 200/",
    "/old/{brace}/",
    "/old/{$HOME}",
    "/old/{path}",
    "/old/}",
    "/old/$uri",
    "/old/${RECTO}",
    "/old/%{REQUEST_URI}",
    "/old/it's",
    "/old/`tick`",
    "/old/(round)",
    "/old/[square]",
    "/old/^hat$",
    "/old/~tilde",
    "/~user/page",
    "/old/a+b",
    "/old/a&b=c",
    "/old/a,b!@c",
    "/old/default",
    "/old/include",
    "/old/.dot",
    "/old/…，。/",
    "/old/naïve/Ünïcode",
    "/old/é",
];

/// Old addresses that differ from each other, or from a page's address, only in case, with the number of their
/// article.
const TWINS: [(usize, &str); 4] =
    [(0, "/2024/01/10/Ferry/"), (1, "/Old/Story.htm"), (3, "/old/story.htm"), (4, "/OLD/Plain/")];

/// An address of 180 letters, or 1,620 bytes in a request, of an article whose own address is long, too.
fn long_alias() -> String {
    format!("/旧記事/{}/{}/{}/", "長".repeat(60), "聞".repeat(60), "社".repeat(60))
}

/// The number and the slug of that article.
const LONG: (usize, &str) =
    (8, "とても長い題の記事とても長い題の記事とても長い題の記事とても長い題の記事とても長い題の記事");

const ASK: Option<&str> = Some("public, max-age=0, must-revalidate");
const HTML: &str = "text/html; charset=utf-8";

/// The correct status, type or destination, and `Cache-Control` of addresses, written by hand.
const BY_HAND: [(&str, u16, &str, Option<&str>); 18] = [
    ("/", 200, HTML, ASK),
    ("/2024/01/10/ferry/", 200, HTML, ASK),
    ("/2024/01/10/Ferry/", 301, "/2024/01/10/ferry/", None),
    ("/2024/01/10/Ferry", 301, "/2024/01/10/ferry/", None),
    ("/2024/01/10/FERRY/", 404, HTML, None),
    ("/Old/Story.htm", 301, "/2024/02/11/fog/", None),
    ("/old/story.htm", 301, "/2024/01/13/カモメ/", None),
    ("/OLD/STORY.HTM", 404, HTML, None),
    ("/old/plain/", 301, "/2024/01/10/ferry/", None),
    ("/old/plain?a=b&c=%20", 301, "/2024/01/10/ferry/?a=b&c= ", None),
    ("/OLD/Plain/", 301, "/2024/02/14/naïve/", None),
    ("/scan.2021032412000000.pdf", 200, "application/pdf", ASK),
    ("/data/x.0123456789abcdef.js", 200, "text/javascript; charset=utf-8", ASK),
    ("/old.htm", 200, HTML, ASK),
    ("/robots.txt", 200, "text/plain; charset=utf-8", ASK),
    ("/feed.xml", 200, "application/xml", ASK),
    ("/%E6%96%87.csv", 200, "text/csv; charset=utf-8", ASK),
    ("/.recto/manifest-v1", 404, HTML, None),
];

/// Writes an alias for an article: a bare `#` would start a fragment, and `%` an encoded byte.
fn written(alias: &str) -> String {
    format!("{:?}", alias.replace('#', "%23").replace("%{", "%25{"))
}

/// A site with a page of every kind: numbered pages, feeds, terms in other scripts, originals, files of many types,
/// hashed names.
fn site(base: &str) -> Site {
    let more = "[assets]\nnames = \"hashed\"\n[pagination]\nper_page = 2\n[check]\ncase-twins = \"off\"\n";
    let config = SITE_TOML.replace("https://example.org", &format!("https://example.org{}", encoded(base)));
    let site = Site::new(&format!("{config}{more}"));
    let slugs = ["ferry", "fog", "拉致問題", "カモメ", "naïve", "tide", "quay", "lamp", LONG.1, "salt", "sail"];
    for (n, slug) in slugs.iter().enumerate() {
        let of_this = ALIASES.iter().skip(n * 3).take(if n == 10 { 9 } else { 3 });
        let twins = TWINS.iter().filter(|(of, _)| *of == n).map(|(_, alias)| alias);
        let mut aliases: Vec<String> = of_this.chain(twins).map(|alias| written(alias)).collect();
        if n == LONG.0 {
            aliases.push(format!("{:?}", long_alias()));
        }
        let more = format!(
            "slug = {slug:?}\ntags = [\"Fog\", \"霧\", \"Tag {n}\"]\naliases = [{}, \"/long/{n}/{}/\"]",
            aliases.join(", "),
            "長".repeat(20 + n * 4)
        );
        let body = "It left at noon.\n\n![A map](map.svg)\n\nSee [the list](list.txt) and [the form](form.PDF).";
        let date = format!("2024-0{}-{:02}", n % 3 + 1, n + 10);
        site.write(&format!("content/articles/a{n}.md"), &article(&format!("Title {n}"), &date, &more, body));
    }
    site.write("content/articles/a1.ja.md", "+++\ntitle = \"霧が晴れる\"\n+++\n\n正午に。\n");
    site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"></svg>");
    site.write("content/articles/list.txt", "a list\n").write("content/articles/form.PDF", "%PDF");
    let about = "+++\ntitle = \"About\"\naliases = [\"/old/about\"]\n+++\n\nUs.\n";
    site.write("content/pages/about/us.md", about);
    for name in [
        "site.webmanifest",
        "data/x.JSON",
        "data/x.bib",
        "x.tmx",
        "a.js",
        "b.mjs",
        "unknown.qqq",
        "bare",
        "x.jsonl",
        "x.ics",
        "x.vtt",
        "x.ris",
    ] {
        site.write(&format!("static/{name}"), "{}\n");
    }
    for name in
        [".well-known/security.txt", "two.ja.html.txt", "a b.txt", "文.csv", "font.woff2", "x.css.gz", "old.htm"]
    {
        site.write(&format!("static/{name}"), "text\n");
    }
    // These names look like fingerprints, but do not change with the content.
    site.write("static/scan.2021032412000000.pdf", "%PDF").write("static/data/x.0123456789abcdef.js", "{}\n");
    site
}

/// Another site on the same server, with other redirects from the same addresses, and no file that is cached
/// forever.
fn neighbour() -> Site {
    let site = Site::new(SITE_TOML);
    let more = "slug = \"other\"\naliases = [\"/old/plain/\", \"/long/0/\"]";
    site.write("content/articles/a.md", &article("Other", "2020-05-05", more, "It rained."));
    site.write("static/x.0123456789abcdef.js", "{}\n");
    site
}

const OF_NEIGHBOUR: [(&str, u16, &str, Option<&str>); 6] = [
    ("/", 200, HTML, ASK),
    ("/recto.css", 200, "text/css; charset=utf-8", ASK),
    ("/x.0123456789abcdef.js", 200, "text/javascript; charset=utf-8", ASK),
    ("/old/plain", 301, "/2020/05/05/other/", None),
    ("/long/0/", 301, "/2020/05/05/other/", None),
    ("/old/bare", 404, HTML, None),
];

/// Returns the overlay of the loaded site for a host.
fn overlay(site: &Site, host: &str) -> Overlay {
    let loaded = load::load(&site.options()).expect("it can be read");
    assert!(loaded.problems.is_empty(), "{:#?}", loaded.problems);
    let made = loaded.made.expect("a site");
    site_overlay::overlay(&made.0, hosts::find(host).expect("a host"), &mut Vec::new())
}

/// Runs `recto deploy` to a folder for a host.
fn deploy(site: &Site, host: &str, to: &Path) {
    let config = fs::read_to_string(site.root().join("site.toml")).expect("it was written");
    fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder can be made");
    let to = to.to_str().expect("UTF-8");
    site.write("site.toml", &format!("{config}[deploy.{host}]\nto = \"file://{to}\"\nhost = {host:?}\n"));
    let reload = hosts::find(host).and_then(|host| host.reload).expect("a server is told to reload");
    // The second deploy has nothing new to report.
    for (what, is_new) in [("Deployed: ", true), ("Nothing to do: ", false)] {
        let run = recto(site.root(), &["deploy", host]);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success() && said.contains(what) && said.contains(reload) == is_new, "{host}: {said}");
    }
}

/// A server that runs until this is dropped.
struct Server {
    child: Child,
    address: SocketAddr,
    /// The address of the other site.
    neighbour: SocketAddr,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let found = on_path(&[name]).or_else(|| Some(Path::new("/usr/sbin").join(name)).filter(|file| file.is_file()));
    if found.is_none() {
        ignored(&format!("no {name}"));
    }
    found
}

/// Returns the configuration of a server that includes Recto's files for sites in folders, each at a port and below
/// a path, and the arguments that start it in the foreground as one process.
fn configure(host: &str, folder: &Path, sites: &[(&str, &str, u16)]) -> Option<(String, Vec<String>)> {
    let at = folder.to_str().expect("UTF-8");
    let file = format!("{at}/conf");
    let each = |text: &dyn Fn(&str, &str, u16) -> String| -> String {
        sites
            .iter()
            .map(|(name, base, port)| text(&format!("{at}/{name}"), &format!("{at}/{name}{base}"), *port))
            .collect()
    };
    Some(match host {
        "nginx" => {
            let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let temp: String = temp.iter().map(|name| format!("{name}_temp_path {at}/{name};\n")).collect();
            let servers = each(&|root, own, port| {
                format!("server {{\nlisten 127.0.0.1:{port};\nroot {root};\ninclude {own}/.recto/nginx.conf;\n}}\n")
            });
            let text = format!(
                "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log {at}/log;\nevents {{}}\nhttp {{\naccess_log off;\n\
                 {temp}include /etc/nginx/mime.types;\n{servers}}}\n"
            );
            (text, vec!["-e".into(), format!("{at}/log"), "-c".into(), file])
        }
        "caddy" => {
            let servers = each(&|root, own, port| {
                format!(
                    "http://127.0.0.1:{port} {{\nbind 127.0.0.1\nroot * {root}\nimport {own}/.recto/Caddyfile\n}}\n"
                )
            });
            let text = format!("{{\nadmin off\nauto_https off\n}}\n{servers}");
            (text, vec!["run".into(), "--config".into(), file, "--adapter".into(), "caddyfile".into()])
        }
        _ => {
            let modules = Path::new("/usr/lib/apache2/modules");
            if !modules.is_dir() {
                ignored("no modules of Apache");
                return None;
            }
            let names = "mpm_event authz_core mime dir headers rewrite negotiation autoindex filter deflate alias";
            let load = |name| format!("LoadModule {name}_module {}/mod_{name}.so\n", modules.display());
            let load: String = names.split(' ').map(load).collect();
            let servers = each(&|root, own, port| {
                format!(
                    "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nDocumentRoot {root}\n\
                     <Directory {root}>\nRequire all granted\nOptions Indexes FollowSymLinks MultiViews\n</Directory>\n\
                     Define RECTO {own}\nInclude {own}/.recto/apache.conf\n</VirtualHost>\n"
                )
            });
            // Use Debian's defaults: languages, encodings and folder listings, which the site does not want.
            let text = format!(
                "ServerRoot {at}\nServerName localhost\nPidFile {at}/pid\nErrorLog {at}/log\n\
                 Mutex file:{at} default\nUser www-data\nGroup www-data\n{load}TypesConfig /etc/mime.types\n\
                 Include /etc/apache2/mods-available/mime.conf\nInclude /etc/apache2/mods-available/deflate.conf\n\
                 Include /etc/apache2/mods-available/autoindex.conf\n{servers}"
            );
            (text, vec!["-X".into(), "-f".into(), file])
        }
    })
}

fn free() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

/// Deploys a site below a path, and its neighbour, and starts a server for both; `None` if the server is not
/// installed.
fn serve(host: &str, site: &Site, base: &str) -> Option<Server> {
    let program = program(if host == "apache" { "apache2" } else { host })?;
    let folder = temporary();
    // Apache does not serve files as root.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a folder can be opened");
    deploy(site, host, &folder.path().join(format!("site{base}")));
    deploy(&neighbour(), host, &folder.path().join("neighbour"));
    let (address, neighbour) = (free(), free());
    let sites = [("site", base, address.port()), ("neighbour", "", neighbour.port())];
    let (text, arguments) = configure(host, folder.path(), &sites)?;
    fs::write(folder.path().join("conf"), text).expect("a file can be written");
    let said = fs::File::create(folder.path().join("said")).expect("a file can be made");
    let mut command = Command::new(program);
    command.args(arguments).env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
    let mut child = command.spawn().expect("the program starts");
    let limit = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).is_err() || TcpStream::connect(neighbour).is_err() {
        let gone = child.try_wait().expect("a child can be asked for");
        if gone.is_some() || Instant::now() > limit {
            let _ = child.kill();
            let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
            panic!("{host} does not start: {}{}", read("said"), read("log"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(Server { child, address, neighbour, _folder: folder })
}

fn encoded(path: &str) -> String {
    let mut url = String::new();
    encode_path(path, &mut url);
    url
}

/// Returns every address that a reader, an old link or a robot could request.
fn addresses(site: &Site, overlay: &Overlay) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for path in site.outputs().into_keys() {
        out.insert(encoded(&format!("/{path}")));
        if let Some(folder) = path.strip_suffix("index.html") {
            out.insert(encoded(&format!("/{folder}")));
            out.insert(encoded(&format!("/{}", folder.trim_end_matches('/'))));
        }
        // Folders above files, some of them without an index.
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        out.extend(folders.flat_map(|folder| [encoded(&format!("/{folder}")), encoded(&format!("/{folder}/"))]));
    }
    let long = long_alias();
    for alias in ALIASES.iter().chain(TWINS.iter().map(|(_, alias)| alias)).chain([&&*long]) {
        let path = encoded(&decode_percent(alias).expect("it is UTF-8"));
        let bare = path.trim_end_matches('/');
        out.extend([
            bare.to_owned(),
            format!("{bare}?a=b&c=%20"),
            format!("{bare}/"),
            format!("{bare}/x"),
            format!("{bare}x"),
        ]);
    }
    out.extend(overlay.add.iter().map(|(path, _)| encoded(&format!("/{path}"))));
    let missing =
        ["/none", "/none/", "/%E9%9C%A7", "/2024/99/", "/index.htm", "/recto.css", "/2024/01/10/ferry.html", "/.git/"];
    out.extend(missing.map(str::to_owned));
    // Recto's own files are not part of the site, and nobody links to `//` and similar addresses.
    out.retain(|path| !path.starts_with("/.recto-"));
    out
}

/// The parts of an answer that a browser acts on.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    location: Option<String>,
    kind: Option<String>,
    cache: Option<String>,
    fields: [Option<String>; 2],
    body: Vec<u8>,
}

impl Answer {
    fn of(reply: Reply, origin: &str) -> Answer {
        let header = |name: &str| reply.header(name).map(str::to_owned);
        let moved = (300..400).contains(&reply.status);
        let location = header("location").map(|to| {
            let below = to.strip_prefix(origin).unwrap_or(&to);
            decode_percent(below).expect("an address is UTF-8")
        });
        Answer {
            status: reply.status,
            location,
            kind: header("content-type").filter(|_| !moved),
            cache: header("cache-control").filter(|_| !moved),
            fields: [header("x-content-type-options"), header("referrer-policy").filter(|_| !moved)],
            body: if moved { Vec::new() } else { reply.body },
        }
    }
}

/// Requests everything from a server and the preview, and returns the server's answers.
fn compare(host: &str, base: &str, faults: &mut String) -> Option<Vec<(String, Answer)>> {
    let site = site(base);
    site.build();
    let overlay = overlay(&site, host);
    assert!(overlay.remarks.is_empty() && overlay.leaves_out.is_empty(), "{:?}", overlay.remarks);
    let server = serve(host, &site, base)?;
    let mut real = Client::new(server.address);
    let mut shown = Shown::new(&site, host);
    let addresses = addresses(&site, &overlay);
    assert!(addresses.len() >= 500, "{} addresses", addresses.len());
    let (origin, mut answers) = (format!("http://{}", server.address), Vec::new());
    for address in addresses.into_iter().map(|address| format!("{base}{address}")) {
        let actual = Answer::of(real.get(&address), &origin);
        let expected = Answer::of(shown.ask("GET", &address, &[]), "");
        if actual != expected {
            let brief = |answer: &Answer| {
                let Answer { status, location, kind, cache, fields, body } = answer;
                format!("{status} {location:?} {kind:?} {cache:?} {fields:?} {} bytes", body.len())
            };
            faults.push_str(&format!("{address}\n  {host}: {}\n  preview: {}\n", brief(&actual), brief(&expected)));
        }
        answers.push((address, actual));
    }
    by_hand(host, base, &server, &mut shown);
    let style = |address: &&String| address.starts_with(&format!("{base}/recto.")) && address.ends_with(".css");
    let sheet = answers.iter().map(|(address, _)| address).find(style).expect("a style sheet").clone();
    let gzip = [("Accept-Encoding", "gzip")];
    let compressed = real.ask("GET", sheet.as_bytes(), &gzip).expect("an answer");
    for reply in [compressed, shown.ask("GET", &sheet, &gzip)] {
        assert_eq!(reply.header("content-encoding"), Some("gzip"), "{host}");
        assert_eq!(reply.header("vary").map(str::to_lowercase).as_deref(), Some("accept-encoding"), "{host}");
    }
    Some(answers)
}

/// Compares the answers of `BY_HAND` with both sites on a server, and with the preview of one of them.
fn by_hand(host: &str, base: &str, server: &Server, shown: &mut Shown) {
    let check = |reply: Reply, origin: SocketAddr, base: &str, (path, status, what, cache): (&str, u16, &str, _)| {
        let answer = Answer::of(reply, &format!("http://{origin}"));
        let what = if status == 301 { format!("{base}{what}") } else { what.to_owned() };
        let said = (answer.status, answer.location.or(answer.kind), answer.cache.as_deref().filter(|_| status == 200));
        assert_eq!(said, (status, Some(what), cache), "{host}, {origin}: {base}{path}");
    };
    let (mut real, mut other) = (Client::new(server.address), Client::new(server.neighbour));
    let long = (encoded(&long_alias()), format!("/2024/03/18/{}/", LONG.1));
    for expected in BY_HAND.into_iter().chain([(&*long.0, 301, &*long.1, None)]) {
        let target = format!("{base}{}", expected.0);
        check(real.get(&target), server.address, base, expected);
        check(shown.ask("GET", &target, &[]), server.address, base, expected);
    }
    for expected in OF_NEIGHBOUR {
        check(other.get(expected.0), server.neighbour, "", expected);
    }
}

/// Every alias leads to its article by one permanent redirect, whatever characters it has.
fn all_lead(host: &str, base: &str, answers: &[(String, Answer)]) {
    for alias in ALIASES {
        let path = encoded(&decode_percent(alias).expect("it is UTF-8"));
        let bare = path.trim_end_matches('/');
        let forms =
            if bare.ends_with(".html") { vec![bare.to_owned()] } else { vec![bare.to_owned(), format!("{bare}/")] };
        for form in forms {
            let address = format!("{base}{form}");
            let (_, answer) = answers.iter().find(|(own, _)| *own == address).expect("it was asked for");
            let to = answer.location.as_deref().unwrap_or_default();
            assert!(answer.status == 301 && to.starts_with(&format!("{base}/2024/")), "{host}: {address}: {answer:?}");
        }
    }
}

/// The three servers answer like their previews and like each other, except for the status of a redirect to a
/// folder.
fn alike(base: &str) {
    let mut faults = String::new();
    let hosts = ["nginx", "caddy", "apache"].into_iter();
    let all: Vec<_> = hosts.filter_map(|host| Some((host, compare(host, base, &mut faults)?))).collect();
    assert!(faults.is_empty(), "servers and previews differ:\n{faults}");
    let Some((first, expected)) = all.first() else { return };
    let mut kinds = BTreeSet::new();
    for (host, answers) in &all {
        all_lead(host, base, answers);
        for (address, answer) in answers {
            let Some((_, other)) = expected.iter().find(|(other, _)| other == address) else { continue };
            let found = |answer: &Answer| answer.status == 200;
            if found(answer) || found(other) {
                assert_eq!(answer, other, "{host}, {first}: {address}");
                kinds.extend(answer.kind.clone());
            }
        }
        let count = |status: &[u16]| answers.iter().filter(|(_, answer)| status.contains(&answer.status)).count();
        let ever = |answer: &Answer| answer.cache.as_deref().is_some_and(|cache| cache.ends_with("immutable"));
        let lasting = answers.iter().filter(|(_, answer)| ever(answer)).count();
        assert!(count(&[200]) >= 150 && count(&[301, 308]) >= 150 && count(&[404]) >= 100, "{host}");
        assert!(lasting >= 20, "{host}: {lasting} files are kept for ever");
    }
    assert!(kinds.len() >= 15, "{kinds:?}");
}

#[test]
fn every_address_is_answered_alike_by_three_servers_and_their_previews() {
    alike("");
}

#[test]
fn a_site_below_a_path_is_answered_alike() {
    alike("/sub/日本");
}
