//! Runs two closures in parallel and waits for both, like rayon's `join`. Neither closure may depend on the other, so
//! that the result is the same as running them in sequence. If the system cannot start a thread, they run in sequence.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder, JoinHandle};

/// Runs `a` on a new thread, if one can be started, and `b` on this one. A panic in either panics here.
pub fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    // If a thread cannot start, it drops its closure, so `a` must be outside of it.
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

/// A closure that runs in the background.
pub enum Background<T> {
    Running(JoinHandle<Option<T>>),
    Done(thread::Result<T>),
}

/// Runs a closure on a new thread or, if the system cannot start one, runs it now.
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
    /// Waits for the result. `Err` holds the payload of a panic.
    pub fn join(self) -> thread::Result<T> {
        match self {
            Background::Running(running) => running.join().map(|done| done.expect("invariant: a thread does its work")),
            Background::Done(done) => done,
        }
    }
}
