//! A proxy for HTTP/1.1 that records requests, and can cut the connection: before a request, in the middle of its
//! body, or before its answer. From then on nothing gets through until it is reset.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a request is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never receives it.
    Before,
    /// The server receives half of its body.
    Halfway,
    /// The server has carried it out, but the answer is lost.
    After,
}

/// A request that was let through.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
}

#[derive(Default)]
struct Inside {
    asked: Mutex<Vec<Asked>>,
    /// Requests with a precondition are passed one at a time: a real store checks and writes atomically.
    conditional: Mutex<()>,
    /// How many requests to let through, and how to cut the next.
    cut: Mutex<Option<(usize, Cut)>>,
    dead: AtomicBool,
}

pub struct Proxy {
    pub port: u16,
    inside: Arc<Inside>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Starts a proxy before a server on this machine.
    pub fn start(server: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = listener.local_addr().expect("it has an address").port();
        let inside = Arc::new(Inside::default());
        let shared = inside.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let inside = shared.clone();
                std::thread::spawn(move || inside.serve(stream, server));
            }
        });
        Proxy { port, inside }
    }

    /// Cuts the connection after `after` requests.
    pub fn cut(&self, after: usize, how: Cut) {
        *lock(&self.inside.cut) = Some((after, how));
    }

    /// Lets everything through again. Returns whether the connection had been cut.
    pub fn mend(&self) -> bool {
        *lock(&self.inside.cut) = None;
        self.inside.dead.swap(false, Ordering::SeqCst)
    }

    /// Returns the requests since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut lock(&self.inside.asked))
    }
}

impl Inside {
    fn serve(&self, client: TcpStream, server: u16) {
        let _ = client.set_nodelay(true);
        let closing = client.try_clone();
        let _ = self.pass(client, server);
        if let Ok(closing) = closing {
            let _ = closing.shutdown(Shutdown::Both);
        }
    }

    /// Passes requests one after another; `None` when one side is closed, or was cut.
    fn pass(&self, client: TcpStream, server: u16) -> Option<()> {
        let mut answers = client.try_clone().ok()?;
        let mut client = BufReader::new(client);
        let upstream = TcpStream::connect(("127.0.0.1", server)).ok()?;
        upstream.set_nodelay(true).ok()?;
        let mut requests = upstream.try_clone().ok()?;
        let mut upstream = BufReader::new(upstream);
        loop {
            let (head, body) = message(&mut client, false)?;
            let how = self.next();
            let _alone = head.to_ascii_lowercase().contains("\r\nif-").then(|| lock(&self.conditional));
            match how {
                Some(Cut::Before) => return None,
                Some(Cut::Halfway) => {
                    requests.write_all(head.as_bytes()).ok()?;
                    requests.write_all(&body[..body.len() / 2]).ok()?;
                    requests.shutdown(Shutdown::Both).ok()?;
                    return None;
                }
                Some(Cut::After) | None => {
                    requests.write_all(&[head.as_bytes(), &body].concat()).ok()?;
                }
            }
            let (reply, text) = message(&mut upstream, head.starts_with("HEAD "))?;
            if how.is_some() {
                return None;
            }
            let mut words = head.split(' ').map(str::to_owned);
            let (method, target) = (words.next()?, words.next()?);
            lock(&self.asked).push(Asked { method, target });
            answers.write_all(&[reply.as_bytes(), &text].concat()).ok()?;
        }
    }

    /// Returns how to cut the next request, if so.
    fn next(&self) -> Option<Cut> {
        if self.dead.load(Ordering::SeqCst) {
            return Some(Cut::Before);
        }
        let mut cut = lock(&self.cut);
        let (after, how) = cut.as_mut()?;
        if *after > 0 {
            *after -= 1;
            return None;
        }
        self.dead.store(true, Ordering::SeqCst);
        Some(*how)
    }
}

/// Reads a message unchanged: its head with the empty line, and its body.
pub fn message(from: &mut impl BufRead, bodiless: bool) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        from.read_line(&mut head).ok().filter(|n| *n > 0)?;
    }
    let lower = head.to_ascii_lowercase();
    let header = |name: &str| lower.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let mut body = Vec::new();
    if bodiless || lower.starts_with("http/1.1 204") || lower.starts_with("http/1.1 304") {
        return Some((head, body));
    }
    if header("transfer-encoding") == Some("chunked") {
        loop {
            let start = body.len();
            from.read_until(b'\n', &mut body).ok().filter(|n| *n > 0)?;
            let line = std::str::from_utf8(&body[start..]).ok()?.trim();
            let size = usize::from_str_radix(line.split(';').next()?, 16).ok()?;
            let start = body.len();
            body.resize(start + size + 2, 0);
            from.read_exact(&mut body[start..]).ok()?;
            if size == 0 {
                return Some((head, body));
            }
        }
    }
    body.resize(header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0), 0);
    from.read_exact(&mut body).ok()?;
    Some((head, body))
}
