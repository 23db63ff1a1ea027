//! Runs a program and says what it took: wall time, processor time and peak memory. The last two are read from `/proc`, so
//! there are none but on Linux.

use std::fs;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often the peak is looked up. It only grows, so that what is missed is what came after the last look.
const LOOK: Duration = Duration::from_millis(5);

/// Linux counts processor time in hundredths of a second for everyone who asks, whatever it does inside.
const TICK: f64 = 0.01;

/// What a run took.
#[derive(Clone, Default)]
pub struct Spent {
    pub wall: f64,
    /// Of the process and of those it waited for, in the program and in the system.
    pub cpu: Option<f64>,
    /// The most memory that was resident at once, in KiB.
    pub peak: Option<u64>,
    /// Its standard output.
    pub out: String,
}

/// Runs a program to its end; an exit code that is not 0 is an error.
pub fn run(command: &mut Command) -> io::Result<Spent> {
    let before = waited_for();
    let done = AtomicBool::new(false);
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut spent = Spent::default();
    let exit = thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut peak = None;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(high_water(&status));
                thread::sleep(LOOK);
            }
            peak
        });
        let read = child.stdout.take().map_or(Ok(0), |mut out| out.read_to_string(&mut spent.out));
        let exit = child.wait();
        spent.wall = start.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        spent.peak = looking.join().unwrap_or_default();
        read.and(exit)
    })?;
    spent.cpu = before.zip(waited_for()).map(|(before, after)| after - before);
    if !exit.success() {
        let name = command.get_program().to_string_lossy().into_owned();
        return Err(io::Error::other(format!("{name}: {exit}\n{}", spent.out)));
    }
    Ok(spent)
}

/// The most memory that a process ever had, in KiB.
fn high_water(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Seconds of processor time of all children that this process has waited for.
fn waited_for() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may hold anything; `cutime` and `cstime` are the 13th and 14th after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let ticks: [f64; 2] = [fields.next()?.parse().ok()?, fields.next()?.parse().ok()?];
    Some((ticks[0] + ticks[1]) * TICK)
}
