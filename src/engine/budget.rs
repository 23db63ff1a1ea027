//! A budget of memory and time that workers share. A worker that needs more than is left waits until others return
//! theirs. It must not know what it is spent on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::limits::{PICTURE_MEMORY, PICTURE_SECONDS};

/// Shared bytes of memory. The pool must not give up a worker that waits or holds a share: the others would wait
/// forever.
#[derive(Debug)]
pub struct Budget {
    whole: u64,
    left: Mutex<BudgetState>,
    changed: Condvar,
}

#[derive(Debug)]
struct BudgetState {
    bytes: u64,
    /// Requests are served in order; otherwise large shares would starve.
    next: u64,
    served: u64,
}

/// A share of the budget, returned when it is dropped.
pub struct Share<'b> {
    of: &'b Budget,
    bytes: u64,
}

impl Default for Budget {
    /// Returns the budget for pictures.
    fn default() -> Budget {
        Budget::new(PICTURE_MEMORY)
    }
}

impl Budget {
    /// Creates a budget of `whole` bytes.
    pub fn new(whole: u64) -> Budget {
        let left = Mutex::new(BudgetState { bytes: whole, next: 0, served: 0 });
        Budget { whole, left, changed: Condvar::new() }
    }

    fn left(&self) -> MutexGuard<'_, BudgetState> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a share of `bytes`, or of the whole budget if that is less.
    pub fn take(&self, bytes: u64) -> Share<'_> {
        let bytes = bytes.min(self.whole);
        let mut left = self.left();
        let own = left.next;
        left.next += 1;
        while left.served != own || left.bytes < bytes {
            left = self.changed.wait(left).unwrap_or_else(PoisonError::into_inner);
        }
        left.served += 1;
        left.bytes -= bytes;
        drop(left);
        self.changed.notify_all();
        Share { of: self, bytes }
    }
}

impl Share<'_> {
    /// Grows the share to `bytes`, if they are available at once and nobody else waits. Returns whether it did.
    pub fn grow(&mut self, bytes: u64) -> bool {
        let bytes = bytes.min(self.of.whole);
        let more = bytes.saturating_sub(self.bytes);
        let mut left = self.of.left();
        if left.bytes < more || left.next != left.served && more > 0 {
            return false;
        }
        left.bytes -= more;
        self.bytes += more;
        true
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.of.left().bytes += self.bytes;
        self.of.changed.notify_all();
    }
}

/// Returns a function that says whether a picture has exceeded its time limit, counted from now.
pub fn deadline() -> impl Fn() -> bool + Send + Sync {
    let begun = Instant::now();
    move || is_late(begun.elapsed())
}

fn is_late(time: Duration) -> bool {
    time > Duration::from_secs(PICTURE_SECONDS)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn no_more_is_held_than_there_is() {
        let (budget, held, most) = (Budget::new(100), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (budget, held, most) = (&budget, &held, &most);
                scope.spawn(move || {
                    for turn in 0..200 {
                        let bytes = (thread * 37 + turn * 13) % 130;
                        let share = budget.take(bytes);
                        let now = held.fetch_add(bytes.min(100), Ordering::SeqCst) + bytes.min(100);
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        held.fetch_sub(bytes.min(100), Ordering::SeqCst);
                        drop(share);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 100);
        assert_eq!(budget.left().bytes, 100);
    }

    #[test]
    fn a_picture_has_its_seconds() {
        let after = |seconds| is_late(Duration::from_secs(seconds));
        assert_eq!([after(PICTURE_SECONDS), after(PICTURE_SECONDS + 1)], [false, true]);
    }

    #[test]
    fn a_share_grows_while_there_is_some() {
        let budget = Budget::new(10);
        let mut one = budget.take(4);
        let two = budget.take(3);
        assert!(one.grow(7) && !one.grow(8) && one.grow(2));
        drop(two);
        assert!(one.grow(99));
        drop(one);
        assert_eq!(budget.left().bytes, 10);
    }
}
