//! Object stores: which requests they get, and what they hold when a deploy is interrupted or has a rival.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{Attribute, ObjectStore, ObjectStoreExt};
use recto::base::deploy_settings::Compression;
use recto::base::path::decode_percent;
use recto::deploy::compressed_copies;
use recto::deploy::manifest;
use recto::deploy::objects::Objects;
use recto::deploy::redact::Secrets;
use recto::deploy::target::{DeployError, Target};
use tokio_stream::StreamExt;

use super::proxy::{Cut, Proxy};
use super::scene::{Version, is_just, is_whole};
use super::servers;
use crate::support::{article, free_port};
use crate::targets::{Meanwhile, When, meet};

/// A folder of a store.
struct Place {
    store: Arc<dyn ObjectStore>,
    folder: String,
    /// Objects that were read, by key and ETag.
    read: BTreeMap<(String, String), Vec<u8>>,
}

impl Place {
    fn new(store: Arc<dyn ObjectStore>, folder: &str) -> Place {
        Place { store, folder: folder.to_owned(), read: BTreeMap::new() }
    }

    fn target(&self) -> Objects {
        target(self.store.clone(), &self.folder)
    }

    /// Writes a file as somebody else would.
    fn put_by_hand(&self, path: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let key = Key::parse(format!("{}/{path}", self.folder)).expect("a key");
        runtime.block_on(self.store.put(&key, "by hand".into())).expect("it can be put");
    }

    fn remove_by_hand(&self, path: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let key = Key::parse(format!("{}/{path}", self.folder)).expect("a key");
        runtime.block_on(self.store.delete(&key)).expect("it can be removed");
    }

    /// Returns a header that the store keeps with a file.
    fn header(&self, path: &str, name: &Attribute) -> Option<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let key = Key::parse(format!("{}/{path}", self.folder)).expect("a key");
        let got = runtime.block_on(self.store.get_opts(&key, Default::default())).expect("it is there");
        got.attributes.get(name).map(|value| value.to_string())
    }

    /// Returns the files that the store holds.
    fn files(&mut self) -> BTreeMap<String, Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let prefix = Key::parse(&self.folder).expect("a folder");
            let listed: Vec<_> = self.store.list(Some(&prefix)).collect().await;
            let mut files = BTreeMap::new();
            for meta in listed.into_iter().map(|meta| meta.expect("it can be listed")) {
                let path = meta.location.as_ref().trim_start_matches(&self.folder).trim_start_matches('/').to_owned();
                let key = (path.clone(), meta.e_tag.clone().unwrap_or_default());
                if !self.read.contains_key(&key) {
                    let got = self.store.get_opts(&meta.location, Default::default()).await.expect("it is there");
                    self.read.insert(key.clone(), got.bytes().await.expect("it can be read").to_vec());
                }
                files.insert(path, self.read[&key].clone());
            }
            files
        })
    }
}

fn target(store: Arc<dyn ObjectStore>, folder: &str) -> Objects {
    Objects::over(store, &format!("store://{folder}"), folder, Secrets::default()).expect("a store")
}

/// How many of something to try; all if the variable says `all`.
fn few(variable: &str, usual: usize) -> usize {
    match std::env::var(variable) {
        Ok(text) if text == "all" => usize::MAX,
        Ok(text) => text.parse().expect("a number or `all`"),
        Err(_) => usual,
    }
}

