//! Work on many items by a few threads, in which one item can neither panic nor hang the rest.
//!
//! Markdown parsers have inputs that send them round in circles, and no thread can be stopped from outside. So an item
//! that takes too long is given up: its thread is left behind, another takes its place, and the run ends with an error
//! that names the item. The thread ends with the process, which by then has nothing to write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// An article takes some ten microseconds; one that takes ten seconds never ends.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Deeply nested Markdown recurses in the parser and in the templates.
const STACK: usize = 32 << 20;

/// Prefix of the names of worker threads: their panics are reported as problems, not on the terminal.
pub const THREAD_NAME: &str = "recto-worker";

/// What became of an item.
pub enum Outcome<T> {
    Done(T),
    Panicked(String),
    TooSlow,
}

/// What a worker is doing: the item plus one, 0 for nothing, and since when by the shared clock.
#[derive(Default)]
struct Slot {
    item: AtomicUsize,
    since: AtomicU64,
}

struct Shared<F> {
    next: AtomicUsize,
    count: usize,
    /// Milliseconds of running time. The collector counts them in small steps: a process that was stopped for a minute,
    /// or a machine that slept, has not aged its items.
    clock: AtomicU64,
    work: F,
}

/// How long an item may take (to an eighth of it), and which items that holds for: a copy of a large file is as slow as
/// its disk.
pub struct Limit<'a> {
    pub time: Duration,
    pub applies: &'a dyn Fn(usize) -> bool,
}

impl Limit<'_> {
    /// The usual time, for every item.
    pub const ALL: Limit<'static> = Limit { time: TIME_LIMIT, applies: &|_| true };
}

/// Runs `work` on the items 0 to `count` and gives the outcomes in their order.
pub fn run<T, F>(count: usize, threads: usize, limit: Limit, work: F) -> Vec<Outcome<T>>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let shared = Arc::new(Shared { next: AtomicUsize::new(0), count, clock: AtomicU64::new(0), work });
    let (sender, receiver) = channel();
    let mut slots: Vec<Arc<Slot>> = Vec::new();
    let threads = threads.clamp(1, count.max(1));
    for _ in 0..threads {
        slots.push(spawn(&shared, &sender));
    }
    collect(&shared, &sender, &receiver, slots, limit)
}

fn spawn<T, F>(shared: &Arc<Shared<F>>, sender: &Sender<(usize, Outcome<T>)>) -> Arc<Slot>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let slot = Arc::new(Slot::default());
    let (own, shared, sender) = (slot.clone(), shared.clone(), sender.clone());
    let worker = move || {
        loop {
            let item = shared.next.fetch_add(1, Ordering::Relaxed);
            if item >= shared.count {
                return;
            }
            own.since.store(shared.clock.load(Ordering::Relaxed), Ordering::Relaxed);
            own.item.store(item + 1, Ordering::Release);
            let outcome = match catch_unwind(AssertUnwindSafe(|| (shared.work)(item))) {
                Ok(done) => Outcome::Done(done),
                Err(panic) => Outcome::Panicked(message(&*panic)),
            };
            own.item.store(0, Ordering::Release);
            if sender.send((item, outcome)).is_err() {
                return;
            }
        }
    };
    let spawned = thread::Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK).spawn(worker);
    spawned.expect("invariant: the system gives a process a few threads");
    slot
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

fn collect<T, F>(
    shared: &Arc<Shared<F>>,
    sender: &Sender<(usize, Outcome<T>)>,
    receiver: &Receiver<(usize, Outcome<T>)>,
    mut slots: Vec<Arc<Slot>>,
    limit: Limit,
) -> Vec<Outcome<T>>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let mut outcomes: Vec<Option<Outcome<T>>> = (0..shared.count).map(|_| None).collect();
    let mut left = shared.count;
    let mut checked = Instant::now();
    let step = limit.time / 8;
    while left > 0 {
        match receiver.recv_timeout(step) {
            // What an abandoned worker still sends after all is late.
            Ok((item, outcome)) if outcomes[item].is_none() => {
                outcomes[item] = Some(outcome);
                left -= 1;
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let elapsed = checked.elapsed();
        if elapsed < step {
            continue;
        }
        checked = Instant::now();
        let passed = elapsed.min(step * 2).as_millis() as u64;
        let now = shared.clock.fetch_add(passed, Ordering::Relaxed) + passed;
        for slot in &mut slots {
            let item = slot.item.load(Ordering::Acquire);
            let late = now.saturating_sub(slot.since.load(Ordering::Relaxed)) > limit.time.as_millis() as u64;
            if item > 0 && late && outcomes[item - 1].is_none() && (limit.applies)(item - 1) {
                outcomes[item - 1] = Some(Outcome::TooSlow);
                left -= 1;
                *slot = spawn(shared, sender);
            }
        }
    }
    let unsettled = || Outcome::Panicked("the item was lost".to_owned());
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unsettled)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_costs_only_itself() {
        let limit = Limit { time: Duration::from_millis(400), applies: &|i| i != 10 };
        let outcomes = run(100, 2, limit, |i| {
            match i {
                // Not `panic!`: printing a backtrace takes longer than the limit here.
                7 => std::panic::resume_unwind(Box::new("seven")),
                8 | 9 => thread::sleep(Duration::from_secs(2)),
                10 => thread::sleep(Duration::from_millis(900)),
                _ => {}
            }
            i * 2
        });
        for (i, outcome) in outcomes.into_iter().enumerate() {
            match (i, outcome) {
                (7, Outcome::Panicked(why)) => assert_eq!(why, "seven"),
                (8 | 9, Outcome::TooSlow) => {}
                (_, Outcome::Done(n)) => assert_eq!(n, i * 2),
                (i, _) => panic!("item {i}"),
            }
        }
    }
}
