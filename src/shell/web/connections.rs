//! Limits connections: how many are open at once, and how long the head of a request may take. It must not know
//! what is requested.
//!
//! A connection whose head takes too long is closed. If there are too many connections, the one that has been idle
//! longest is closed, so that a new browser is answered at once.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::base::limits::{WEB_CONNECTIONS, WEB_HEAD, WEB_SECONDS};

/// A listening socket with a limited number of connections.
pub struct ConnectionLimiter {
    inner: TcpListener,
    /// How long a head may take.
    time: Duration,
    most: usize,
    begun: Instant,
    inside: Vec<Weak<Connection>>,
}

/// The state of a connection.
#[derive(Default)]
struct Connection {
    /// When data was last received or sent, in milliseconds.
    last: AtomicU64,
    /// Whether the connection must close.
    out: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConnectionLimiter {
    pub fn new(inner: TcpListener) -> ConnectionLimiter {
        ConnectionLimiter::with(inner, Duration::from_secs(WEB_SECONDS), WEB_CONNECTIONS)
    }

    fn with(inner: TcpListener, time: Duration, most: usize) -> ConnectionLimiter {
        ConnectionLimiter { inner, time, most, begun: Instant::now(), inside: Vec::new() }
    }

    /// Makes room for one more connection.
    fn make_room(&mut self) {
        self.inside.retain(|guest| guest.strong_count() > 0);
        while self.inside.len() >= self.most {
            let age = |guest: &Weak<Connection>| guest.upgrade().map_or(0, |guest| guest.last.load(Ordering::Relaxed));
            let Some(oldest) = (0..self.inside.len()).min_by_key(|at| age(&self.inside[*at])) else { return };
            let Some(guest) = self.inside.swap_remove(oldest).upgrade() else { continue };
            guest.out.store(true, Ordering::Release);
            if let Some(waker) = lock(&guest.waker).take() {
                waker.wake();
            }
        }
    }
}

impl Listener for ConnectionLimiter {
    type Io = LimitedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (LimitedStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.inner).await;
        // A page of a few kilobytes must not wait for the acknowledgement of its headers.
        let _ = stream.set_nodelay(true);
        self.make_room();
        let guest = Arc::new(Connection::default());
        self.inside.push(Arc::downgrade(&guest));
        let wire = LimitedStream {
            stream,
            guest,
            time: self.time,
            begun: self.begun,
            head: RequestHead::default(),
            due: Box::pin(sleep_until(self.begun)),
        };
        wire.touch();
        (wire, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// How much of a head has been received. Requests here have no bodies; a body is read as a head, with the same time
/// limit.
#[derive(Debug, Default, PartialEq, Eq)]
struct RequestHead {
    /// Bytes since its beginning.
    bytes: usize,
    /// Number of lines that are not empty, and the length of the last.
    lines: usize,
    line: usize,
}

impl RequestHead {
    /// Counts a byte; an empty line ends a head. Returns whether the head is too long.
    fn take(&mut self, byte: u8) -> bool {
        self.bytes += 1;
        let long = self.bytes > WEB_HEAD;
        match byte {
            b'\n' if self.line == 0 && self.lines > 0 => *self = RequestHead::default(),
            b'\n' => {
                self.lines += usize::from(self.line > 0);
                self.line = 0;
            }
            b'\r' => {}
            _ => self.line += 1,
        }
        long
    }
}

/// A connection with a limit.
pub struct LimitedStream {
    stream: TcpStream,
    guest: Arc<Connection>,
    time: Duration,
    begun: Instant,
    head: RequestHead,
    /// When the present head must be complete.
    due: Pin<Box<Sleep>>,
}

impl LimitedStream {
    fn touch(&self) {
        self.guest.last.store(self.begun.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
}

impl AsyncRead for LimitedStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        *lock(&wire.guest.waker) = Some(context.waker().clone());
        if wire.guest.out.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut wire.stream).poll_read(context, buffer);
        let mut long = false;
        for byte in &buffer.filled()[before..] {
            if wire.head.bytes == 0 {
                wire.due.as_mut().reset(Instant::now() + wire.time);
            }
            long |= wire.head.take(*byte);
        }
        if long || wire.head.bytes > 0 && wire.due.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if read.is_ready() {
            wire.touch();
        }
        read
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write(context, bytes);
        if written.is_ready() {
            wire.touch();
        } else if wire.guest.out.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write_vectored(context, parts);
        if written.is_ready() {
            wire.touch();
        } else if wire.guest.out.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use axum::Router;

    use super::*;

    #[test]
    fn an_empty_line_ends_a_head() {
        let rest = |text: &str| {
            let mut head = RequestHead::default();
            text.bytes().for_each(|byte| {
                head.take(byte);
            });
            head.bytes
        };
        for whole in ["", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "\r\nGET / HTTP/1.1\r\na: b\r\n\r\n"]
        {
            assert_eq!(rest(whole), 0, "{whole:?}");
        }
        for half in ["G", "\r\n", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "A\n\nB"] {
            assert!(rest(half) > 0, "{half:?}");
        }
    }

    /// Serves on a socket and returns its address.
    fn open(time: Duration, most: usize) -> (tokio::runtime::Runtime, SocketAddr) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let inner = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = inner.local_addr().expect("an address");
        let gate = ConnectionLimiter::with(inner, time, most);
        runtime.spawn(async move { axum::serve(gate, Router::new().fallback(|| async { "yes" })).await });
        (runtime, address)
    }

    #[allow(clippy::disallowed_methods, reason = "a test's own client")]
    fn connect(address: SocketAddr) -> std::net::TcpStream {
        let stream = std::net::TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time limit");
        stream
    }

    /// Returns whether a request is answered.
    fn is_answered(stream: &mut std::net::TcpStream) -> bool {
        let mut answer = Vec::new();
        let mut byte = [0];
        let sent = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").is_ok();
        while sent && !answer.ends_with(b"yes") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
            answer.push(byte[0]);
        }
        answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"yes")
    }

