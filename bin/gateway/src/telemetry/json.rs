//! One JSON object a line.
//!
//! The formatter that comes with `tracing-subscriber` reads a span's fields back from JSON for every event, which
//! costs more than everything else a line needs. Here fields are kept as they stand in the line, each with its comma
//! before it, so that an event copies them.

use super::instant;
use mainstay_kernel::{Clock as _, SystemClock};
use std::fmt::{self, Debug, Write};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes `{"timestamp", "level", "target", <fields of the event>, "span": {"name", <fields of the span>}}`.
pub(super) struct JsonLines;

/// What the fields of most spans and events fit into.
const ROOM: usize = 256;

impl<'w> FormatFields<'w> for JsonLines {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        // A span's text begins empty, and would be moved again and again if it grew by the piece.
        let mut members = Members { text: String::with_capacity(ROOM), result: Ok(()) };
        fields.record(&mut members);
        members.result?;
        writer.write_str(&members.text)
    }
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        instant::write(&mut line, SystemClock.now())?;
        line.write_str("\",\"level\":\"")?;
        line.write_str(event.metadata().level().as_str())?;
        line.write_str("\",\"target\":")?;
        quote(&mut line, event.metadata().target())?;
        context.format_fields(line.by_ref(), event)?;
        if let Some(span) = context.parent_span() {
            line.write_str(",\"span\":{\"name\":")?;
            quote(&mut line, span.name())?;
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                line.write_str(fields)?;
            }
            line.write_char('}')?;
        }
        line.write_str("}\n")
    }
}

/// Writes each field as a member of an object, with a comma before it.
struct Members {
    text: String,
    result: fmt::Result,
}

impl Members {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut String) -> fmt::Result) {
        let name = field.name();
        // Lines of the `log` crate carry where in the source they stand, which no other line does.
        if self.result.is_err() || matches!(name, "log.module_path" | "log.file" | "log.line") {
            return;
        }
        self.result = self.name(name.strip_prefix("r#").unwrap_or(name)).and_then(|()| value(&mut self.text));
    }

    fn name(&mut self, name: &str) -> fmt::Result {
        self.text.push(',');
        quote(&mut self.text, name)?;
        self.text.push(':');
        Ok(())
    }
}

impl Visit for Members {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |text| write!(text, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |text| write!(text, "{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no infinity (RFC 8259, section 6).
        self.member(field, |text| if value.is_finite() { write!(text, "{value:?}") } else { text.write_str("null") });
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |text| write!(text, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |text| quote(text, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |text| quote_debug(text, value));
    }
}

fn quote(to: &mut impl Write, text: &str) -> fmt::Result {
    to.write_char('"')?;
    Escaped(to).write_str(text)?;
    to.write_char('"')
}

fn quote_debug(to: &mut impl Write, value: &dyn Debug) -> fmt::Result {
    to.write_char('"')?;
    write!(Escaped(to), "{value:?}")?;
    to.write_char('"')
}

/// Escapes what a JSON string cannot hold (RFC 8259, section 7).
struct Escaped<'a, W>(&'a mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Most texts can be held as they are, which is soon seen when all of their bytes are looked at together.
        if !text.bytes().fold(false, |found, byte| found | must_be_escaped(byte)) {
            return self.0.write_str(text);
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(must_be_escaped) {
            let (plain, tail) = rest.split_at(at);
            self.0.write_str(plain)?;
            match tail.as_bytes()[0] {
                b'\n' => self.0.write_str("\\n")?,
                letter @ (b'"' | b'\\') => write!(self.0, "\\{}", char::from(letter))?,
                control => write!(self.0, "\\u{control:04x}")?,
            }
            rest = &tail[1..];
        }
        self.0.write_str(rest)
    }
}

const fn must_be_escaped(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(write: impl Fn(&mut String) -> fmt::Result) -> serde_json::Value {
        let mut text = String::new();
        write(&mut text).expect("memory");
        serde_json::from_str(&text).expect("JSON")
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "(?s).*") {
            prop_assert_eq!(quoted(|to| quote(to, &text)), text.clone());
            prop_assert_eq!(quoted(|to| quote_debug(to, &format_args!("{text}"))), text);
        }
    }
}
