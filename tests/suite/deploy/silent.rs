//! Endpoints that send endlessly, or nothing, or a byte now and then.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use recto::base::limits::{LEASE_SECONDS, MANIFEST_BYTES, STORE_ANSWER};
use recto::deploy::http_limits::BoundedConnector;
use recto::deploy::manifest;
use recto::deploy::objects::Objects;
use recto::deploy::redact::Secrets;
use recto::deploy::target::{DeployError, Target};

use crate::support::{SITE_TOML, Site, article};

/// Reads the head of every request and answers as `say` does.
pub fn endpoint(say: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let say = Arc::new(say);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let say = say.clone();
            thread::spawn(move || {
                let mut stream = stream.expect("a connection");
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
                    head.push(byte[0]);
                }
                let _ = say(&String::from_utf8_lossy(&head), &mut stream);
            });
        }
    });
    port
}

/// A folder of a bucket there.
fn target(port: u16) -> Objects {
    waiting(port, BoundedConnector { patience: Duration::from_secs(30) })
}

/// The same, with a patience of half a second.
fn impatient(port: u16) -> Objects {
    waiting(port, BoundedConnector { patience: Duration::from_millis(500) })
}

/// Like `target`, with another patience.
pub fn waiting(port: u16, bounded: BoundedConnector) -> Objects {
    super::servers::ready();
    let store: Arc<dyn ObjectStore> = Arc::new(
        AmazonS3Builder::new()
            .with_bucket_name("site")
            .with_region("eu-north-1")
            .with_endpoint(format!("http://127.0.0.1:{port}"))
            .with_allow_http(true)
            .with_access_key_id("id")
            .with_secret_access_key("key")
            .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
            .with_http_connector(bounded)
            // As in a deploy: the library's own 30 seconds are for small requests.
            .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "1 day")
            .build()
            .expect("a store"),
    );
    Objects::over(store, "s3://site/news", "news", Secrets::default()).expect("a target")
}

pub fn head(length: Option<usize>, kind: &str) -> String {
    let length = length.map(|length| format!("Content-Length: {length}\r\n")).unwrap_or_default();
    format!(
        "HTTP/1.1 {kind}\r\nConnection: close\r\nETag: \"x\"\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n{length}\r\n"
    )
}

pub fn trouble<T>(end: Result<T, DeployError>) -> String {
    match end {
        Err(DeployError::Network(why) | DeployError::Refused(why)) => why,
        Err(_) => "something else".to_owned(),
        Ok(_) => "nothing".to_owned(),
    }
}

#[test]
fn a_manifest_is_read_up_to_its_limit() {
    let limit = format!("the response is larger than {MANIFEST_BYTES} bytes");
    let of = |announced: Option<usize>, sent: usize| {
        let port = endpoint(move |_, stream| {
            stream.write_all(head(announced, "200 OK").as_bytes())?;
            let part = vec![b'x'; 1 << 20];
            (0..sent).step_by(part.len()).try_for_each(|from| stream.write_all(&part[..part.len().min(sent - from)]))
        });
        target(port).manifest()
    };
    let whole = of(Some(MANIFEST_BYTES), MANIFEST_BYTES);
    assert!(whole.is_ok_and(|held| held.is_some_and(|held| held.bytes.len() == MANIFEST_BYTES)));
    // The length is announced, or the answer never ends.
    for (announced, sent) in [(Some(MANIFEST_BYTES + 1), 0), (Some(1 << 50), 0)] {
        let why = trouble(of(announced, sent));
        assert!(why.starts_with("cannot read the manifest at s3://site/news: ") && why.contains(&limit), "{why}");
    }
    let why = trouble(target(endless()).manifest());
    assert!(why.contains(&format!("the response is larger than {STORE_ANSWER} bytes")), "{why}");
}

/// Sends pieces endlessly, without announcing a length.
fn endless() -> u16 {
    endpoint(|_, stream| {
        stream.write_all(head(None, "200 OK").replace("Connection: close", "Transfer-Encoding: chunked").as_bytes())?;
        let part = [&b"100000\r\n"[..], &vec![b'x'; 1 << 20], b"\r\n"].concat();
        loop {
            stream.write_all(&part)?;
        }
    })
}

/// A rejected answer of a store costs little memory.
#[cfg(target_os = "linux")]
#[test]
fn a_manifest_without_an_end_costs_little_memory() {
    let site = Site::new(&format!(
        "{SITE_TOML}[deploy.live]\nto = \"s3://site/news\"\nregion = \"eu-north-1\"\nendpoint = \"http://127.0.0.1:{}\"\n",
        endless()
    ));
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(site.root()).args(["deploy"]).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
    command.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "key");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut memory = 0;
    while child.try_wait().expect("a child can be waited for").is_none() {
        let said = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let most = said.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory = most.unwrap_or(0_usize).max(memory);
        thread::sleep(Duration::from_millis(2));
    }
    let said = String::from_utf8_lossy(&child.wait_with_output().expect("it has ended").stderr).into_owned();
    assert!(said.contains("cannot read the manifest"), "{said}");
    assert!(memory < 128 << 10, "{memory} kB");
}

