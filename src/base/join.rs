//! Runs two closures in parallel and waits for both, as rayon's `join` does. Knows threads only; neither closure may
//! depend on the other, so that the result is that of running them one after the other. If the system starts no more
//! threads, they run one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder, JoinHandle};

/// Does both, `a` on a thread of its own. A panic in either is a panic here.
pub fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    // A thread that does not start drops its closure.
    let a = Mutex::new(Some(a));
    let take = || a.lock().unwrap_or_else(PoisonError::into_inner).take();
    thread::scope(|scope| {
        let started = Builder::new().spawn_scoped(scope, || take().map(|a| a())).ok();
        let here = if started.is_none() { take().map(|a| a()) } else { None };
        let b = b();
        let there = started.and_then(|a| a.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (here.or(there).expect("invariant: one of the two has done it"), b)
    })
}

/// A closure that runs beside others.
pub enum Background<T> {
    Running(JoinHandle<Option<T>>),
    Done(thread::Result<T>),
}

/// Runs a closure on a thread of its own; where the system starts none, runs it now.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Background<T> {
    let work = Arc::new(Mutex::new(Some(work)));
    let take = |work: &Mutex<Option<_>>| work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let own = work.clone();
    match Builder::new().spawn(move || take(&own).map(|work| work())) {
        Ok(running) => Background::Running(running),
        Err(_) => {
            let work = take(&work).expect("invariant: no thread has taken it");
            Background::Done(catch_unwind(AssertUnwindSafe(work)))
        }
    }
}

impl<T> Background<T> {
    /// Waits for the result; `Err` holds the message of a panic.
    pub fn join(self) -> thread::Result<T> {
        match self {
            Background::Running(running) => running.join().map(|done| done.expect("invariant: a thread does its work")),
            Background::Done(done) => done,
        }
    }
}
