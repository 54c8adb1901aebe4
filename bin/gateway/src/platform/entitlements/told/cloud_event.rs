//! A CloudEvent 1.0 that tells of a use (JSON event format, sections 2 to 4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_edge::{IsoSeconds, valid};
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{MOST_AT_ONCE, NewUse};
use mainstay_kernel::{FieldError, Timestamp};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{ArrayValidation, Schema, SchemaObject};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The one version that is read.
const VERSION: &str = "1.0";
/// The member of the data that says how much is used.
const QUANTITY: &str = "quantity";
/// The member of the metadata in which the subject is kept.
const SUBJECT: &str = "subject";

/// A CloudEvent 1.0 that tells of a use. Extensions are ignored, and null is as good as absent.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(example = "example")]
pub(super) struct CloudEvent {
    /// The version of the specification, `1.0`.
    #[schemars(regex(pattern = r"^1\.0$"))]
    pub(super) specversion: String,
    /// The feature's code.
    #[schemars(length(min = 1, max = 100))]
    pub(super) r#type: String,
    /// Who chose the id.
    #[schemars(length(min = 1, max = 255))]
    pub(super) source: String,
    /// What it is called there. The same `source` and `id` within 35 days are the same use.
    #[schemars(length(min = 1, max = 255))]
    pub(super) id: String,
    /// When it took place, in RFC 3339; now if absent.
    #[schemars(with = "Option<IsoSeconds>")]
    pub(super) time: Option<String>,
    /// Whom or what it is about. It is kept as the member `subject` of the metadata, unless the data has one of this name.
    pub(super) subject: Option<String>,
    /// The type of the data, which is JSON: `application/json` if absent.
    pub(super) datacontenttype: Option<String>,
    /// How much is used. All other members are metadata.
    #[schemars(with = "Option<UsageData>")]
    pub(super) data: Option<Map<String, Value>>,
    /// The same, as the Base64 of JSON.
    pub(super) data_base64: Option<String>,
}

fn example() -> Value {
    json!({
        "specversion": VERSION, "type": "api_calls", "source": "/edge/eu-1", "id": "9f3c", "time": "2026-01-15T10:30:00Z",
        "subject": "customer-7", "data": { "quantity": 3, "endpoint": "/api/v1/posts" },
    })
}

/// How much is used, and what else there is to know of it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct UsageData {
    /// How much is used.
    #[schemars(range(min = 1, max = 1_000_000_000_000_u64))]
    #[serde(default = "one")]
    quantity: u64,
}

const fn one() -> u64 {
    1
}

/// Several of them.
pub(super) struct CloudEvents(pub(super) Vec<CloudEvent>);

impl JsonSchema for CloudEvents {
    fn schema_name() -> String {
        "CloudEvents".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut events = <Vec<CloudEvent>>::json_schema(generator).into_object();
        let most = u32::try_from(MOST_AT_ONCE).ok();
        let array = ArrayValidation {
            min_items: Some(1),
            max_items: most,
            ..events.array.take().map(|array| *array).unwrap_or_default()
        };
        SchemaObject { array: Some(Box::new(array)), ..events }.into()
    }
}

impl CloudEvents {
    /// The uses that they tell of.
    ///
    /// # Errors
    /// The attributes that are wrong, each behind the place of its event.
    pub(super) fn told(self) -> Result<Vec<NewUse>, Vec<FieldError>> {
        let (mut uses, mut wrong) = (Vec::with_capacity(self.0.len()), Vec::new());
        for (place, event) in self.0.into_iter().enumerate() {
            match event.told() {
                Ok(told) => uses.push(told),
                Err(fields) => wrong.extend(
                    fields.into_iter().map(|field| FieldError { field: format!("{place}.{}", field.field), ..field }),
                ),
            }
        }
        if wrong.is_empty() { Ok(uses) } else { Err(wrong) }
    }
}

