//! Two pieces of work at once, for the stages that one core would take too long over. Neither may see the other: what comes
//! out must be what comes out of one after the other.

use std::panic::resume_unwind;
use std::thread;

/// Does both, `a` on a thread of its own. A panic in either is a panic here.
pub fn both<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let a = scope.spawn(a);
        let b = b();
        (a.join().unwrap_or_else(|panic| resume_unwind(panic)), b)
    })
}
