//! The log: one JSON object a line on the standard error, no personal data,
//! panics included.

use std::{io, panic};

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Writes panics to the log as every other event: one JSON object a line, with the place and never
/// the text, which may hold what the program was working on.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "the program panicked");
    }));
}

/// Starts the log; `RUST_LOG` changes what is told. A second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,lettre=warn,hyper=warn"));
    if tracing::subscriber::set_global_default(log(filter, io::stderr)).is_ok() {
        log_panics();
    }
}

fn log<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_a_line_of_json_without_its_text() {
        let lines = Lines::default();
        let writer = lines.clone();
        let before = panic::take_hook();
        log_panics();
        let log = log(EnvFilter::new("info"), move || writer.clone());
        tracing::subscriber::with_default(log, || {
            let request = tracing::info_span!("request", id = "abc");
            let _inside = request.enter();
            let run = "12.345.678-5";
            assert!(panic::catch_unwind(|| panic!("the RUN {run}")).is_err());
        });
        panic::set_hook(before);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "the program panicked", "{text}");
        assert_eq!(line["span"]["id"], "abc", "{text}");
        assert!(line["place"].as_str().unwrap().contains("logs.rs:"), "{text}");
        assert!(!text.contains("12.345"), "{text}");
    }
}
