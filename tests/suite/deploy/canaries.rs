//! Targets of every kind that reject a deploy after receiving its credentials, and print everything they know.
//! Recto must not repeat any of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::support::{SITE_TOML, Site, article, temporary, tree};
use crate::tools;

/// Part of every secret.
const CANARY: &str = "CANARY";

/// Variables with secrets, except for those between which Azure would choose.
const VARIABLES: [(&str, &str); 9] = [
    ("AWS_ACCESS_KEY_ID", "CANARY0id"),
    ("AWS_SECRET_ACCESS_KEY", "CANARY1/7Fq+x9="),
    ("AWS_SESSION_TOKEN", "CANARY2/7Fq+x9=="),
    ("GOOGLE_BEARER_TOKEN", "CANARY3.token"),
    ("GIT_PASSWORD", "CANARY4 word"),
    ("RSYNC_PASSWORD", "CANARY5word"),
    ("SSHPASS", "CANARY6word"),
    ("HTTP_AUTHORIZATION", "Bearer CANARY7token"),
    ("NPM_AUTH", "CANARY8auth"),
];

/// Listens on loopback, answers as `answer` does, and records what it received. It ends with the test's process.
fn listener(answer: impl Fn(TcpStream) -> String + Send + 'static) -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("it listens").port();
    let heard: Arc<Mutex<String>> = Arc::default();
    let all = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let text = answer(stream);
            all.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        }
    });
    (port, heard)
}

/// Rejects a request and repeats it in full. A request without credentials is asked for them.
pub fn refuse(mut stream: impl Read + Write) -> String {
    let mut request = String::new();
    let mut lines = BufReader::new(&mut stream);
    while lines.read_line(&mut request).is_ok_and(|read| read > 2) {}
    let body = format!("not you: {request}");
    let known = ["authorization:", "sig="].iter().any(|word| request.to_lowercase().contains(word));
    let status = if known { "403 Forbidden" } else { "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"" };
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain");
    let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let _ = stream.flush();
    request
}

/// TLS with a certificate for this machine, which is written to a folder as `certificate.pem`.
pub fn tls(folder: &Path) -> Option<Arc<ServerConfig>> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let mut command = Command::new(tools::program("openssl")?);
    command.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]);
    command.args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"]).arg(&key).arg("-out").arg(&certificate);
    assert!(command.output().expect("openssl runs").status.success());
    let chain = vec![CertificateDer::from_pem_file(certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("there are some").with_no_client_auth();
    Some(Arc::new(config.with_single_cert(chain, key).expect("they belong together")))
}

/// Like `refuse`, with TLS.
fn refuse_with_tls(folder: &Path) -> Option<impl Fn(TcpStream) -> String + Send + 'static> {
    let config = tls(folder)?;
    Some(move |stream| {
        let connection = ServerConnection::new(config.clone()).expect("a connection");
        refuse(StreamOwned::new(connection, stream))
    })
}

/// An rsync daemon that asks for a password and accepts none.
pub fn refuse_as_daemon(mut stream: TcpStream) -> String {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut said = String::new();
    let _ = stream.write_all(b"@RSYNCD: 31.0 md5 md4\n");
    let _ = lines.read_line(&mut said);
    let _ = lines.read_line(&mut said);
    let _ = stream.write_all(b"@RSYNCD: AUTHREQD c2hhbGxlbmdl\n");
    let _ = lines.read_line(&mut said);
    let _ = stream.write_all(b"@ERROR: auth failed on module m with CANARY5word\n");
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = lines.read_to_string(&mut String::new());
    said
}

pub fn executable(file: &Path, text: &str) {
    fs::write(file, text).expect("a file can be written");
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// A site, and programs that replace SSH.
struct Scene {
    site: Site,
    folder: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
        Scene { site, folder: temporary() }
    }

    /// A program that prints its environment and arguments, records that it was called, and fails.
    fn shell(&self) -> (PathBuf, PathBuf) {
        let (script, called) = (self.folder.path().join("shell"), self.folder.path().join("called"));
        let text = format!(
            "#!/bin/sh\necho \"$@\" >>{}\necho \"$@\" >&2\nenv | grep CANARY | tr '\\n' ' ' >&2\nexit 255\n",
            called.display()
        );
        executable(&script, &text);
        (script, called)
    }

    /// Deploys in both formats. No secret may be printed or left behind.
    fn refused(&self, to: &str, more: &str, variables: &[(&str, &str)]) {
        self.site.write("site.toml", &format!("{SITE_TOML}[deploy.x]\nto = \"{to}\"\n{more}\n"));
        for format in ["human", "json"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
            command.current_dir(self.site.root()).args(["deploy", "-v", "--format", format]).env_clear();
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.folder.path());
            let all: BTreeMap<&str, &str> = VARIABLES.iter().chain(variables).copied().collect();
            let out = command.envs(all).output().expect("it runs");
            let text = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
            assert!(!text.contains(CANARY), "{to}: {text}");
            assert_eq!(out.status.code(), Some(5), "{to}: {text}");
            assert!(!text.contains("panicked"), "{to}: {text}");
        }
        leaves_nothing(self.site.root());
    }
}