#[test]
fn s3_is_asked_for_little() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let proxy = Proxy::start(moto.port);
    let store = servers::s3(proxy.port);
    let mut place = Place::new(servers::s3(moto.port), "deep/er");
    let version = Version::new(40, None);
    let target = target(store, "deep/er");
    version.deploy(&target, "a", None).expect("it is empty");
    is_just(&place.files(), &version, "first");
    proxy.asked();
    let done = version.deploy(&target, "b", None).expect("nothing is to do");
    assert_eq!(done.unchanged, version.files.len());
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert!(asked[0].method == "GET" && asked[0].target.ends_with(manifest::PATH), "{asked:?}");
    // One body: that page, the newest words of the search, and the manifest before and after.
    let body = "Another text.\n\nAnd its second paragraph.";
    version.site.write(
        "content/articles/a3.md",
        &article("Title 3", "2023-04-04", "tags = [\"Tag 3\"]\nsummary = \"S\"", body),
    );
    version.site.build();
    let version = Version::of(version.site);
    version.deploy(&target, "c", None).expect("it is changed");
    proxy.asked();
    let body = "A third text.\n\nAnd its second paragraph.";
    version.site.write(
        "content/articles/a3.md",
        &article("Title 3", "2023-04-04", "tags = [\"Tag 3\"]\nsummary = \"S\"", body),
    );
    version.site.build();
    let version = Version::of(version.site);
    version.deploy(&target, "d", None).expect("it is changed");
    let asked = proxy.asked();
    let written: Vec<&str> = asked
        .iter()
        .filter(|a| a.method == "PUT")
        .map(|a| a.target.rsplit("deep/er/").next().unwrap_or_default())
        .collect();
    assert_eq!(written, [manifest::PATH, "2023/04/04/a3/index.html", "search/entry.bin", manifest::PATH], "{asked:#?}");
    assert_eq!(asked.len(), 5, "{asked:#?}");
    is_just(&place.files(), &version, "one body");
    assert_eq!(asked.iter().filter(|asked| asked.method == "DELETE").count(), 0, "{asked:#?}");
    assert!(target.requests().contains(&("lists", 1)), "only an empty target is looked at: {:?}", target.requests());
}

/// Two deploys at once are safe only if the store honours preconditions. A store that does not is detected on the
/// first deploy.
#[test]
fn a_store_without_conditions_is_refused() {
    let mut place = Place::new(servers::google(super::gcs::start_careless()), "careless");
    let version = Version::new(4, None);
    let refused = version.deploy(&place.target(), "a", None);
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("If-Match")), "{refused:?}");
    assert!(place.files().is_empty());
}

/// A folder with characters that have a meaning elsewhere, and a bucket that does not exist.
#[test]
fn s3_is_asked_for_just_that_folder() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let version = Version::new(4, None);
    for folder in ["~me", "a%20b", "a b", "日本", "a#b"] {
        let mut place = Place::new(servers::s3(moto.port), folder);
        place.put_by_hand("theirs.txt");
        let refused = version.deploy(&place.target(), "a", None);
        assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{folder}: {refused:?}");
        version.deploy_with(&place.target(), |deploy| deploy.adopt = true).expect("it is taken over");
        let mut there = place.files();
        assert_eq!(there.remove("theirs.txt").as_deref(), Some(&b"by hand"[..]));
        is_just(&there, &version, folder);
    }
    let nowhere = Place::new(servers::s3_bucket(moto.port, "not-there"), "x");
    let failed = version.deploy_with(&nowhere.target(), |deploy| deploy.adopt = true);
    assert!(matches!(&failed, Err(DeployError::Network(why)) if why.contains("NoSuchBucket")), "{failed:?}");
}

/// Files that an interrupted deploy may have sent, by its manifest, are checked and not sent again.
#[test]
fn what_came_is_not_sent_again() {
    let port = super::gcs::start();
    let proxy = Proxy::start(port);
    let version = Version::new(12, None);
    let through = target(servers::google(proxy.port), "again");
    // Interrupt it before the last requests, when the manifest lists all files as on their way.
    version.deploy(&target(servers::google(proxy.port), "whole"), "a", None).expect("it is empty");
    let requests = proxy.asked().len();
    proxy.cut(requests - 1, Cut::Before);
    assert!(version.deploy(&through, "b", None).is_err());
    proxy.mend();
    let done = version.deploy(&through, "c", Some("b")).expect("it goes on");
    assert_eq!((done.new, done.sent), (version.files.len(), 0));
    let is_page = |target: &str| !decode_percent(target).is_some_and(|target| target.ends_with(manifest::PATH));
    let sent = proxy.asked().into_iter().filter(|asked| asked.method == "PUT" && is_page(&asked.target));
    assert_eq!(sent.count(), version.files.len(), "once each");
    is_just(&Place::new(servers::google(port), "again").files(), &version, "again");
}

