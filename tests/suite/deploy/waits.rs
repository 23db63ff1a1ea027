//! Time limits and list limits of deploys: each at its number and one above.
//!
//! At the real numbers most of this takes minutes: `RECTO_LIMITS=all` does it. Otherwise smaller numbers take the
//! same code path.

use std::fmt::Write as _;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use recto::base::limits::{PROGRAM_SECONDS, STORE_FILES, STORE_RATE, STORE_SECONDS};
use recto::deploy::http_limits::{BoundedConnector, time_for};
use recto::deploy::manifest::TargetManifest;
use recto::deploy::target::Target;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use super::canaries::{executable, refuse, refuse_as_daemon, tls};
use super::silent::{endpoint, head, trouble, waiting};
use crate::support::{SITE_TOML, Site, article, temporary};
use crate::tools;

fn all() -> bool {
    std::env::var_os("RECTO_LIMITS").is_some()
}

/// Answers on loopback, each client in a thread of its own.
fn listener(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("it listens").port();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || answer(stream));
        }
    });
    port
}

/// Stays silent for some time after the connection is open, then rejects the request.
fn refuse_after(time: Duration, config: Arc<ServerConfig>) -> u16 {
    listener(move |stream| {
        let connection = ServerConnection::new(config.clone()).expect("a connection");
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                return;
            }
        }
        thread::sleep(time);
        refuse(stream);
    })
}

/// Writes a wrapper that passes everything on, with another number of seconds instead of Recto's. It fails if Recto
/// does not set its own.
fn with_seconds(folder: &TempDir, name: &str, setting: &str, seconds: u64) {
    let real = tools::on_path(&[name]).expect("it was looked for");
    let text = format!(
        "#!/bin/sh\nfound=$1\nfor word do\n  shift\n  case \"$word\" in\n    {setting}={PROGRAM_SECONDS}) found=yes \
         word={setting}={seconds};;\n  esac\n  set -- \"$@\" \"$word\"\ndone\n\
         case $found in yes|init|--version) exec {} \"$@\";; esac\necho \"without its seconds: $*\" >&2\nexit 9\n",
        real.display()
    );
    executable(&folder.path().join(name), &text);
}

/// Returns the output of a deploy that fails.
fn deploy(to: &str, programs: &TempDir, certificate: Option<&Path>) -> String {
    let site = Site::new(&format!("{SITE_TOML}[deploy.x]\nto = \"{to}\"\n"));
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(site.root()).arg("deploy").env_clear().env("HOME", programs.path());
    command.env("PATH", format!("{}:{path}", programs.path().display())).env("RSYNC_PASSWORD", "password");
    command.envs(certificate.map(|file| ("GIT_SSL_CAINFO", file)));
    let out = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    assert_eq!(out.status.code(), Some(5), "{text}");
    text
}

/// Silences below and above the seconds that git and rsync are given.
fn silences(tick: u64) -> [Silence; 2] {
    let of = |silence, seconds, late| Silence { silence, seconds, late };
    match all() {
        true => {
            [(PROGRAM_SECONDS - 2, false), (PROGRAM_SECONDS + tick, true)].map(|(n, late)| of(n, PROGRAM_SECONDS, late))
        }
        // Far apart, so that a busy machine makes neither of the other.
        false => [of(0, 60, false), of(60, 2, true)],
    }
}

/// How long the server is silent, how long the program is told to wait, and whether that is too late.
struct Silence {
    silence: u64,
    seconds: u64,
    late: bool,
}

#[test]
fn git_is_told_how_long_to_wait() {
    if tools::program("git").is_none() {
        return;
    }
    let folder = temporary();
    let Some(config) = tls(folder.path()) else { return };
    let certificate = folder.path().join("certificate.pem");
    thread::scope(|scope| {
        for Silence { silence, seconds, late } in silences(3) {
            let (config, certificate) = (config.clone(), &certificate);
            scope.spawn(move || {
                let programs = temporary();
                with_seconds(&programs, "git", "http.lowSpeedTime", seconds);
                let port = refuse_after(Duration::from_secs(silence), config);
                let said = deploy(&format!("git+https://127.0.0.1:{port}/r.git"), &programs, Some(certificate));
                let slow = format!("Less than 1 bytes/sec transferred the last {seconds} seconds");
                assert_eq!(said.contains(&slow), late, "{silence} s: {said}");
            });
        }
    });
}

