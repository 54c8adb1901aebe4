//! An event whose attributes are headers, and whose data is the body (HTTP protocol binding, section 3.1).

use super::cloud_event::CloudEvent;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use mainstay_edge::describe::Description;
use mainstay_edge::{Rejection, valid};
use mainstay_kernel::FieldError;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// The headers that every event has. Where one of them is, an event was meant.
const REQUIRED: [&str; 4] = ["ce-specversion", "ce-type", "ce-source", "ce-id"];

/// Whether the headers say that this is an event.
pub(super) fn tell_of_an_event(request: &HttpRequest) -> bool {
    REQUIRED.iter().any(|name| request.headers().contains_key(*name))
}

/// The event.
///
/// # Errors
/// [`Rejection::Invalid`] naming attributes that are not there or cannot be read, or the data where that is no object;
/// [`Rejection::Malformed`] where it is no JSON.
pub(super) fn event(request: &HttpRequest, content_type: &str, body: &[u8]) -> Result<CloudEvent, Rejection> {
    let mut attributes = Attributes { request, wrong: Vec::new() };
    let event = CloudEvent {
        specversion: attributes.required("specversion"),
        r#type: attributes.required("type"),
        source: attributes.required("source"),
        id: attributes.required("id"),
        time: attributes.get("time"),
        subject: attributes.get("subject"),
        datacontenttype: Some(content_type.to_owned()).filter(|content_type| !content_type.is_empty()),
        data: None,
        data_base64: None,
    };
    attributes.refuse("datacontenttype");
    attributes.end()?;
    // What is no JSON is refused by its type.
    let data = if event.is_of_json() { data(body)? } else { None };
    Ok(CloudEvent { data, ..event })
}

/// Reads headers, and notes what is wrong with them.
struct Attributes<'r> {
    request: &'r HttpRequest,
    wrong: Vec<FieldError>,
}

impl Attributes<'_> {
    fn wrong(&mut self, name: &str, rule: &str, message: String) {
        self.wrong.push(FieldError::new(name, rule, message));
    }

    fn get(&mut self, name: &str) -> Option<String> {
        let mut values = self.request.headers().get_all(format!("ce-{name}"));
        let (value, another) = (values.next()?, values.next());
        if another.is_some() {
            self.wrong(name, "once", format!("The {name} must be there only once."));
        }
        let text = decode(value);
        if text.is_none() {
            self.wrong(name, "format", format!("The header ce-{name} must be UTF-8 with percent signs before bytes."));
        }
        text
    }

    fn required(&mut self, name: &str) -> String {
        let before = self.wrong.len();
        self.get(name).unwrap_or_else(|| {
            if self.wrong.len() == before {
                self.wrong(name, "required", format!("The {name} field is required."));
            }
            String::new()
        })
    }

    /// An attribute that is told in another way.
    fn refuse(&mut self, name: &str) {
        if self.request.headers().contains_key(format!("ce-{name}")) {
            self.wrong(name, "absent", format!("The {name} is told by Content-Type, and not by ce-{name}."));
        }
    }

    fn end(self) -> Result<(), Rejection> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.wrong)) }
    }
}

/// The text of a header: a quoted one is unquoted first, as earlier versions of the binding wrote it, and then it is decoded
/// once (section 3.1.3.2).
fn decode(value: &HeaderValue) -> Option<String> {
    let text = unquote(value.as_bytes());
    percent_decode(&text).decode_utf8().ok().map(Into::into)
}

/// A quoted string without its quotes (RFC 9110 section 5.6.4); anything else as it is.
fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return value.to_vec();
    };
    let (mut text, mut bytes) = (Vec::with_capacity(inner.len()), inner.iter());
    while let Some(byte) = bytes.next() {
        text.push(if *byte == b'\\' { *bytes.next().unwrap_or(byte) } else { *byte });
    }
    text
}

fn data(body: &[u8]) -> Result<Option<Map<String, Value>>, Rejection> {
    if body.is_empty() {
        return Ok(None);
    }
    valid::object(body).map(Some).map_err(|rejection| match rejection {
        Rejection::Invalid(fields) => Rejection::Invalid(fields.into_iter().map(of_data).collect()),
        other => other,
    })
}

/// The body is the data.
fn of_data(field: FieldError) -> FieldError {
    let name = if field.field == "body" { "data".to_owned() } else { format!("data.{}", field.field) };
    FieldError { message: field.message.replacen(&field.field, &name, 1), field: name, ..field }
}

/// Says which headers there may be.
pub(super) fn describe(to: &mut Description<'_>) {
    to.header::<String>("ce-specversion", "`1.0`: the use is a CloudEvent in binary mode, and the body its data.");
    to.header::<String>("ce-type", "The feature's code, of such an event.");
    to.header::<String>("ce-source", "Who chose its id.");
    to.header::<String>("ce-id", "What it is called there.");
    to.header::<String>("ce-time", "When it took place, in RFC 3339; now if absent.");
    to.header::<String>("ce-subject", "Whom or what it is about.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(value: &str) -> Option<String> {
        decode(&HeaderValue::from_str(value).expect("a header's value"))
    }

    #[test]
    fn a_header_is_decoded_once_and_its_quotes_are_taken_off_first() {
        let cases = [
            ("plain", "plain"),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
            ("%e2%82%ac", "€"),
            ("100%2541", "100%41"),
            ("50% off", "50% off"),
            (r#""a \"quoted\" \\ text""#, r#"a "quoted" \ text"#),
            (r#""%22""#, "\""),
            ("\"", "\""),
            ("", ""),
        ];
        for (value, text) in cases {
            assert_eq!(decoded(value).as_deref(), Some(text), "{value}");
        }
        assert_eq!(decoded("%C0%A0"), None, "an overlong form of a space");
    }
}
