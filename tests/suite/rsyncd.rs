//! Servers for rsync on this machine: a daemon, and sshd with keys of its own; and a connection to either that can
//! be cut.
//!
//! Each listens only on loopback, works below a temporary folder, and ends when its value is dropped.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use recto::deploy::redact::Secrets;
use recto::deploy::rsync::{self, Rsync, RsyncSetup};
use recto::deploy::target::DeployError;
use tempfile::TempDir;

use crate::support::{free_port, temporary};
use crate::tools::{ignored, on_path, program};

/// A server that takes longer to start hangs.
const LIMIT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Daemon,
    Ssh,
}

pub struct Server {
    kind: Kind,
    child: Child,
    port: u16,
    user: String,
    folder: TempDir,
}

/// A deploying machine, and its connection.
pub struct Client<'c> {
    pub machine: &'c str,
    pub holder: &'c str,
    pub ended: Option<&'c str>,
    pub line: Option<&'c Line>,
    pub patience: Duration,
}

impl<'c> Client<'c> {
    pub fn new(machine: &'c str, holder: &'c str) -> Client<'c> {
        Client { machine, holder, ended: None, line: None, patience: rsync::PATIENCE }
    }
}

impl Server {
    /// Starts both kinds. Prints a message for those whose programs are missing.
    pub fn all() -> Vec<Server> {
        [Server::daemon(), Server::ssh()].into_iter().flatten().collect()
    }

    pub fn daemon() -> Option<Server> {
        let rsync = program("rsync")?;
        Some(Server::start(Kind::Daemon, |folder, port| {
            // Otherwise the daemon would run as nobody.
            let root = if id("-u") == "0" { "uid = 0\ngid = 0\n" } else { "" };
            let module = format!("[m]\npath = {}\nread only = no\n", folder.join("srv").display());
            let config = folder.join("rsyncd.conf");
            fs::write(&config, format!("use chroot = no\nsocket options = TCP_NODELAY\n{root}{module}"))
                .expect("a file can be written");
            let mut command = Command::new(&rsync);
            command.args(["--daemon", "--no-detach", "--address=127.0.0.1"]).arg(format!("--port={port}"));
            command.arg(format!("--config={}", config.display()));
            command.arg(format!("--log-file={}", folder.join("log").display()));
            command
        }))
    }