impl CloudEvent {
    /// The use that it tells of.
    ///
    /// # Errors
    /// The attributes that are wrong. What is wrong with the use is not judged here.
    pub(super) fn told(self) -> Result<NewUse, Vec<FieldError>> {
        let mut wrong = self.wrong_texts();
        let at = self.time.as_deref().and_then(Timestamp::parse);
        if at.is_none() && self.time.is_some() {
            wrong.push(FieldError::new("time", "date", "The time must be in RFC 3339, such as 2026-01-15T10:30:00Z."));
        }
        let Self { r#type: feature, source, id: name, subject, data, data_base64, .. } = self;
        let mut metadata = either(data, data_base64.as_deref()).unwrap_or_else(|field| {
            wrong.push(field);
            Map::new()
        });
        let quantity = quantity(metadata.remove(QUANTITY)).unwrap_or_else(|field| {
            wrong.push(field);
            1
        });
        if let Some(subject) = subject {
            metadata.entry(SUBJECT).or_insert(Value::String(subject));
        }
        let id = UseId::told(source, name).map_err(|field| wrong.push(field)).ok();
        if wrong.is_empty() { Ok(NewUse { feature, quantity, metadata, id, at }) } else { Err(wrong) }
    }

    /// Whether its data is JSON, which it is where nothing is said.
    pub(super) fn is_of_json(&self) -> bool {
        self.datacontenttype.as_deref().is_none_or(is_json)
    }

    /// The texts that cannot be what they say.
    fn wrong_texts(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        if self.specversion != VERSION {
            let text = format!("The specversion must be {VERSION}: no other version of CloudEvents is read.");
            wrong.push(FieldError::new("specversion", "in", text));
        }
        let required = [("type", &self.r#type), ("source", &self.source), ("id", &self.id)];
        let texts = required.into_iter().chain(self.subject.as_ref().map(|subject| (SUBJECT, subject)));
        for (name, text) in texts {
            if text.is_empty() {
                wrong.push(FieldError::new(name, "min", format!("The {name} must not be empty.")));
            } else if text.chars().any(char::is_control) {
                // CloudEvents section 2.3 allows none in a text.
                wrong.push(FieldError::new(name, "characters", format!("The {name} must have no control characters.")));
            }
        }
        if !self.is_of_json() {
            let text = "The datacontenttype must be application/json, or another type of JSON.";
            wrong.push(FieldError::new("datacontenttype", "in", text));
        }
        wrong
    }
}

/// Whether a type is one of JSON, in the words of section 3.1.1: `*/json` or `*/*+json`.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.split_once('/').is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"))
}

/// The data, which an event has in one of two forms, or not at all.
fn either(data: Option<Map<String, Value>>, in_base64: Option<&str>) -> Result<Map<String, Value>, FieldError> {
    let Some(text) = in_base64 else { return Ok(data.unwrap_or_default()) };
    if data.is_some() {
        let text = "There must be no data_base64 where there is data.";
        return Err(FieldError::new("data_base64", "alone", text));
    }
    let decoded = STANDARD.decode(text).ok();
    decoded
        .and_then(|bytes| valid::object(&bytes).ok())
        .ok_or_else(|| FieldError::new("data_base64", "format", "The data_base64 must be the Base64 of a JSON object."))
}

fn quantity(told: Option<Value>) -> Result<u64, FieldError> {
    let Some(told) = told else { return Ok(one()) };
    told.as_u64()
        .filter(|quantity| *quantity > 0)
        .ok_or_else(|| FieldError::new("data.quantity", "min", "The quantity must be a whole number, 1 or more."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The use that an event tells of, as JSON, or the attributes that are wrong.
    fn told(change: Value) -> Result<Value, Vec<String>> {
        let mut event = json!({ "specversion": "1.0", "type": "posts", "source": "/shop", "id": "1" });
        let Value::Object(change) = change else { panic!("{change} is no object") };
        for (name, value) in change {
            event[name] = value;
        }
        let event: CloudEvent = valid::object(event.to_string().as_bytes()).expect("it can be read");
        let told = event.told().map_err(|fields| fields.into_iter().map(|field| field.field).collect::<Vec<_>>())?;
        Ok(
            json!({ "quantity": told.quantity, "metadata": told.metadata, "at": told.at.map(Timestamp::to_iso_seconds) }),
        )
    }

    #[test]
    fn the_quantity_is_a_member_of_the_data_and_all_else_there_is_metadata() {
        let nothing = json!({ "quantity": 1, "metadata": {}, "at": null });
        assert_eq!(told(json!({})), Ok(nothing.clone()));
        let absent =
            json!({ "data": null, "data_base64": null, "time": null, "subject": null, "datacontenttype": null });
        assert_eq!(told(absent), Ok(nothing));
        let due =
            json!({ "quantity": 3, "metadata": { "endpoint": "/", "subject": "ada" }, "at": "2026-01-15T10:30:00Z" });
        let data = json!({ "quantity": 3, "endpoint": "/" });
        let event = json!({ "data": data, "subject": "ada", "time": "2026-01-15T11:30:00+01:00", "extension": 5 });
        assert_eq!(told(event), Ok(due.clone()));
        let in_base64 = STANDARD.encode(data.to_string());
        let event = json!({ "data_base64": in_base64, "subject": "ada", "time": "2026-01-15T10:30:00Z" });
        assert_eq!(told(event), Ok(due));
        let own = json!({ "data": { "subject": "grace" }, "subject": "ada" });
        assert_eq!(told(own).expect("told")["metadata"], json!({ "subject": "grace" }));
    }

    #[test]
    fn what_no_event_may_say_is_named_by_its_attribute() {
        let cases = [
            (json!({ "specversion": "0.3" }), "specversion"),
            (json!({ "type": "" }), "type"),
            (json!({ "source": "" }), "source"),
            (json!({ "id": "" }), "id"),
            (json!({ "id": "a\u{7}" }), "id"),
            (json!({ "subject": "" }), "subject"),
            (json!({ "time": "yesterday" }), "time"),
            (json!({ "datacontenttype": "application/xml" }), "datacontenttype"),
            (json!({ "data": {}, "data_base64": "e30=" }), "data_base64"),
            (json!({ "data_base64": "e30" }), "data_base64"),
            (json!({ "data_base64": STANDARD.encode("[]") }), "data_base64"),
            (json!({ "data_base64": STANDARD.encode("{\"a\":\"\\u0000\"}") }), "data_base64"),
            (json!({ "data": { "quantity": 0 } }), "data.quantity"),
            (json!({ "data": { "quantity": "3" } }), "data.quantity"),
            (json!({ "data": { "quantity": 1.5 } }), "data.quantity"),
        ];
        for (change, attribute) in cases {
            assert_eq!(told(change.clone()), Err(vec![attribute.to_owned()]), "{change}");
        }
    }

    #[test]
    fn a_type_of_json_is_one_by_its_subtype() {
        for json in ["application/json", "TEXT/JSON", "application/vnd.acme+json; charset=utf-8"] {
            assert!(is_json(json), "{json}");
        }
        for other in ["", "json", "application/jsonp", "text/plain; format=json"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