#[test]
fn rsync_is_told_how_long_to_wait() {
    if tools::program("rsync").is_none() {
        return;
    }
    // It checks once a minute whether a long time has passed.
    thread::scope(|scope| {
        for Silence { silence, seconds, late } in silences(63) {
            scope.spawn(move || {
                let programs = temporary();
                with_seconds(&programs, "rsync", "--timeout", seconds);
                let port = listener(move |stream| {
                    thread::sleep(Duration::from_secs(silence));
                    refuse_as_daemon(stream);
                });
                let said = deploy(&format!("rsync://me@127.0.0.1:{port}/m/folder"), &programs, None);
                assert_eq!(said.contains("io timeout after"), late, "{silence} s: {said}");
                assert_eq!(said.contains("auth failed"), !late, "{silence} s: {said}");
            });
        }
    });
}

/// Small answers get no extra time for their size, which is counted in whole seconds.
#[test]
fn the_slowest_rate_is_waited_for() {
    let rate = STORE_RATE;
    assert_eq!([time_for(rate - 1), time_for(rate)], [0, 1].map(Duration::from_secs));
    assert_eq!([time_for(60 * rate - 1), time_for(60 * rate)], [59, 60].map(Duration::from_secs));
    // At that rate the answer arrives, however long it takes; at half the rate it does not.
    let of = |bytes: u64| {
        let port = endpoint(move |_, stream| {
            stream.write_all(head(Some(5 * rate as usize), "200 OK").as_bytes())?;
            let begun = Instant::now();
            for part in 0..50 {
                thread::sleep((begun + Duration::from_millis(part * 100)).saturating_duration_since(Instant::now()));
                stream.write_all(&vec![b' '; bytes as usize / 10])?;
            }
            thread::sleep(Duration::from_secs(60));
            Ok(())
        });
        waiting(port, BoundedConnector { patience: Duration::from_secs(4) }).manifest()
    };
    thread::scope(|scope| {
        let (whole, half) = (scope.spawn(move || of(rate)), scope.spawn(move || of(rate / 2)));
        let whole = whole.join().expect("no panic");
        assert!(whole.is_ok_and(|held| held.is_some_and(|held| held.bytes.len() as u64 == 5 * rate)));
        let why = trouble(half.join().expect("no panic"));
        assert!(why.contains(&format!("the response was slower than {rate} bytes per second")), "{why}");
    });
}

#[test]
fn a_store_has_its_seconds() {
    assert_eq!(BoundedConnector::default().patience, Duration::from_secs(STORE_SECONDS));
    if !all() {
        return;
    }
    let after = |time: Duration| {
        let port = endpoint(move |_, stream| {
            thread::sleep(time);
            stream.write_all(head(Some(1), "200 OK").as_bytes())?;
            stream.write_all(b"x")
        });
        waiting(port, BoundedConnector::default()).manifest().map(|held| held.map(|held| held.bytes))
    };
    thread::scope(|scope| {
        let just = scope.spawn(move || after(Duration::from_secs(STORE_SECONDS) - Duration::from_millis(500)));
        let more = scope.spawn(move || after(Duration::from_secs(STORE_SECONDS + 1)));
        assert!(just.join().expect("no panic").is_ok_and(|bytes| bytes == Some(b"x".to_vec())));
        let why = trouble(more.join().expect("no panic"));
        assert!(why.contains(&format!("no response within {STORE_SECONDS} s")), "{why}");
    });
}

/// Lists of a thousand each, as in S3.
#[test]
fn a_store_lists_so_many_files() {
    if !all() {
        return;
    }
    let listed = |files: usize| {
        let port = endpoint(move |request, stream| {
            let token = |(_, rest): (&str, &str)| rest.split(['&', ' ']).next().and_then(|token| token.parse().ok());
            let from: usize = request.split_once("continuation-token=").and_then(token).unwrap_or(0);
            let end = files.min(from + 1000);
            let mut list = format!("<ListBucketResult><IsTruncated>{}</IsTruncated>", end < files);
            if end < files {
                let _ = write!(list, "<NextContinuationToken>{end}</NextContinuationToken>");
            }
            for file in from..end {
                let _ = write!(
                    list,
                    "<Contents><Key>news/{file}</Key><LastModified>2015-10-21T07:28:00Z</LastModified>\
                     <Size>1</Size><ETag>\"x\"</ETag></Contents>"
                );
            }
            list.push_str("</ListBucketResult>");
            stream.write_all(head(Some(list.len()), "200 OK").as_bytes())?;
            stream.write_all(list.as_bytes())
        });
        let target = waiting(port, BoundedConnector::default());
        trouble(target.audit(&TargetManifest::default(), &[], Path::new("")))
    };
    assert_eq!(listed(STORE_FILES), "nothing");
    assert_eq!(listed(STORE_FILES + 1), format!("s3://site/news has more than {STORE_FILES} files"));
}
