//! Runs work on many items in a few threads; one item can neither panic nor hang the rest. It must not know what the
//! items are.
//!
//! Markdown parsers have inputs that send them round in circles, and no thread can be stopped from outside. So an item
//! that takes too long is given up: its thread is left behind, another takes its place, and the run ends with an error
//! that names the item. The thread ends with the process, which by then has nothing to write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::base::limits::SECONDS;

/// An article takes some ten microseconds; one that takes ten seconds never ends.
pub const TIME_LIMIT: Duration = Duration::from_secs(SECONDS as u64);

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
struct WorkerSlot {
    item: AtomicUsize,
    since: AtomicU64,
}

/// The items that one worker is to do, first and end in the upper and the lower half. It takes them from the front; a
/// worker that has none left takes the rear half of another's. So two workers are far from each other in the order of
/// items, in which neighbours write into the same folders: in one folder they would wait for each other.
struct Queue(AtomicU64);

impl Queue {
    fn pack(first: usize, end: usize) -> u64 {
        (first as u64) << 32 | end as u64
    }

    fn unpack(packed: u64) -> (usize, usize) {
        ((packed >> 32) as usize, (packed & u64::from(u32::MAX)) as usize)
    }

    fn len(&self) -> usize {
        let (first, end) = Queue::unpack(self.0.load(Ordering::Relaxed));
        end - first
    }

    /// The first item.
    fn take(&self) -> Option<usize> {
        let rest = |packed| match Queue::unpack(packed) {
            (first, end) if first < end => Some(Queue::pack(first + 1, end)),
            _ => None,
        };
        let taken = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, rest);
        taken.ok().map(|packed| Queue::unpack(packed).0)
    }

    /// The rear half, as a queue of its own.
    fn split(&self) -> Option<u64> {
        let middle = |first: usize, end: usize| first + (end - first) / 2;
        let front = |packed| match Queue::unpack(packed) {
            (first, end) if first < end => Some(Queue::pack(first, middle(first, end))),
            _ => None,
        };
        let taken = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, front);
        taken.ok().map(Queue::unpack).map(|(first, end)| Queue::pack(middle(first, end), end))
    }
}

struct PoolShared<T, F> {
    /// One for each worker: no item is in two, and none comes back into any.
    queues: Vec<Queue>,
    outcomes: Vec<Mutex<Option<Outcome<T>>>>,
    /// Items without an outcome, and who waits for there to be none.
    left: AtomicUsize,
    caller: Thread,
    /// Milliseconds of running time. The caller counts them in small steps: a process that was stopped for a minute,
    /// or a machine that slept, has not aged its items.
    clock: AtomicU64,
    work: F,
}

/// How long an item may take (to an eighth of it), and which items that holds for: a copy of a large file is as slow as
/// its disk.
pub struct ItemLimit<'a> {
    pub time: Duration,
    pub applies: &'a dyn Fn(usize) -> bool,
    /// Hears of an item that was given up, while the others go on.
    pub late: &'a dyn Fn(usize),
}

impl ItemLimit<'_> {
    /// The usual time, for every item.
    pub const ALL: ItemLimit<'static> = ItemLimit { time: TIME_LIMIT, applies: &|_| true, late: &|_| {} };
}

/// Runs `work` on the items 0 to `count` and gives the outcomes in their order.
pub fn run<T, F>(
    count: usize,
    threads: usize,
    limit: ItemLimit,
    work: F,
) -> impl Iterator<Item = Outcome<T>> + use<T, F>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let threads = threads.clamp(1, count.max(1));
    let border = |n: usize| (count as u64 * n as u64 / threads as u64) as usize;
    let queues = (0..threads).map(|n| Queue(AtomicU64::new(Queue::pack(border(n), border(n + 1))))).collect();
    let shared = Arc::new(PoolShared {
        queues,
        outcomes: (0..count).map(|_| Mutex::new(None)).collect(),
        left: AtomicUsize::new(count),
        caller: thread::current(),
        clock: AtomicU64::new(0),
        work,
    });
    let mut slots: Vec<Arc<WorkerSlot>> = (0..threads).map(|own| spawn(&shared, own)).collect();
    let step = limit.time / 8;
    let mut checked = Instant::now();
    while shared.left.load(Ordering::Acquire) > 0 {
        thread::park_timeout(step);
        let elapsed = checked.elapsed();
        if elapsed >= step {
            checked = Instant::now();
            let passed = elapsed.min(step * 2).as_millis() as u64;
            give_up_late(&shared, &mut slots, &limit, passed);
        }
    }
    let lost = || Outcome::Panicked("its result was lost".to_owned());
    (0..count).map(move |item| lock(&shared.outcomes[item]).take().unwrap_or_else(lost))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a worker on a queue that no other works on, or none any more.
