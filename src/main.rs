//! The program `recto`: everything is in the library, so that tests call what the command line calls.

use std::process::ExitCode;

/// The system's allocator would do, but a build allocates millions of small strings on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    recto::shell::cli::main()
}