fn leaves_nothing(root: &Path) {
    for (path, bytes) in tree(root) {
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{path}");
    }
}

/// Checks that the recorded requests contain all of these.
fn heard(heard: &Mutex<String>, parts: &[&str]) {
    let text = heard.lock().unwrap_or_else(PoisonError::into_inner);
    for part in parts {
        assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part} was not sent: {text}");
    }
}

#[test]
fn no_store_makes_a_secret_be_said() {
    let scene = Scene::new();
    let account = ("AZURE_STORAGE_ACCOUNT_NAME", "account");
    let stores: [(&str, &[(&str, &str)], &[&str]); 5] = [
        ("s3", &[], &["Credential=CANARY0id/", "x-amz-security-token: CANARY2"]),
        ("gs", &[], &["authorization: Bearer CANARY3.token"]),
        // Base64, like a real key.
        (
            "az",
            &[account, ("AZURE_STORAGE_ACCOUNT_KEY", "CANARY9CANARY9CANARY9abc")],
            &["authorization: SharedKey account:"],
        ),
        ("az", &[account, ("AZURE_STORAGE_SAS_TOKEN", "sv=2024-11-04&sig=CANARY10%2F7Fq%2Bx9%3D")], &["sig=CANARY10"]),
        ("az", &[account, ("AZURE_STORAGE_TOKEN", "CANARY11.token")], &["authorization: Bearer CANARY11.token"]),
    ];
    for (scheme, variables, parts) in stores {
        let (port, all) = listener(refuse);
        let endpoint = format!("endpoint = \"http://127.0.0.1:{port}\"");
        scene.refused(&format!("{scheme}://bucket/folder"), &endpoint, variables);
        heard(&all, parts);
    }
}

#[test]
fn no_repository_makes_a_secret_be_said() {
    if tools::program("git").is_none() {
        return;
    }
    let scene = Scene::new();
    if let Some(refuse) = refuse_with_tls(scene.folder.path()) {
        let (port, all) = listener(refuse);
        let to = format!("git+https://127.0.0.1:{port}/r.git");
        let certificate = scene.folder.path().join("certificate.pem").display().to_string();
        let trusted = ("GIT_SSL_CAINFO", certificate.as_str());
        let header = [
            trusted,
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "http.extraHeader"),
            ("GIT_CONFIG_VALUE_0", "Authorization: Bearer CANARY12/x+9="),
        ];
        scene.refused(&to, "", &header);
        heard(&all, &["Authorization: Bearer CANARY12/x+9="]);
        let helper = scene.folder.path().join("helper");
        executable(&helper, "#!/bin/sh\necho \"asked for $GIT_PASSWORD\" >&2\necho \"$GIT_PASSWORD\"\n");
        scene.refused(&to, "", &[trusted, ("GIT_ASKPASS", helper.to_str().expect("UTF-8"))]);
        heard(&all, &["Authorization: Basic "]);
    }
    let (script, called) = scene.shell();
    let script = script.to_str().expect("UTF-8").to_owned();
    scene.refused("git+ssh://git@host.invalid/r.git", "", &[("GIT_SSH_COMMAND", &script)]);
    assert!(fs::read_to_string(called).is_ok_and(|text| text.contains("git@host.invalid")));
}

#[test]
fn no_folder_elsewhere_makes_a_secret_be_said() {
    if tools::program("rsync").is_none() {
        return;
    }
    let scene = Scene::new();
    let (script, called) = scene.shell();
    let script = script.to_str().expect("UTF-8").to_owned();
    scene.refused("ssh://me@host.invalid/srv/www", "", &[("RSYNC_RSH", &script)]);
    assert!(fs::read_to_string(called).is_ok_and(|text| text.contains("host.invalid")));
    let (port, all) = listener(refuse_as_daemon);
    scene.refused(&format!("rsync://me@127.0.0.1:{port}/m/folder"), "", &[]);
    heard(&all, &["\nm\n", "\nme "]);
}