/// A manifest that was copied to the target along with the files does not know their versions.
#[test]
fn without_the_name_of_a_state_it_is_looked_at() {
    let port = super::gcs::start();
    let mut place = Place::new(servers::google(port), "copied");
    let (old, new) = (Version::new(12, None), Version::new(12, Some("me")));
    old.deploy(&place.target(), "a", None).expect("it is empty");
    let mut manifest = manifest::TargetManifest::parse(&place.files()[manifest::PATH]).expect("it is whole");
    manifest.files.values_mut().for_each(|entry| entry.version = None);
    let bytes = manifest.to_text().into_bytes();
    let held = place.target().manifest().expect("it can be read");
    place.target().put_manifest(&bytes, held.as_ref()).expect("nobody else is at work");
    place.put_by_hand("feed.xml");
    let refused = new.deploy(&place.target(), "b", None);
    assert!(matches!(&refused, Err(DeployError::Foreign(paths)) if paths == &["feed.xml"]), "{refused:?}");
    assert_eq!(place.files()["feed.xml"], b"by hand");
}

/// The same bytes with other headers, some of which an interrupted deploy has sent.
#[test]
fn headers_are_sent_anew_with_the_same_bytes() {
    let port = super::gcs::start();
    let proxy = Proxy::start(port);
    let mut version = Version::new(12, None);
    let place = Place::new(servers::google(port), "headers");
    version.deploy(&place.target(), "a", None).expect("it is empty");
    let cache = |version: &mut Version, cache_control: &'static str| {
        version.wanted.iter_mut().for_each(|file| file.headers.cache_control = cache_control);
    };
    cache(&mut version, "no-cache");
    proxy.cut(40, Cut::Before);
    assert!(version.deploy(&target(servers::google(proxy.port), "headers"), "b", None).is_err());
    let ended = Some("b");
    cache(&mut version, "no-store");
    version.deploy(&place.target(), "c", ended).expect("it goes on");
    for path in version.files.keys() {
        let said = place.header(path, &Attribute::CacheControl);
        assert_eq!(said.as_deref(), Some("no-store"), "{path}");
    }
}

/// The headers that the store keeps with each file.
#[test]
fn s3_keeps_types_and_cache_headers() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let mut version = Version::new(4, None);
    compressed_copies::in_place(&mut version.wanted, &[Compression::Gzip]);
    version.deploy(&target(servers::s3(moto.port), ""), "a", None).expect("it is empty");
    let mut client = crate::http::Client::new(([127, 0, 0, 1], moto.port).into());
    for (path, kind) in [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.xml", "application/xml"),
        ("sitemap.xml", "application/xml"),
        ("recto.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("robots.txt", "text/plain; charset=utf-8"),
    ] {
        let target = format!("/{}/{path}", servers::BUCKET);
        let reply = client.ask("GET", target.as_bytes(), &[servers::SIGNED]).expect("it answers");
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), Some(kind), "{path}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=0, must-revalidate"), "{path}");
        let bytes = match reply.header("content-encoding") {
            Some("gzip") => {
                let mut unpacked = Vec::new();
                flate2::read::GzDecoder::new(&reply.body[..]).read_to_end(&mut unpacked).expect("it is gzip");
                unpacked
            }
            other => {
                assert!(other.is_none() && reply.body.len() < 1024, "{path}: {other:?}");
                reply.body
            }
        };
        assert_eq!(bytes, version.files[path], "{path}");
    }
}

#[test]
fn s3_is_whole_wherever_a_deploy_is_cut() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    cuts(2, servers::s3(moto.port), moto.port, servers::s3);
}

#[test]
fn azure_is_whole_wherever_a_deploy_is_cut() {
    let Some(azurite) = servers::azurite() else { return };
    servers::make_container(azurite.port);
    cuts(2, servers::azure(azurite.port), azurite.port, servers::azure);
}

