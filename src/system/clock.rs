//! Measures how long each stage takes, for `--timings`. No output may depend on it.

use std::time::{Duration, Instant};

/// Measures laps of wall time.
pub struct Clock {
    last: Instant,
    pub laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    /// Starts the first stage.
    pub fn start() -> Clock {
        Clock { last: Instant::now(), laps: Vec::new() }
    }

    /// Returns how long the present stage has taken.
    pub fn since(&self) -> Duration {
        self.last.elapsed()
    }

    /// Ends a stage and records its time.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}
