//! Runs two closures in parallel and waits for both, as rayon's `join` does. Knows threads only; neither closure may
//! depend on the other, so that the result is that of running them one after the other.

use std::panic::resume_unwind;
use std::thread;

/// Does both, `a` on a thread of its own. A panic in either is a panic here.
pub fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let a = scope.spawn(a);
        let b = b();
        (a.join().unwrap_or_else(|panic| resume_unwind(panic)), b)
    })
}
