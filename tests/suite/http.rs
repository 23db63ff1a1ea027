//! A client of HTTP/1.1 that sends given bytes, including what no browser and no library would send.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns a header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Returns the lower-case names of all headers.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A client of one server. It keeps its connection as long as the server does.
pub struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Client {
        Client { address, stream: None }
    }

    /// Sends a GET request as a browser would.
    pub fn get(&mut self, target: &str) -> Reply {
        self.ask("GET", target.as_bytes(), &[]).expect("a server answers")
    }

    /// Sends a request with these headers. `Host` is that of the server, unless one is given.
    pub fn ask(&mut self, method: &str, target: &[u8], headers: &[(&str, &str)]) -> Option<Reply> {
        let mut request = [method.as_bytes(), b" ", target, b" HTTP/1.1\r\n"].concat();
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request.extend(format!("Host: {}\r\n", self.address).bytes());
        }
        headers.iter().for_each(|(name, value)| request.extend(format!("{name}: {value}\r\n").bytes()));
        request.extend(b"\r\n");
        self.send(&request, method == "HEAD")
    }

    /// Sends bytes; `None` if the server does not answer. A connection that the server has closed meanwhile is
    /// opened again.
    pub fn send(&mut self, request: &[u8], head: bool) -> Option<Reply> {
        let kept = self.stream.is_some();
        let reply = self.try_send(request, head);
        if reply.is_none() {
            self.stream = None;
            return if kept { self.send(request, head) } else { None };
        }
        reply
    }

    fn try_send(&mut self, request: &[u8], head: bool) -> Option<Reply> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).expect("the server is there");
                stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
                stream.set_nodelay(true).expect("it can be hasty");
                self.stream.insert(BufReader::new(stream))
            }
        };
        stream.get_mut().write_all(request).ok()?;
        let reply = read(stream, head)?;
        if reply.header("connection") == Some("close") {
            self.stream = None;
        }
        Some(reply)
    }
}

fn read(stream: &mut impl BufRead, head: bool) -> Option<Reply> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let status = line.split_whitespace().nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|n| *n > 0)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let mut reply = Reply { status, headers, body: Vec::new() };
    if !head && status != 304 {
        let length = reply.header("content-length").and_then(|length| length.parse().ok());
        match length {
            Some(length) => {
                reply.body = vec![0; length];
                stream.read_exact(&mut reply.body).ok()?;
            }
            None if reply.header("transfer-encoding").is_some() => reply.body = chunks(stream)?,
            None => drop(stream.read_to_end(&mut reply.body).ok()?),
        }
    }
    Some(reply)
}

fn chunks(stream: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let length = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}