    pub fn ssh() -> Option<Server> {
        program("rsync")?;
        let (ssh, keygen) = (program("ssh")?, program("ssh-keygen")?);
        let sshd = on_path(&["sshd"]).or_else(|| Some("/usr/sbin/sshd".into()).filter(|file: &PathBuf| file.is_file()));
        let Some(sshd) = sshd else {
            ignored("no sshd on the path or in /usr/sbin");
            return None;
        };
        if id("-u") == "0" {
            // As root, sshd needs this folder, which its service would create.
            fs::create_dir_all("/run/sshd").expect("a folder can be made");
        }
        Some(Server::start(Kind::Ssh, |folder, port| {
            for name in ["host", "user"] {
                let mut command = Command::new(&keygen);
                command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(name));
                assert!(command.status().expect("ssh-keygen runs").success());
            }
            let read = |name: &str| fs::read_to_string(folder.join(name)).expect("ssh-keygen wrote it");
            let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("a file can be written");
            write("known", format!("recto-test {}", read("host.pub")));
            write("authorized", read("user.pub"));
            let at = folder.display();
            // Not the home of who runs the tests: what their shell does when it starts may take longer than a whole deploy.
            write(
                "sshd_config",
                format!(
                    "ListenAddress 127.0.0.1\nPort {port}\nHostKey {at}/host\nAuthorizedKeysFile {at}/authorized\n\
                     PidFile none\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
                     PermitRootLogin prohibit-password\nMaxStartups 100\n\
                     SetEnv HOME={at}\n"
                ),
            );
            // The user's own SSH configuration, which must be respected. This key exchange takes a tenth of the
            // processor time of the default.
            write(
                "ssh_config",
                format!(
                    "HostKeyAlias recto-test\nUserKnownHostsFile {at}/known\nGlobalKnownHostsFile /dev/null\n\
                     StrictHostKeyChecking yes\nIdentityFile {at}/user\nIdentitiesOnly yes\nIdentityAgent none\n\
                     KexAlgorithms curve25519-sha256\n"
                ),
            );
            assert!(ssh.is_file());
            let mut command = Command::new(&sshd);
            command.args(["-D", "-e", "-f"]).arg(folder.join("sshd_config"));
            command
        }))
    }

    fn start(kind: Kind, command: impl Fn(&Path, u16) -> Command) -> Server {
        let folder = temporary();
        fs::create_dir(folder.path().join("srv")).expect("a folder can be made");
        let port = free_port();
        let mut command = command(folder.path(), port);
        let log = fs::File::create(folder.path().join("said")).expect("a file can be written");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().expect("the server starts");
        let mut server = Server { kind, child, port, user: id("-un"), folder };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let said = fs::read_to_string(server.folder.path().join("said")).unwrap_or_default();
            assert!(matches!(server.child.try_wait(), Ok(None)) && start.elapsed() < LIMIT, "{kind:?}: {said}");
            std::thread::sleep(PAUSE);
        }
        server
    }

    /// The folder of the site on the server.
    pub fn site(&self) -> PathBuf {
        self.folder.path().join("srv/a site")
    }

    /// Removes the folder of the site.
    pub fn clear(&self) {
        let _ = fs::remove_dir_all(self.site());
    }

    /// Saves the folder with its times.
    pub fn save(&self) {
        let status = Command::new("cp").arg("-a").arg(self.site()).arg(self.folder.path().join("saved")).status();
        assert!(status.expect("cp runs").success());
    }

    /// Restores the saved folder.
    pub fn restore(&self) {
        self.clear();
        let status = Command::new("cp").arg("-a").arg(self.folder.path().join("saved")).arg(self.site()).status();
        assert!(status.expect("cp runs").success());
    }

    pub fn try_open(&self, client: &Client) -> Result<Rsync, DeployError> {
        let port = client.line.map_or(self.port, |line| line.port);
        let scratch = self.folder.path().join(client.machine);
        let shell = format!("ssh -F {}", self.folder.path().join("ssh_config").display());
        let ended: Vec<String> = client.ended.into_iter().map(str::to_owned).collect();
        let machine = RsyncSetup {
            scratch: &scratch,
            holder: client.holder,
            ended: &ended,
            shell: Some(&shell),
            secrets: Secrets::default(),
            patience: client.patience,
        };
        match self.kind {
            Kind::Daemon => rsync::open_daemon(&format!("127.0.0.1:{port}"), "m/a site", machine),
            Kind::Ssh => {
                let site = self.site();
                let path = site.to_str().expect("a path is text");
                rsync::open_ssh(Some(&self.user), "127.0.0.1", Some(port), path, machine)
            }
        }
    }

    pub fn open(&self, client: &Client) -> Rsync {
        self.try_open(client).unwrap_or_else(|e| panic!("{:?}: {e:?}", self.kind))
    }

    pub fn line(&self) -> Line {
        Line::to(self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the output of `id` for the user who runs the tests.
fn id(what: &str) -> String {
    let output = Command::new("id").arg(what).output().expect("id runs");
    String::from_utf8(output.stdout).expect("id says text").trim().to_owned()
}

/// A connection to a server through a port of its own, which is cut after some number of bytes.
pub struct Line {
    pub port: u16,
    /// Bytes until it is cut, in both directions.
    pub left: Arc<AtomicI64>,
    over: Arc<AtomicBool>,
}

impl Line {
    fn to(server: u16) -> Line {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let line = Line { port, left: Arc::new(AtomicI64::new(i64::MAX)), over: Arc::default() };
        let (left, over) = (line.left.clone(), line.over.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { break };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to, left) = (from.try_clone(), to.try_clone(), left.clone());
                    let (Ok(from), Ok(to)) = (from, to) else { break };
                    std::thread::spawn(move || pass(&from, &to, &left));
                }
            }
        });
        line
    }

    /// Lets this many more bytes through.
    pub fn cut_after(&self, bytes: i64) {
        self.left.store(bytes, Ordering::SeqCst);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// Passes bytes on. A cut closes both directions of the connection.
fn pass(mut from: &TcpStream, mut to: &TcpStream, left: &AtomicI64) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let before = left.fetch_sub(count as i64, Ordering::SeqCst);
        let allowed = before.clamp(0, count as i64) as usize;
        if to.write_all(&buffer[..allowed]).is_err() || allowed < count {
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
