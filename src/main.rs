//! The program `recto`. All its code is in the library, so that tests call the same functions as the command line.
//! Only the allocator is set up here.

use std::process::ExitCode;

/// Replaces the system allocator, because a build allocates millions of small strings on several threads. Huge pages
/// are off (`no_thp`): clearing one costs more than the small pages a build uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keep_one_arena();
    recto::shell::cli::main(give_back)
}

/// `mi_option_purge_delay` in mimalloc.h: how many milliseconds mimalloc keeps freed memory.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Returns unused memory to the system, now and whenever memory is freed later. Long-running commands call it after
/// they drop large data.
#[allow(unsafe_code, reason = "the allocator has no other door")]
fn give_back() {
    // SAFETY: both functions may be called at any time, from any thread, and touch only the allocator's own lists.
    unsafe {
        // Collect first: with a delay of 0, mimalloc does not look for memory that it kept earlier.
        libmimalloc_sys::mi_collect(true);
        libmimalloc_sys::mi_option_set(PURGE_DELAY, 0);
    }
}

/// Makes the C library use one arena. It allocates a little for each thread that starts, and on Linux it would reserve
/// 64 MiB of addresses for that, 128 for a moment, which a limit (`ulimit -v`) counts.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the C library has no other door")]
fn keep_one_arena() {
    /// `M_ARENA_MAX` in malloc.h.
    const ARENA_MAX: std::ffi::c_int = -8;
    unsafe extern "C" {
        fn mallopt(parameter: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
    }
    // SAFETY: it sets a number, and no other thread runs yet.
    unsafe {
        mallopt(ARENA_MAX, 1);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_one_arena() {}