    /// Returns whether the other side has closed the connection.
    fn is_closed(stream: &mut std::net::TcpStream) -> bool {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).is_ok_and(|_| rest.is_empty())
            || stream.write_all(b"x").and_then(|()| stream.write_all(b"x")).is_err()
    }

    #[test]
    fn half_a_head_is_not_waited_for() {
        let (_runtime, address) = open(Duration::from_millis(300), 8);
        let begun = Instant::now();
        let mut half = connect(address);
        half.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").expect("it is taken");
        assert!(is_closed(&mut half));
        // A head that comes byte by byte is closed, too.
        let mut slow = connect(address);
        let sent = b"GET / HTTP/1.1\r\n".iter().cycle().take_while(|byte| {
            std::thread::sleep(Duration::from_millis(20));
            slow.write_all(&[**byte]).is_ok()
        });
        assert!(sent.take(200).count() < 200);
        // A second head after a complete one is closed, too.
        let mut second = connect(address);
        assert!(is_answered(&mut second));
        std::thread::sleep(Duration::from_millis(500));
        assert!(is_answered(&mut second), "who has said nothing is waited for");
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_head_has_a_length() {
        let (_runtime, address) = open(Duration::from_secs(10), 8);
        let with = |bytes: usize| {
            let (start, end) = ("GET / HTTP/1.1\r\nHost: a\r\nA: ", "\r\n\r\n");
            let head = format!("{start}{}{end}", "a".repeat(bytes - start.len() - end.len()));
            let mut stream = connect(address);
            let mut answer = [0; 12];
            stream.write_all(head.as_bytes()).is_ok()
                && stream.read_exact(&mut answer).is_ok()
                && answer.ends_with(b"200")
        };
        assert_eq!([with(WEB_HEAD), with(WEB_HEAD + 1)], [true, false]);
    }

    #[test]
    fn the_quietest_makes_room() {
        let (_runtime, address) = open(Duration::from_secs(10), 3);
        let mut guests: Vec<_> = (0..3).map(|_| connect(address)).collect();
        for guest in &mut guests {
            assert!(is_answered(guest));
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut last = connect(address);
        assert!(is_answered(&mut last));
        assert!(guests[1].write_all(b"").is_ok());
        std::thread::sleep(Duration::from_millis(50));
        let mut rest = Vec::new();
        guests[0].read_to_end(&mut rest).expect("it was closed");
        // Idle connections that send nothing are no exception.
        let idle: Vec<_> = (0..20).map(|_| connect(address)).collect();
        assert!(is_answered(&mut connect(address)));
        drop(idle);
    }

    #[test]
    fn as_many_as_there_may_be_have_room_and_one_more_costs_one_its_place() {
        let (_runtime, address) = open(Duration::from_secs(60), WEB_CONNECTIONS);
        let mut guests: Vec<_> = (0..WEB_CONNECTIONS).map(|_| connect(address)).collect();
        for turn in 0..2 {
            assert!(guests.iter_mut().all(is_answered), "turn {turn}");
        }
        let mut last = connect(address);
        assert!(is_answered(&mut last));
        assert!(is_closed(&mut guests[0]), "the quietest is still there");
        assert!(guests[1..].iter_mut().chain([&mut last]).all(is_answered), "more than one had to go");
    }

    /// With the real limit this takes as many seconds, so it runs only on request. The tests above use a shorter
    /// time.
    #[test]
    fn a_head_has_its_seconds() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let inner = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let gate = ConnectionLimiter::new(inner);
        assert_eq!((gate.time, gate.most), (Duration::from_secs(WEB_SECONDS), WEB_CONNECTIONS));
        if std::env::var_os("RECTO_LIMITS").is_none() {
            return;
        }
        let address = gate.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(gate, Router::new().fallback(|| async { "yes" })).await });
        let answered_after = |time: Duration| {
            let mut stream = connect(address);
            stream.set_read_timeout(Some(Duration::from_secs(2 * WEB_SECONDS))).expect("a time limit");
            // A line end begins a head, too.
            stream.write_all(b"\r\n").expect("it is taken");
            std::thread::sleep(time);
            is_answered(&mut stream)
        };
        std::thread::scope(|scope| {
            let just = scope.spawn(|| answered_after(Duration::from_secs(WEB_SECONDS) - Duration::from_millis(200)));
            let more = scope.spawn(|| answered_after(Duration::from_secs(WEB_SECONDS + 1)));
            assert_eq!([just, more].map(|thread| thread.join().expect("no panic")), [true, false]);
        });
    }
}
