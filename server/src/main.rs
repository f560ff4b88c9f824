//! The program `huella`.

/// Documents and requests take and give back many small pieces: with the system's own allocator a
/// fifth of printing is that, and what printing had taken is given back late.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::run()
}