#[test]
fn google_is_whole_wherever_a_deploy_is_cut() {
    let port = super::gcs::start();
    // This server is a thread of the test, and fast.
    cuts(8, servers::google(port), port, servers::google);
}

#[test]
fn one_of_two_deploys_wins() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let proxy = Proxy::start(moto.port);
    let (one, other) = (Version::new(12, Some("one")), Version::new(12, Some("other")));
    let old = Version::new(12, None);
    for race in 0..few("RECTO_RACES", 4).min(1000) {
        let mut place = Place::new(servers::s3(proxy.port), &format!("race-{race}"));
        // Half of the races are for an empty target.
        if race % 2 == 0 {
            old.deploy(&place.target(), "old", None).expect("it is empty");
        }
        let won = meet(&|at, read| {
            let (target, version, name) = (place.target(), [&one, &other][at], ["one", "other"][at]);
            version.deploy(&Meanwhile(&target, When::Read, read), name, None)
        });
        let winner = [&one, &other][won];
        is_just(&place.files(), winner, &format!("race {race}"));
    }
}

#[test]
fn what_others_changed_is_said() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let mut place = Place::new(servers::s3(moto.port), "foreign");
    let (old, new) = (Version::new(12, None), Version::new(12, Some("me")));
    old.deploy(&place.target(), "a", None).expect("it is empty");
    place.put_by_hand("index.html");
    // Including a page that the site is about to add.
    place.put_by_hand("2026/10/05/new0/index.html");
    let foreign = new.deploy(&place.target(), "b", None);
    assert!(
        matches!(&foreign, Err(DeployError::Foreign(paths)) if paths == &["2026/10/05/new0/index.html"]),
        "{foreign:?}"
    );
    assert_eq!(place.files()["index.html"], b"by hand");
    new.deploy_with(&place.target(), |deploy| deploy.force = true).expect("by force");
    is_just(&place.files(), &new, "by force");
    // A page that is to be removed, and that somebody has changed, stays.
    let gone = new.files.keys().find(|path| !old.files.contains_key(*path)).expect("one goes");
    place.put_by_hand(gone);
    let done = old.deploy(&place.target(), "c", None).expect("what has gone is no conflict");
    assert_eq!(done.kept, 1);
    let mut there = place.files();
    assert_eq!(there.remove(gone).as_deref(), Some(&b"by hand"[..]));
    is_just(&there, &old, "one stayed");
}

const CANARY: &str = "CANARY/7Fq+x9";

