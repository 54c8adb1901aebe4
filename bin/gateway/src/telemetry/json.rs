//! One JSON object a line.
//!
//! The formatter that comes with `tracing-subscriber` reads a span's fields back from JSON for every event, which
//! costs more than everything else a line needs. Here fields are kept as they stand in the line, each with its comma
//! before it, so that an event copies them.

use std::fmt::{self, Debug, Write as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes `{"timestamp", "level", "target", <fields of the event>, "span": {"name", <fields of the span>}}`.
pub(super) struct JsonLines;

impl<'w> FormatFields<'w> for JsonLines {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut members = Members { writer, result: Ok(()) };
        fields.record(&mut members);
        members.result
    }
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut line)?;
        write!(line, "\",\"level\":\"{}\",\"target\":", event.metadata().level())?;
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
struct Members<'w> {
    writer: Writer<'w>,
    result: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let name = field.name();
        // Lines of the `log` crate carry where in the source they stand, which no other line does.
        if self.result.is_err() || matches!(name, "log.module_path" | "log.file" | "log.line") {
            return;
        }
        self.result = self.name(name.strip_prefix("r#").unwrap_or(name)).and_then(|()| value(&mut self.writer));
    }

    fn name(&mut self, name: &str) -> fmt::Result {
        self.writer.write_char(',')?;
        quote(&mut self.writer, name)?;
        self.writer.write_char(':')
    }
}

impl Visit for Members<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no infinity (RFC 8259, section 6).
        self.member(
            field,
            |writer| if value.is_finite() { write!(writer, "{value:?}") } else { writer.write_str("null") },
        );
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |writer| quote(writer, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |writer| quote_debug(writer, value));
    }
}

fn quote(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    writer.write_char('"')?;
    Escaped(writer).write_str(text)?;
    writer.write_char('"')
}

fn quote_debug(writer: &mut Writer<'_>, value: &dyn Debug) -> fmt::Result {
    writer.write_char('"')?;
    write!(Escaped(writer), "{value:?}")?;
    writer.write_char('"')
}

/// Escapes what a JSON string cannot hold (RFC 8259, section 7).
struct Escaped<'a, 'w>(&'a mut Writer<'w>);

impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(write: impl Fn(&mut Writer<'_>) -> fmt::Result) -> serde_json::Value {
        let mut text = String::new();
        write(&mut Writer::new(&mut text)).expect("memory");
        serde_json::from_str(&text).expect("JSON")
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "(?s).*") {
            prop_assert_eq!(quoted(|writer| quote(writer, &text)), text.clone());
            prop_assert_eq!(quoted(|writer| quote_debug(writer, &format_args!("{text}"))), text);
        }
    }
}
