//! The program `recto`: everything is in the library, so that tests call what the command line calls.

use std::process::ExitCode;

/// The system's allocator would do, but a build allocates millions of small strings on several threads. Huge pages are
/// off in it (`no_thp`): emptying one costs more than the small ones that are used of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    recto::shell::cli::main()
}
