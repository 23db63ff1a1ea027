//! Runs a program and measures it: wall time, processor time and peak memory. The last two are read from `/proc`,
//! so they exist only on Linux.

use std::fs;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often to read the peak. It only grows, so only growth after the last reading is missed.
const LOOK: Duration = Duration::from_millis(5);

/// Linux reports processor time in hundredths of a second on every machine.
const TICK: f64 = 0.01;

/// The cost of a run.
#[derive(Clone, Default)]
pub struct Spent {
    pub wall: f64,
    /// User and system time of the process and of those it waited for, in seconds.
    pub cpu: Option<f64>,
    /// The peak of resident memory, in KiB.
    pub peak: Option<u64>,
    /// Its standard output.
    pub out: String,
}

/// Runs a program to its end. An exit code other than 0 is an error.
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

/// Returns the peak memory of a process, in KiB.
fn high_water(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Returns the processor time in seconds of all children that this process has waited for.
fn waited_for() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in parentheses and may contain anything; `cutime` and `cstime` are the 13th and
    // 14th field after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let ticks: [f64; 2] = [fields.next()?.parse().ok()?, fields.next()?.parse().ok()?];
    Some((ticks[0] + ticks[1]) * TICK)
}
