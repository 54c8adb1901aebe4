//! Logs: one line an event, written off the threads that serve.
//!
//! A line is formatted where it happens and handed to one writing thread through a bounded queue. When that thread
//! cannot keep up (a stalled terminal, a full pipe), lines are dropped and counted instead of waited for: a reader of
//! logs that has stopped must not be able to stop the service. What must not be lost, the audit, is kept in the
//! database and not here.

mod filter;
mod instant;
mod json;

use self::filter::filter;
use self::json::JsonLines;
use crate::config::{LogFormat, LogSettings};
use std::io::{self, BufWriter, IsTerminal as _, Write, stderr};
use std::thread;
use std::time::Duration;
use tracing::Subscriber;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// Lines that may wait for the writing thread, about 2 MiB of them.
const QUEUE_LINES: usize = 8192;

/// How much is gathered before it is written.
const BUFFER_BYTES: usize = 64 * 1024;

/// How long a line waits for others to be written with it. While the writing thread waits, whoever logs need not wake it.
const GATHERING: Duration = Duration::from_millis(1);

/// Keeps the log going. Dropped at the end of `main`, it writes what still waits.
#[must_use]
pub(crate) struct Telemetry {
    dropped: ErrorCounter,
    _writer: WorkerGuard,
}

/// Lines that were lost are at least counted.
impl Drop for Telemetry {
    fn drop(&mut self) {
        let lost = self.dropped.dropped_lines();
        if lost > 0 {
            eprintln!("mainstay: {lost} log lines were dropped, since they were not read fast enough");
        }
    }
}

impl Telemetry {
    /// Logs to standard error from now on.
    ///
    /// # Errors
    /// When this process already logs.
    pub(crate) fn start(settings: &LogSettings) -> Result<Self, TryInitError> {
        let (lines, telemetry) = Self::queue(Gathering(BufWriter::with_capacity(BUFFER_BYTES, stderr())));
        let colour = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        match settings.format {
            LogFormat::Text => text(settings, lines, colour).try_init()?,
            LogFormat::Json => json(settings, lines).try_init()?,
        }
        Ok(telemetry)
    }

    fn queue(target: impl Write + Send + 'static) -> (NonBlocking, Self) {
        let queue = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(QUEUE_LINES);
        let (lines, writer) = queue.thread_name("log").finish(target);
        let dropped = lines.error_counter();
        (lines, Self { dropped, _writer: writer })
    }
}

/// Writes lines together that come within a moment of each other: the queue asks for a flush whenever it is empty, which
/// is after almost every line.
struct Gathering<W>(W);

impl<W: Write> Write for Gathering<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        thread::sleep(GATHERING);
        self.0.flush()
    }
}

fn text<W>(settings: &LogSettings, lines: W, colour: bool) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::registry()
        .with(filter(&settings.filter))
        .with(fmt::layer().with_ansi(colour).with_writer(lines))
}

fn json<W>(settings: &LogSettings, lines: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_ansi(false).fmt_fields(JsonLines).event_format(JsonLines).with_writer(lines);
    tracing_subscriber::registry().with(filter(&settings.filter)).with(layer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex, mpsc};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A writer that holds the writing thread until its sender is gone.
    struct Stalled(mpsc::Receiver<()>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn settings(filter: &str) -> LogSettings {
        LogSettings { filter: filter.to_owned(), format: LogFormat::Json }
    }

    /// The lines that a program writes at the level info, as JSON.
    fn logged(program: impl FnOnce()) -> Vec<serde_json::Value> {
        let written = Lines::default();
        let (lines, telemetry) = Telemetry::queue(written.clone());
        tracing::subscriber::with_default(json(&settings("info"), lines), program);
        drop(telemetry);
        let text = String::from_utf8(written.0.lock().unwrap().clone()).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    #[test]
    fn a_json_line_holds_the_event_and_the_request_it_belongs_to() {
        let lines = logged(|| {
            let fields = tracing::info_span!("request", request_id = "req_1", status = tracing::field::Empty);
            let _request = fields.clone().entered();
            fields.record("status", 200);
            tracing::info!(latency = 1.5, cached = true, error = %"said \"no\"\n", "answered");
            tracing::debug!("not shown");
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((&line["message"], &line["level"]), (&"answered".into(), &"INFO".into()));
        assert_eq!((&line["latency"], &line["cached"]), (&1.5.into(), &true.into()));
        assert_eq!(line["error"], "said \"no\"\n");
        assert_eq!(line["span"], serde_json::json!({"name": "request", "request_id": "req_1", "status": 200}));
        assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')));
    }

    #[test]
    fn numbers_that_json_lacks_and_lines_outside_of_requests_are_still_json() {
        let lines = logged(|| tracing::warn!(ratio = f64::NAN, r#type = "odd", big = u128::MAX));
        assert_eq!((&lines[0]["ratio"], &lines[0]["type"]), (&serde_json::Value::Null, &"odd".into()));
        assert_eq!((&lines[0]["big"], lines[0].get("span")), (&u128::MAX.to_string().into(), None));
    }

    #[test]
    fn a_request_that_nobody_could_read_is_no_line_unless_it_is_asked_for() {
        let told = |asked: &str| {
            let written = Lines::default();
            let (lines, telemetry) = Telemetry::queue(written.clone());
            tracing::subscriber::with_default(json(&settings(asked), lines), || {
                tracing::error!(target: "actix_http::h1::dispatcher", "stream error");
            });
            drop(telemetry);
            !written.0.lock().unwrap().is_empty()
        };
        assert!(!told("info"));
        assert!(told("info,actix_http=debug"));
    }

    #[test]
    fn a_stalled_reader_of_logs_costs_lines_and_never_the_caller() {
        let (release, stalled) = mpsc::channel();
        let (lines, telemetry) = Telemetry::queue(Stalled(stalled));
        tracing::subscriber::with_default(text(&settings("info"), lines, false), || {
            for _ in 0..2 * QUEUE_LINES {
                tracing::info!("a line");
            }
        });
        assert!(telemetry.dropped.dropped_lines() >= QUEUE_LINES - 1);
        drop(release);
    }
}
