//! Runs work on many items in a few threads. An item that panics or hangs does not affect the others. It must not
//! know what the items are.
//!
//! Some inputs make a Markdown parser loop, and no thread can be stopped from outside. So an item that takes too
//! long is given up: its thread is abandoned, another replaces it, and the run ends with an error that names the
//! item. The abandoned thread ends with the process, which writes nothing more by then.
//!
//! If the system limits threads or memory, fewer workers do the work. The shell checks first that one can start, and
//! that memory is left for its work ([`check_worker`]).

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder, JoinHandle, Thread};
use std::time::{Duration, Instant};

use super::spare_memory::{self, SpareMemory};
use crate::base::limits::SECONDS;

/// An article takes some ten microseconds; one that takes ten seconds never ends.
pub const TIME_LIMIT: Duration = Duration::from_secs(SECONDS as u64);

/// Deeply nested Markdown recurses in the parser and in the templates.
const STACK: usize = 32 << 20;

/// The stack of a thread for which none is chosen.
const USUAL_STACK: usize = 2 << 20;

/// Prefix of the names of worker threads. Their panics are reported as problems, not on the terminal.
pub const THREAD_NAME: &str = "recto-worker";

/// The result of an item.
pub enum Outcome<T> {
    Done(T),
    Panicked(String),
    TooSlow,
}

/// What a worker is doing: the item's number plus one, or 0 for nothing, and since when by the shared clock.
#[derive(Default)]
struct WorkerSlot {
    item: AtomicUsize,
    since: AtomicU64,
}

/// A thread that works on a queue and was not abandoned.
struct Worker {
    own: usize,
    slot: Arc<WorkerSlot>,
    thread: JoinHandle<()>,
}

/// The items of one worker: the first in the upper half, the end in the lower half. A worker takes items from the
/// front; when it has none left, it takes the rear half of another's. So two workers are far apart in the order of
/// items. Neighbouring items write to the same folders, and in one folder the workers would wait for each other.
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

    /// Takes the first item.
    fn take(&self) -> Option<usize> {
        let rest = |packed| match Queue::unpack(packed) {
            (first, end) if first < end => Some(Queue::pack(first + 1, end)),
            _ => None,
        };
        let taken = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, rest);
        taken.ok().map(|packed| Queue::unpack(packed).0)
    }

    /// Splits off the rear half as a queue of its own.
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
    /// One queue for each worker. No item is in two queues, and none returns to a queue.
    queues: Vec<Queue>,
    outcomes: Vec<Mutex<Option<Outcome<T>>>>,
    /// The number of items without an outcome, and the thread that waits for it to reach 0.
    left: AtomicUsize,
    caller: Thread,
    /// Running time in milliseconds. The caller advances it in small steps, so that items do not age while the
    /// process is stopped or the machine sleeps.
    clock: AtomicU64,
    work: F,
}

/// How long an item may take (to within an eighth), and for which items that holds: copying a large file may take
/// as long as the disk needs.
pub struct ItemLimit<'a> {
    pub time: Duration,
    pub applies: &'a dyn Fn(usize) -> bool,
    /// Receives the number of an item that was given up, while the others go on.
    pub late: &'a dyn Fn(usize),
}

impl ItemLimit<'_> {
    /// The usual time, for every item.
    pub const ALL: ItemLimit<'static> = ItemLimit { time: TIME_LIMIT, applies: &|_| true, late: &|_| {} };
}

/// Returns the number of workers whose stacks fit in half of the process's address space limit (`ulimit -v`). The other half
/// is left for the work.
pub fn most_workers() -> usize {
    let most = |bytes: u64| usize::try_from(bytes / 2 / STACK as u64).unwrap_or(usize::MAX).max(1);
    spare_memory::limit().map_or(usize::MAX, most)
}

/// Checks that the system can run this many more threads at once and has memory for their work, for callers that
/// would panic if it had not.
pub fn check_spare(threads: usize, stack: Option<usize>) -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // Threads wait until the last one has started.
        let closed = lock(&gate);
        let mut spare = SpareMemory::hold();
        let start = |_| {
            let size = stack.unwrap_or(USUAL_STACK);
            spare.as_mut().map_err(|error| io::Error::new(error.kind(), error.to_string()))?.hold_for_thread(size)?;
            Builder::new().stack_size(size).spawn_scoped(scope, || drop(lock(&gate)))
        };
        let (started, failed): (Vec<_>, Vec<_>) = (0..threads).map(start).partition(Result::is_ok);
        drop(closed);
        // The scope would not wait until their stacks are free.
        started.into_iter().flatten().for_each(|thread| drop(thread.join()));
        failed.into_iter().find_map(Result::err).map_or(Ok(()), Err)
    })
}

/// Checks that the system can start a worker.
pub fn check_worker() -> io::Result<()> {
    check_spare(1, Some(STACK))
}

/// Runs `work` on several threads at once, the caller's included, and gives it the number of the thread. If the system
/// starts fewer threads, fewer run it: `work` must take its items from a shared queue.
pub fn each<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let mut spare = SpareMemory::hold().ok();
        let others: Vec<_> = (1..threads)
            .map_while(|worker| {
                spare.as_mut()?.hold_for_thread(USUAL_STACK).ok()?;
                Builder::new().spawn_scoped(scope, move || work(worker)).ok()
            })
            .collect();
        drop(spare);
        let own = work(0);
        let ends = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        std::iter::once(own).chain(ends).collect()
    })
}