/// No secret of the environment is in a deploy's output, in what it leaves behind, or at the target, wherever it is
/// interrupted.
#[test]
fn no_secret_is_said_where_a_deploy_is_cut_off() {
    let Some(moto) = servers::moto() else { return };
    servers::make_bucket(moto.port);
    let version = Version::new(6, None);
    let root = version.site.root();
    let closed = free_port();
    let bucket = servers::BUCKET;
    let runs = few("RECTO_CANARIES", 6).min(400);
    for run in 0..runs {
        let proxy = Proxy::start(moto.port);
        proxy.cut(run / 4, [Cut::Before, Cut::Halfway, Cut::After][run % 3]);
        let port = if run % 5 == 4 { closed } else { proxy.port };
        let config = std::fs::read_to_string(root.join("site.toml")).expect("a site has one");
        let config = config.split("[deploy").next().unwrap_or_default().to_owned();
        let target =
            format!("[deploy.live]\nto = \"s3://{bucket}/canary-{run}\"\nendpoint = \"http://127.0.0.1:{port}\"\n");
        version.site.write("site.toml", &format!("{config}{target}"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_recto"));
        command.current_dir(root).args(["deploy", "--format", if run % 2 == 0 { "json" } else { "human" }]).env_clear();
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
            "AZURE_STORAGE_TOKEN",
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            "GIT_PASSWORD",
        ] {
            command.env(name, CANARY);
        }
        let out = command.env("AZURE_STORAGE_ACCOUNT_NAME", "devstoreaccount1").output().expect("it runs");
        let said = [out.stdout, out.stderr].concat();
        let text = String::from_utf8_lossy(&said);
        assert!(!said.windows(6).any(|window| window == b"CANARY"), "run {run}: {text}");
        assert!(!out.status.success(), "run {run}: {text}");
        assert!(!text.contains("panicked"), "run {run}: {text}");
    }
    for (path, bytes) in crate::support::tree(root).into_iter().filter(|(path, _)| path != "site.toml") {
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{path}");
    }
    for (path, bytes) in Place::new(servers::s3(moto.port), "").files() {
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{path}");
    }
}

/// Interrupts a deploy at some of its requests, in all three ways. Then checks what a reader finds, and lets the
/// next run finish.
fn cuts(usual: usize, direct: Arc<dyn ObjectStore>, port: u16, store: impl Fn(u16) -> Arc<dyn ObjectStore>) {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let proxy = Proxy::start(port);
    let through = store(proxy.port);
    let mut place = Place::new(direct.clone(), "whole");
    old.deploy(&place.target(), "a", None).expect("it is empty");
    proxy.asked();
    new.deploy(&target(through.clone(), "whole"), "b", None).expect("nothing is cut");
    is_just(&place.files(), &new, "whole");
    let requests = proxy.asked().len();
    assert!(requests > 40, "{requests}");
    let points = few("RECTO_CUTS", usual).min(requests);
    let mut cut_off = 0;
    for point in 0..points {
        let after = point * requests / points;
        for how in [Cut::Before, Cut::Halfway, Cut::After] {
            let what = format!("{how:?} request {after} of {requests}");
            let mut place = Place::new(direct.clone(), &format!("cut-{after}-{how:?}"));
            old.deploy(&place.target(), "a", None).expect("it is empty");
            let target = target(through.clone(), &place.folder);
            proxy.cut(after, how);
            let result = new.deploy(&target, "b", None);
            let cut = proxy.mend();
            cut_off += usize::from(result.is_err());
            assert!(cut && matches!(result, Ok(_) | Err(DeployError::Network(_))), "{what}: {result:?}");
            is_whole(&place.files(), &[&old, &new], &what);
            // Another process, which has none of the broken connections.
            let done = new.deploy(&place.target(), "c", Some("b")).unwrap_or_else(|why| panic!("{what}: {why:?}"));
            is_just(&place.files(), &new, &what);
            assert!(done.sent <= new.files.len(), "{what}: {done:?}");
        }
    }
    assert!(cut_off > points, "a cut ends a deploy: {cut_off} of {points}");
}

/// Files that somebody has removed or changed, in a store with generations and in one with only ETags.
#[test]
fn a_store_that_was_verified_is_whole() {
    let version = Version::new(12, None);
    let moto = servers::moto();
    let s3 = moto.as_ref().map(|moto| {
        servers::make_bucket(moto.port);
        servers::s3(moto.port)
    });
    for store in [Some(servers::google(super::gcs::start())), s3].into_iter().flatten() {
        let mut place = Place::new(store, "veri/fied");
        version.deploy(&place.target(), "a", None).expect("it is empty");
        let verify = |holder: &str| {
            let target = place.target();
            let end = version.deploy_with(&target, |deploy| {
                (deploy.holder, deploy.verify) = (holder.to_owned(), true);
            });
            (end.unwrap_or_else(|e| panic!("{e:?}")), target.requests())
        };
        let (done, requests) = verify("b");
        assert_eq!((done.new, done.changed, done.unchanged), (0, 0, version.files.len()));
        let heads = requests.iter().find(|(kind, _)| *kind == "heads").map_or(0, |(_, count)| *count);
        assert_eq!(heads, 0, "the list says all: {requests:?}");
        place.put_by_hand("index.html");
        place.put_by_hand("theirs.txt");
        place.remove_by_hand("feed.xml");
        let (done, _) = verify("c");
        assert_eq!((done.new, done.changed, done.removed), (1, 1, 0));
        let mut there = place.files();
        assert_eq!(there.remove("theirs.txt").as_deref(), Some(&b"by hand"[..]));
        is_just(&there, &version, "verified");
    }
}