#[test]
fn other_answers_are_read_up_to_theirs() {
    let limit = format!("the response is larger than {STORE_ANSWER} bytes");
    for (kind, more) in [("200 OK", 1), ("404 Not Found", 1), ("403 Forbidden", 1), ("403 Forbidden", 0)] {
        let port = endpoint(move |_, stream| {
            stream.write_all(head(None, kind).as_bytes())?;
            let list = format!("<Error>{}</Error>", " ".repeat(STORE_ANSWER + more - 15));
            stream.write_all(list.as_bytes())
        });
        let why = trouble(target(port).occupied());
        assert_eq!(why.contains(&limit), more == 1, "{kind}: {}", &why[..why.len().min(500)]);
    }
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let silent = endpoint(|_, _| {
        thread::sleep(Duration::from_secs(120));
        Ok(())
    });
    // A head, and then nothing; or a byte now and then.
    let half = endpoint(|_, stream| {
        stream.write_all(head(Some(100), "200 OK").as_bytes())?;
        thread::sleep(Duration::from_secs(120));
        Ok(())
    });
    let drip = endpoint(|_, stream| {
        stream.write_all(head(Some(1000), "200 OK").as_bytes())?;
        loop {
            stream.write_all(b"x")?;
            thread::sleep(Duration::from_millis(50));
        }
    });
    let slow = "the response was slower than 20000 bytes per second";
    for (port, said) in [(silent, "no response within 0 s"), (half, slow), (drip, slow)] {
        let begun = Instant::now();
        let why = trouble(impatient(port).manifest());
        assert!(why.starts_with("cannot read the manifest at s3://site/news") && why.contains(said), "{why}");
        assert!(trouble(impatient(port).occupied()).contains(said));
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }
    // The error of a retried request says how often it was tried.
    let why = trouble(impatient(silent).put_manifest(b"x", None));
    assert!(why.contains("no response within 0 s") && why.contains("(tried 3 times)"), "{why}");
}

#[test]
fn a_list_has_so_many_files() {
    super::servers::ready();
    let local = crate::targets::Local::new(&[("a.html", "a"), ("b.html", "b")]);
    let local = crate::targets::Local { verify: true, ..local };
    let store: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
    let open = |most: usize| {
        let mut target = Objects::over(store.clone(), "s3://site/news", "news", Secrets::default()).expect("a target");
        target.most = most;
        target
    };
    local.deploy(&open(3)).expect("it is deployed");
    // Including the manifest.
    local.deploy(&open(3)).expect("it is verified");
    assert_eq!(trouble(local.deploy(&open(2))), "s3://site/news has more than 2 files");
}

#[test]
fn where_nobody_deploys_any_more_a_lease_ends() {
    let local = crate::targets::Local::new(&[("a.html", "a")]);
    let folder = crate::support::temporary();
    let open = || recto::deploy::folder::Folder::open(folder.path(), None).expect("a folder");
    local.deploy(&open()).expect("it is deployed");
    let place = folder.path().join(manifest::PATH);
    for years in [1, 1000, 100_000_000_000] {
        let held = std::fs::read(&place).expect("a manifest");
        let mut text = manifest::TargetManifest::parse(&held).expect("a manifest");
        text.lease = Some(manifest::Lease { holder: "gone".to_owned(), until: years * 365 * 86_400 });
        std::fs::write(&place, text.to_text()).expect("it can be written");
        local.write("a.html", &format!("{years}"));
        let end = local.deploy(&open());
        if years == 1 {
            // Expired, by any clock.
            end.expect("it is deployed");
            continue;
        }
        let Err(DeployError::Busy(why)) = end else { panic!("it is deployed over a lease") };
        assert!(why.contains("wait 11 min"), "{why}");
        // The present time of `Local`, and when the folder says that the lease was written.
        let written = |ago: u64| {
            let file = std::fs::File::options().write(true).open(&place).expect("a manifest");
            let then = std::time::UNIX_EPOCH + Duration::from_secs(1_793_491_200 - ago);
            file.set_modified(then).expect("a time");
        };
        written(LEASE_SECONDS as u64 - 1);
        assert!(matches!(local.deploy(&open()), Err(DeployError::Busy(_))));
        written(LEASE_SECONDS as u64);
        local.deploy(&open()).expect("it is deployed");
        assert_eq!(std::fs::read_to_string(folder.path().join("a.html")).expect("a page"), format!("{years}"));
    }
}