/// Runs `work` on the items 0 to `count` and returns the outcomes in their order.
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
    let threads = threads.min(most_workers()).clamp(1, count.max(1));
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
    // A worker without items takes from the queues of others, so queues without a worker are emptied as well.
    let mut spare = SpareMemory::hold().ok();
    let mut workers: Vec<Worker> = (0..threads)
        .map_while(|own| {
            spare.as_mut()?.hold_for_thread(STACK).ok()?;
            spawn(&shared, own).ok()
        })
        .collect();
    let limited = spare.is_none_or(|spare| spare.is_limited());
    let step = limit.time / 8;
    let mut checked = Instant::now();
    while shared.left.load(Ordering::Acquire) > 0 {
        if workers.is_empty() {
            // The system starts no worker: the caller does the work, without a time limit.
            shared.work_off(0, &WorkerSlot::default());
            continue;
        }
        thread::park_timeout(step);
        let elapsed = checked.elapsed();
        if elapsed >= step {
            checked = Instant::now();
            let passed = elapsed.min(step * 2).as_millis() as u64;
            give_up_late(&shared, &mut workers, &limit, passed);
        }
    }
    if limited {
        // All items have an outcome, so these are about to end. The next threads may need the memory of their stacks.
        workers.into_iter().for_each(|worker| drop(worker.thread.join()));
    }
    let lost = || Outcome::Panicked("its result was lost".to_owned());
    (0..count).map(move |item| lock(&shared.outcomes[item]).take().unwrap_or_else(lost))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a worker on a queue that no other worker uses any more.
fn spawn<T, F>(shared: &Arc<PoolShared<T, F>>, own: usize) -> io::Result<Worker>
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let slot = Arc::new(WorkerSlot::default());
    let (known, shared) = (slot.clone(), shared.clone());
    let work_off = move || shared.work_off(own, &known);
    let thread = Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK).spawn(work_off)?;
    Ok(Worker { own, slot, thread })
}

impl<T, F: Fn(usize) -> T> PoolShared<T, F> {
    /// Does items until none are left or its current item is given up.
    fn work_off(&self, own: usize, known: &WorkerSlot) {
        while let Some(item) = self.next(own) {
            known.since.store(self.clock.load(Ordering::Relaxed), Ordering::Relaxed);
            known.item.store(item + 1, Ordering::Release);
            let outcome = match catch_unwind(AssertUnwindSafe(|| (self.work)(item))) {
                Ok(done) => Outcome::Done(done),
                Err(panic) => Outcome::Panicked(message(&*panic)),
            };
            known.item.store(0, Ordering::Release);
            if !self.settle(item, outcome) {
                // The item was given up: another worker has taken over, and this result is not needed.
                return;
            }
        }
    }

    /// Returns the next item of a worker: from its own queue or, if that is empty, from the longest other one.
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
                // Only its own worker writes to an empty queue.
                self.queues[own].0.store(part, Ordering::Release);
            }
        }
    }

    /// Records the outcome of an item, unless it has one.
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

/// Returns the message of a panic.
pub fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

/// Gives up items that take too long, and starts new workers for them where the system allows it.
fn give_up_late<T, F>(shared: &Arc<PoolShared<T, F>>, workers: &mut Vec<Worker>, limit: &ItemLimit, passed: u64)
where
    T: Send + 'static,
    F: Fn(usize) -> T + Send + Sync + 'static,
{
    let now = shared.clock.fetch_add(passed, Ordering::Relaxed) + passed;
    workers.retain_mut(|worker| {
        let (own, slot) = (worker.own, &worker.slot);
        let item = slot.item.load(Ordering::Acquire);
        let late = now.saturating_sub(slot.since.load(Ordering::Relaxed)) > limit.time.as_millis() as u64;
        if item > 0 && late && (limit.applies)(item - 1) && shared.settle(item - 1, Outcome::TooSlow) {
            (limit.late)(item - 1);
            let Ok(another) = spawn(shared, own) else { return false };
            *worker = another;
        }
        true
    });
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
    fn a_caller_without_workers_does_it_all() {
        let shared = PoolShared {
            queues: (0..3).map(|n| Queue(AtomicU64::new(Queue::pack(n * 5, n * 5 + 5)))).collect(),
            outcomes: (0..15).map(|_| Mutex::new(None)).collect(),
            left: AtomicUsize::new(15),
            caller: thread::current(),
            clock: AtomicU64::new(0),
            work: |item: usize| item,
        };
        shared.work_off(0, &WorkerSlot::default());
        assert_eq!(shared.left.load(Ordering::Relaxed), 0);
        assert!(shared.outcomes.iter().all(|outcome| lock(outcome).is_some()));
    }

    #[test]
    fn each_is_told_its_number() {
        assert_eq!(each(4, |worker| worker), [0, 1, 2, 3]);
        assert_eq!(each(0, |worker| worker), [0]);
        assert!(check_spare(3, None).is_ok());
        // No address space holds such a stack.
        assert!(check_spare(1, Some(1 << 60)).is_err());
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

    /// Advances the clock as the caller does, without waiting.
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
            let mut workers = vec![spawn(&shared, 0).unwrap()];
            while workers[0].slot.item.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
            give_up_late(&shared, &mut workers, &ItemLimit::ALL, milliseconds as u64);
            assert_eq!(matches!(*lock(&shared.outcomes[0]), Some(Outcome::TooSlow)), late, "{milliseconds}");
            drop(end);
        }
    }
}