fn spawn<T, F>(shared: &Arc<PoolShared<T, F>>, own: usize) -> Arc<WorkerSlot>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let slot = Arc::new(WorkerSlot::default());
    let (known, shared) = (slot.clone(), shared.clone());
    let worker = move || {
        while let Some(item) = shared.next(own) {
            known.since.store(shared.clock.load(Ordering::Relaxed), Ordering::Relaxed);
            known.item.store(item + 1, Ordering::Release);
            let outcome = match catch_unwind(AssertUnwindSafe(|| (shared.work)(item))) {
                Ok(done) => Outcome::Done(done),
                Err(panic) => Outcome::Panicked(message(&*panic)),
            };
            known.item.store(0, Ordering::Release);
            if !shared.settle(item, outcome) {
                // Given up: another has taken over, and the end of this item is of no interest.
                return;
            }
        }
    };
    let spawned = thread::Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK).spawn(worker);
    spawned.expect("invariant: the system gives a process a few threads");
    slot
}

impl<T, F> PoolShared<T, F> {
    /// The next item of a worker: of its own queue or, when that is empty, of the longest other one.
    fn next(&self, own: usize) -> Option<usize> {
        loop {
            if let Some(item) = self.queues[own].take() {
                return Some(item);
            }
            let longest = self.queues.iter().max_by_key(|queue| queue.len())?;
            if longest.len() == 0 {
                return None;
            }
            if let Some(part) = longest.split() {
                // Nobody else writes to a queue that is empty.
                self.queues[own].0.store(part, Ordering::Release);
            }
        }
    }

    /// Settles an item, if it is not settled yet.
    fn settle(&self, item: usize, outcome: Outcome<T>) -> bool {
        let mut place = lock(&self.outcomes[item]);
        if place.is_some() {
            return false;
        }
        *place = Some(outcome);
        drop(place);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.caller.unpark();
        }
        true
    }
}

/// What a panic says.
pub fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

/// Gives up the items that take too long, and starts other workers in the place of theirs.
fn give_up_late<T, F>(shared: &Arc<PoolShared<T, F>>, slots: &mut [Arc<WorkerSlot>], limit: &ItemLimit, passed: u64)
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let now = shared.clock.fetch_add(passed, Ordering::Relaxed) + passed;
    for (own, slot) in slots.iter_mut().enumerate() {
        let item = slot.item.load(Ordering::Acquire);
        let late = now.saturating_sub(slot.since.load(Ordering::Relaxed)) > limit.time.as_millis() as u64;
        if item > 0 && late && (limit.applies)(item - 1) && shared.settle(item - 1, Outcome::TooSlow) {
            (limit.late)(item - 1);
            *slot = spawn(shared, own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once() {
        for (count, threads) in [(0, 2), (1, 4), (7, 16), (20_000, 8)] {
            let done: Arc<Vec<AtomicUsize>> = Arc::new((0..count).map(|_| AtomicUsize::new(0)).collect());
            let counted = done.clone();
            let outcomes = run(count, threads, ItemLimit::ALL, move |i| {
                // Items of unequal length, so that workers run out of work at different times.
                std::hint::black_box((0..i % 97 * (i / 1000)).fold(i, |a, b| a ^ b));
                counted[i].fetch_add(1, Ordering::Relaxed);
                i
            });
            assert!(outcomes.enumerate().all(|(i, outcome)| matches!(outcome, Outcome::Done(n) if n == i)));
            assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1), "{count} items, {threads} threads");
        }
    }

    #[test]
    fn one_item_costs_only_itself() {
        let limit = ItemLimit { time: Duration::from_millis(400), applies: &|i| i != 10, late: &|_| {} };
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
        for (i, outcome) in outcomes.enumerate() {
            match (i, outcome) {
                (7, Outcome::Panicked(why)) => assert_eq!(why, "seven"),
                (8 | 9, Outcome::TooSlow) => {}
                (_, Outcome::Done(n)) => assert_eq!(n, i * 2),
                (i, _) => panic!("item {i}"),
            }
        }
    }

    /// By the clock that the caller counts, without waiting.
    #[test]
    fn an_item_has_its_seconds() {
        for (milliseconds, late) in [(SECONDS * 1000, false), (SECONDS * 1000 + 1, true)] {
            let (end, wait) = std::sync::mpsc::channel::<()>();
            let wait = Mutex::new(wait);
            let shared = Arc::new(PoolShared {
                queues: vec![Queue(AtomicU64::new(Queue::pack(0, 1)))],
                outcomes: vec![Mutex::new(None)],
                left: AtomicUsize::new(1),
                caller: thread::current(),
                clock: AtomicU64::new(0),
                work: move |_| lock(&wait).recv().is_ok(),
            });
            let mut slots = vec![spawn(&shared, 0)];
            while slots[0].item.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
            give_up_late(&shared, &mut slots, &ItemLimit::ALL, milliseconds as u64);
            assert_eq!(matches!(*lock(&shared.outcomes[0]), Some(Outcome::TooSlow)), late, "{milliseconds}");
            drop(end);
        }
    }
}
