//! Two pieces of work at once, for the stages that one core would take too long over. Neither may see the other: what comes
//! out must be what comes out of one after the other. So it is where the system gives no more threads: then they are.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder, JoinHandle};

/// Does both, `a` on a thread of its own. A panic in either is a panic here.
pub fn both<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    // A thread that does not start takes its work with it.
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

/// A piece of work that was begun beside others.
pub enum Begun<T> {
    Running(JoinHandle<Option<T>>),
    Done(thread::Result<T>),
}

/// Begins a piece of work on a thread of its own; where the system gives none, it is done now.
pub fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Begun<T> {
    let work = Arc::new(Mutex::new(Some(work)));
    let take = |work: &Mutex<Option<_>>| work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let own = work.clone();
    match Builder::new().spawn(move || take(&own).map(|work| work())) {
        Ok(running) => Begun::Running(running),
        Err(_) => {
            let work = take(&work).expect("invariant: no thread has taken it");
            Begun::Done(catch_unwind(AssertUnwindSafe(work)))
        }
    }
}

impl<T> Begun<T> {
    /// What came out, once it has; `Err` is what the work said when it panicked.
    pub fn end(self) -> thread::Result<T> {
        match self {
            Begun::Running(running) => running.join().map(|done| done.expect("invariant: a thread does its work")),
            Begun::Done(done) => done,
        }
    }
}
