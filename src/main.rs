//! The program `recto`: everything is in the library, so that tests call what the command line calls.

use std::process::ExitCode;

/// The system's allocator would do, but a build allocates millions of small strings on several threads. Huge pages are
/// off in it (`no_thp`): emptying one costs more than the small ones that are used of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    recto::shell::cli::main(give_back)
}

/// `mi_option_purge_delay` of mimalloc.h: for how many milliseconds freed memory is kept for later.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Gives what the allocator keeps for later back to the system, now and from now on: for a program that goes on and has
/// let go of much.
#[allow(unsafe_code, reason = "the allocator has no other door")]
fn give_back() {
    // SAFETY: both may be called at any time and from any thread; they look at the allocator's own lists alone.
    unsafe {
        // In this order: where nothing is kept for later, nobody looks for what was kept before.
        libmimalloc_sys::mi_collect(true);
        libmimalloc_sys::mi_option_set(PURGE_DELAY, 0);
    }
}
