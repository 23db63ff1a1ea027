//! Runs two closures in parallel and waits for both, like rayon's `join`. Neither closure may depend on the other, so
//! that the result is the same as running them in sequence.

use std::panic::resume_unwind;
use std::thread;

/// Runs `a` on a new thread and `b` on this one. A panic in either panics here.
pub fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let a = scope.spawn(a);
        let b = b();
        (a.join().unwrap_or_else(|panic| resume_unwind(panic)), b)
    })
}
