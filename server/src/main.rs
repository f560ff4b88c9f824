//! The program `huella`.

use mimalloc::MiMalloc;

/// Printing takes much memory and gives it back on another thread, of which the system's allocator
/// keeps most.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::run()
}
