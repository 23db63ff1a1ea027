//! A file system in memory that folds names. It serves the kernel by the FUSE protocol (`fuse_kernel.h`, 7.31), as
//! far as programs that write files need it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::JoinHandle;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

use crate::support::temporary;

/// Which spellings of a name are one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folds {
    pub case: bool,
    pub accents: bool,
}

impl Folds {
    fn key(self, name: &str) -> String {
        let name = if self.case { name.to_lowercase() } else { name.to_owned() };
        if self.accents { name.nfc().collect() } else { name }
    }
}

/// A mounted file system, unmounted when this is dropped.
pub struct Mounted {
    folder: TempDir,
    server: Option<JoinHandle<()>>,
}

impl Mounted {
    /// `None` if mounting is not permitted.
    pub fn new(folds: Folds) -> Option<Mounted> {
        let device = OpenOptions::new().read(true).write(true).open("/dev/fuse").ok()?;
        let folder = temporary();
        let mut mount = Command::new("mount");
        mount.args(["-i", "-t", "fuse", "-o", "fd=0,rootmode=40755,user_id=0,group_id=0", "recto-folding"]);
        mount.arg(folder.path()).stdin(device.try_clone().ok()?).stdout(Stdio::null()).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            return None;
        }
        let server = std::thread::spawn(move || serve(device, &Mutex::new(Tree::new(folds))));
        Some(Mounted { folder, server: Some(server) })
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").args(["-l"]).arg(self.folder.path()).status();
        if unmounted.is_ok_and(|status| status.success()) {
            let _ = self.server.take().map(JoinHandle::join);
        }
    }
}

const NOENT: i32 = 2;
const EXIST: i32 = 17;
const NOTDIR: i32 = 20;
const NOSYS: i32 = 38;
const NOTEMPTY: i32 = 39;

const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;

/// A file or a folder.
struct Node {
    mode: u32,
    bytes: Vec<u8>,
    /// By the folded name: the name as it was first given, and the node.
    entries: BTreeMap<String, (String, u64)>,
    names: u32,
    modified: u64,
    changed: u64,
}

struct Tree {
    folds: Folds,
    nodes: Vec<Node>,
    /// Counts changes, and serves as the time.
    clock: u64,
}

type Reply = Result<Vec<u8>, i32>;

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |four| u32::from_ne_bytes(four.try_into().expect("four")))
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).map_or(0, |eight| u64::from_ne_bytes(eight.try_into().expect("eight")))
}

