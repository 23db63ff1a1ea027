//! A substitute for Google Cloud Storage, following the documentation of its XML API
//! (cloud.google.com/storage/docs/xml-api, November 2026), since Google provides no server to run locally. It has
//! objects with generations, preconditions, metadata, and lists.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use recto::base::path::decode_percent;

use super::proxy::message;

/// An object: its headers, its bytes, and its generation.
struct Object {
    headers: Vec<String>,
    bytes: Vec<u8>,
    generation: u64,
}

#[derive(Default)]
struct Inside {
    /// Ignores preconditions, like some compatible stores.
    careless: bool,
    objects: BTreeMap<String, Object>,
    last: u64,
}

/// Starts one, which ends with the process, and returns its port.
pub fn start() -> u16 {
    start_with(false)
}

/// Starts one that overwrites everything, whatever the precondition.
pub fn start_careless() -> u16 {
    start_with(true)
}

fn start_with(careless: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("it has an address").port();
    let inside = Arc::new(Mutex::new(Inside { careless, ..Inside::default() }));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let inside = inside.clone();
            std::thread::spawn(move || serve(stream, &inside));
        }
    });
    port
}

fn serve(stream: TcpStream, inside: &Mutex<Inside>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut answers = stream.try_clone().ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let (head, body) = message(&mut stream, false)?;
        let mut words = head.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let key = decode_percent(path.trim_start_matches('/'))?;
        let (_, key) = key.split_once('/').unwrap_or((&key, ""));
        let mut inside = inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, headers, bytes) = match method {
            "GET" if key.is_empty() => (200, String::new(), inside.list(query).into_bytes()),
            "GET" | "HEAD" => inside.get(key),
            "PUT" => inside.put(key, &head, body),
            "DELETE" => (if inside.objects.remove(key).is_some() { 204 } else { 404 }, String::new(), Vec::new()),
            _ => (405, String::new(), Vec::new()),
        };
        drop(inside);
        let length = bytes.len();
        let bytes = if method == "HEAD" { &[] } else { &bytes[..] };
        let head = format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: {length}\r\n\r\n");
        answers.write_all(&[head.as_bytes(), bytes].concat()).ok()?;
    }
}

type Answer = (u16, String, Vec<u8>);

impl Inside {
    fn get(&self, key: &str) -> Answer {
        let Some(object) = self.objects.get(key) else { return (404, String::new(), Vec::new()) };
        let mut headers = tags(object.generation);
        object.headers.iter().for_each(|line| headers.extend([line.as_str(), "\r\n"]));
        (200, headers, object.bytes.clone())
    }

    fn put(&mut self, key: &str, head: &str, bytes: Vec<u8>) -> Answer {
        let there = self.objects.get(key).map_or(0, |object| object.generation);
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let expected = lines.find(|(name, _)| name.eq_ignore_ascii_case("x-goog-if-generation-match"));
        let held = !self.careless;
        if held && expected.is_some_and(|(_, generation)| generation.trim().trim_matches('"') != there.to_string()) {
            return (412, String::new(), Vec::new());
        }
        self.last += 1;
        let kept = |name: &str| name.starts_with("x-goog-meta-") || name == "content-type" || name == "cache-control";
        let headers =
            head.lines().filter(|line| line.split(':').next().is_some_and(|name| kept(&name.to_ascii_lowercase())));
        let object = Object { headers: headers.map(str::to_owned).collect(), bytes, generation: self.last };
        self.objects.insert(key.to_owned(), object);
        (200, tags(self.last), Vec::new())
    }

    fn list(&self, query: &str) -> String {
        let value = |name: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.and_then(decode_percent).unwrap_or_default()
        };
        let (prefix, delimiter) = (value("prefix"), value("delimiter"));
        let (mut keys, mut folders) = (String::new(), BTreeMap::new());
        for (key, object) in self.objects.iter().filter(|(key, _)| key.starts_with(&prefix)) {
            let below = &key[prefix.len()..];
            if let Some(end) = below.find('/').filter(|_| !delimiter.is_empty()) {
                folders.insert(format!("{prefix}{}", &below[..=end]), ());
                continue;
            }
            let (size, tag) = (object.bytes.len(), object.generation);
            let _ = write!(
                keys,
                "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>2026-11-01T00:00:00.000Z</LastModified>\
                 <ETag>\"{tag}\"</ETag></Contents>"
            );
        }
        let folders: String = folders
            .keys()
            .map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"))
            .collect();
        format!("<?xml version=\"1.0\"?><ListBucketResult>{keys}{folders}</ListBucketResult>")
    }
}

fn tags(generation: u64) -> String {
    format!(
        "ETag: \"{generation}\"\r\nx-goog-generation: {generation}\r\nLast-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n"
    )
}
