//! The program `huella`.

fn main() -> std::process::ExitCode {
    server::cli::run()
}