/// Returns the texts that end with a zero byte.
fn names(bytes: &[u8]) -> Vec<String> {
    bytes.split(|byte| *byte == 0).map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

fn bytes_of(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

impl Tree {
    fn new(folds: Folds) -> Tree {
        let mut tree = Tree { folds, nodes: Vec::new(), clock: 1_700_000_000_000_000_000 };
        tree.add(FOLDER | 0o755);
        tree
    }

    fn add(&mut self, mode: u32) -> u64 {
        self.clock += 1_000_000;
        let (bytes, entries) = (Vec::new(), BTreeMap::new());
        self.nodes.push(Node { mode, bytes, entries, names: 1, modified: self.clock, changed: self.clock });
        self.nodes.len() as u64
    }

    fn node(&mut self, id: u64) -> &mut Node {
        &mut self.nodes[id as usize - 1]
    }

    fn touch(&mut self, id: u64, bytes: bool) {
        self.clock += 1_000_000;
        let now = self.clock;
        let node = self.node(id);
        node.changed = now;
        node.modified = if bytes { now } else { node.modified };
    }

    fn find(&mut self, folder: u64, name: &str) -> Result<u64, i32> {
        let key = self.folds.key(name);
        let folder = self.node(folder);
        if folder.mode & FOLDER == 0 {
            return Err(NOTDIR);
        }
        folder.entries.get(&key).map(|(_, id)| *id).ok_or(NOENT)
    }

    /// An existing entry keeps its spelling.
    fn enter(&mut self, folder: u64, name: &str, id: u64) {
        let key = self.folds.key(name);
        self.node(folder).entries.entry(key).or_insert_with(|| (name.to_owned(), id)).1 = id;
        self.touch(folder, true);
    }

    fn leave(&mut self, folder: u64, name: &str) {
        let key = self.folds.key(name);
        self.node(folder).entries.remove(&key);
        self.touch(folder, true);
    }

    fn attributes(&mut self, id: u64) -> Vec<u8> {
        let node = self.node(id);
        let (second, rest) = (1_000_000_000, |time: u64| (time % 1_000_000_000) as u32);
        let times = [node.modified / second, node.modified / second, node.changed / second];
        let longs = [id, node.bytes.len() as u64, node.bytes.len() as u64 / 512 + 1];
        let mut out: Vec<u8> = longs.iter().chain(&times).flat_map(|long| long.to_ne_bytes()).collect();
        let times = [rest(node.modified), rest(node.modified), rest(node.changed)];
        out.extend(bytes_of(&[&times[..], &[node.mode, node.names, 0, 0, 0, 4096, 0]].concat()));
        out
    }

    /// Returns a node's entry, with a cache time of zero.
    fn entry(&mut self, id: u64) -> Vec<u8> {
        let head = [&id.to_ne_bytes()[..], &[0; 32]].concat();
        [head, self.attributes(id)].concat()
    }

    fn make(&mut self, folder: u64, name: &str, mode: u32) -> Result<u64, i32> {
        if self.find(folder, name).is_ok() {
            return Err(EXIST);
        }
        let id = self.add(mode);
        self.enter(folder, name, id);
        Ok(id)
    }

    fn remove(&mut self, folder: u64, name: &str) -> Reply {
        let id = self.find(folder, name)?;
        if !self.node(id).entries.is_empty() {
            return Err(NOTEMPTY);
        }
        self.leave(folder, name);
        self.node(id).names -= 1;
        self.touch(id, false);
        Ok(Vec::new())
    }

    fn rename(&mut self, from: (u64, &str), to: (u64, &str)) -> Reply {
        let id = self.find(from.0, from.1)?;
        if let Ok(other) = self.find(to.0, to.1)
            && other != id
        {
            if !self.node(other).entries.is_empty() {
                return Err(NOTEMPTY);
            }
            self.node(other).names -= 1;
        }
        self.leave(from.0, from.1);
        self.enter(to.0, to.1, id);
        self.touch(id, false);
        Ok(Vec::new())
    }

    fn set(&mut self, id: u64, wanted: &[u8]) -> Vec<u8> {
        let valid = number(wanted, 0);
        let node = self.node(id);
        if valid & 1 != 0 {
            node.mode = node.mode & !0o7777 | number(wanted, 68) & 0o7777;
        }
        if valid & 8 != 0 {
            node.bytes.resize(long(wanted, 16) as usize, 0);
        }
        self.touch(id, valid & 8 != 0);
        [vec![0; 16], self.attributes(id)].concat()
    }

    fn write(&mut self, id: u64, wanted: &[u8]) -> Vec<u8> {
        let (at, size) = (long(wanted, 8) as usize, number(wanted, 16) as usize);
        let node = self.node(id);
        node.bytes.resize(node.bytes.len().max(at + size), 0);
        node.bytes[at..at + size].copy_from_slice(&wanted[40..40 + size]);
        self.touch(id, true);
        bytes_of(&[size as u32, 0])
    }

    fn list(&mut self, id: u64, wanted: &[u8]) -> Vec<u8> {
        let (from, size) = (long(wanted, 8) as usize, number(wanted, 16) as usize);
        let entries: Vec<(String, u64)> = self.node(id).entries.values().cloned().collect();
        let mut out = Vec::new();
        for (at, (name, id)) in entries.into_iter().enumerate().skip(from) {
            let kind = self.node(id).mode >> 12;
            let mut entry = [id.to_ne_bytes(), (at as u64 + 1).to_ne_bytes()].concat();
            entry.extend(bytes_of(&[name.len() as u32, kind]));
            entry.extend(name.as_bytes());
            entry.resize(entry.len().next_multiple_of(8), 0);
            if out.len() + entry.len() > size {
                break;
            }
            out.extend(entry);
        }
        out
    }

    /// Answers a request; `None` if it needs no answer.
    fn answer(&mut self, code: u32, id: u64, wanted: &[u8]) -> Option<Reply> {
        let opened = || [0; 16].to_vec();
        let names_at = |at: usize| names(wanted.get(at..).unwrap_or_default());
        let reply = match code {
            1 => self.find(id, &names_at(0)[0]).map(|found| self.entry(found)),
            2 | 36 | 42 => return None,
            3 => Ok([vec![0; 16], self.attributes(id)].concat()),
            4 => Ok(self.set(id, wanted)),
            9 => self.make(id, &names_at(8)[0], FOLDER | number(wanted, 0) & 0o7777).map(|made| self.entry(made)),
            10 | 11 => self.remove(id, &names_at(0)[0]),
            12 => match &names_at(8)[..] {
                [from, to, ..] => self.rename((id, from), (long(wanted, 0), to)),
                _ => Err(NOSYS),
            },
            13 => {
                let (one, name) = (long(wanted, 0), &names_at(8)[0]);
                match self.find(id, name) {
                    Ok(_) => Err(EXIST),
                    Err(NOENT) => {
                        self.enter(id, name, one);
                        self.node(one).names += 1;
                        self.touch(one, false);
                        Ok(self.entry(one))
                    }
                    Err(error) => Err(error),
                }
            }
            14 | 27 => Ok(opened()),
            15 => {
                let (at, size) = (long(wanted, 8) as usize, number(wanted, 16) as usize);
                let bytes = &self.node(id).bytes;
                let from = at.min(bytes.len());
                Ok(bytes[from..(from + size).min(bytes.len())].to_vec())
            }
            16 => Ok(self.write(id, wanted)),
            17 => Ok([&vec![0; 40][..], &bytes_of(&[4096, 255, 4096, 0]), &[0; 24]].concat()),
            18 | 20 | 25 | 29 | 30 => Ok(Vec::new()),
            26 => {
                let (flags, most) = (0, 128 << 10);
                let rest = [vec![0; 4], bytes_of(&[most, 1]), vec![0; 36]].concat();
                Ok([bytes_of(&[7, 31, number(wanted, 8), flags]), rest].concat())
            }
            28 => Ok(self.list(id, wanted)),
            35 => {
                let made = self.make(id, &names_at(16)[0], FILE | number(wanted, 4) & 0o7777);
                made.map(|made| [self.entry(made), opened()].concat())
            }
            _ => Err(NOSYS),
        };
        Some(reply)
    }
}

/// Answers the kernel until the file system is unmounted.
fn serve(mut device: File, tree: &Mutex<Tree>) {
    let mut buffer = vec![0; (128 << 10) + 4096];
    loop {
        let count = match device.read(&mut buffer) {
            Ok(count) if count >= 40 => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            _ => return,
        };
        let request = &buffer[..count];
        let (code, unique, id) = (number(request, 4), long(request, 8), long(request, 16));
        let Some(reply) = tree.lock().expect("no panic").answer(code, id, &request[40..]) else { continue };
        let (error, body) = match reply {
            Ok(body) => (0, body),
            Err(error) => (-error, Vec::new()),
        };
        let head = [bytes_of(&[16 + body.len() as u32, error as u32]), unique.to_ne_bytes().to_vec()].concat();
        // The process that sent the request may be gone.
        let _ = device.write(&[head, body].concat());
    }
}
