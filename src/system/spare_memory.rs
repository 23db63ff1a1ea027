//! Keeps memory for the work while threads start. Where a process may address only so much memory (`ulimit -v`), the
//! stacks of many threads would take all of it, and then no thread could allocate a byte. So whoever starts threads
//! holds the memory that their work needs, and returns it when the last one has started.
//!
//! The allocator keeps a part of the address space for itself, and the system takes another part for each thread. So
//! both are looked at: what the allocator can get, and how much the system has left.

#![allow(clippy::disallowed_methods, reason = "the system answers in a file that is not of a site")]

use std::collections::TryReserveError;
use std::hint::black_box;
use std::io;

/// What a small site needs besides the threads: templates, highlighting, tables that are made when first used.
const FOR_ALL: usize = 32 << 20;

/// What a thread needs: its own pages in the allocator, and the texts that it works on.
const FOR_EACH: usize = 16 << 20;

/// What stays free in the address space besides a stack: the system's own part of a thread (some ten kilobytes,
/// without which a starting thread ends the program), and the stacks of a few short threads.
const FOR_SYSTEM: u64 = 8 << 20;

/// Returns how much memory this process may address.
pub fn limit() -> Option<u64> {
    #[cfg(unix)]
    return rustix::process::getrlimit(rustix::process::Resource::As).current;
    #[cfg(not(unix))]
    None
}

/// Memory that nobody else gets before this is dropped. Where the process has no limit, it holds nothing.
pub struct SpareMemory {
    held: Vec<Vec<u8>>,
    limited: bool,
}

impl SpareMemory {
    /// Takes what all threads need together.
    pub fn hold() -> io::Result<SpareMemory> {
        let mut spare = SpareMemory { held: Vec::new(), limited: limit().is_some() };
        spare.take(FOR_ALL)?;
        Ok(spare)
    }

    /// Takes what one more thread needs besides its stack, and checks that there is an address for that.
    pub fn hold_for_thread(&mut self, stack: usize) -> io::Result<()> {
        self.take(FOR_EACH)?;
        match left() {
            Some(left) if self.limited && left < stack as u64 + FOR_SYSTEM => {
                Err(io::Error::new(io::ErrorKind::OutOfMemory, "no memory is left for its stack"))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether memory is limited.
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    /// The memory comes from the allocator, which may have taken most of the address space already. It is never
    /// written to, so it costs addresses only.
    fn take(&mut self, size: usize) -> io::Result<()> {
        if self.limited {
            self.held.push(black_box(buffer(size).map_err(io::Error::other)?));
        }
        Ok(())
    }
}

/// Returns how much of its limit this process has left, if the system tells it.
fn left() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(limit()?.saturating_sub(addressed(&status)?))
}

/// Returns how many bytes a process addresses, from its `/proc/PID/status`.
fn addressed(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"))?;
    Some(line.trim().strip_suffix("kB")?.trim_end().parse::<u64>().ok()? << 10)
}

fn buffer(size: usize) -> Result<Vec<u8>, TryReserveError> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_held_only_where_there_is_a_limit() {
        for limited in [true, false] {
            let mut spare = SpareMemory { held: Vec::new(), limited };
            spare.take(FOR_ALL).unwrap();
            spare.hold_for_thread(1 << 20).unwrap();
            let held: usize = spare.held.iter().map(Vec::capacity).sum();
            assert_eq!(held, if limited { FOR_ALL + FOR_EACH } else { 0 });
            assert_eq!(spare.take(usize::MAX >> 1).is_err(), limited, "no address space holds this");
        }
    }

    #[test]
    fn the_system_tells_what_is_addressed() {
        assert_eq!(
            addressed("Name:\trecto\nVmPeak:\t  9 kB\nVmSize:\t  271252 kB\nVmLck:\t0 kB\n"),
            Some(271_252 << 10)
        );
        assert_eq!(addressed("Name:\trecto\n"), None);
        #[cfg(target_os = "linux")]
        assert!(addressed(&std::fs::read_to_string("/proc/self/status").unwrap()).unwrap() > 1 << 20);
    }
}
