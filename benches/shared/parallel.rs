//! Plain threads for the stages: divides a range into shares, and measures the wall time until the last share is
//! done.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The most items in a share: neighbours, which are often written to the same folder.
const SHARE: usize = 32;

/// Returns one thread per core, like Recto without `-j`.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Calls `work` with shares of `0..count` until none is left.
pub fn shares(count: usize, threads: usize, work: impl Fn(Range<usize>) + Sync) -> Duration {
    let share = (count / (threads * 8)).clamp(1, SHARE);
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let worker = || {
        loop {
            let from = next.fetch_add(share, Ordering::Relaxed);
            if from >= count {
                return;
            }
            work(from..(from + share).min(count));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(worker);
        }
        worker();
    });
    start.elapsed()
}

/// Calls `work` with every number of `0..count` and returns the results in order.
pub fn map<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> (Vec<T>, Duration) {
    let parts: Mutex<Vec<(usize, Vec<T>)>> = Mutex::default();
    let spent = shares(count, threads, |range| {
        let part = (range.start, range.map(&work).collect());
        parts.lock().expect("no worker panicked").push(part);
    });
    let mut parts = parts.into_inner().expect("no worker panicked");
    parts.sort_by_key(|(from, _)| *from);
    (parts.into_iter().flat_map(|(_, part)| part).collect(), spent)
}
