//! The OpenAPI document, as a judge of answers.

use super::answer::Answer;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Knows what every operation may answer.
pub struct Document {
    root: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Statuses that any route may have, whatever it documents: the service is away for a moment.
const ANYWHERE: [u16; 1] = [503];

impl Document {
    /// Over an OpenAPI 3.0 document.
    pub fn new(document: &Value) -> Self {
        Self { root: as_json_schema(document.clone()), compiled: Mutex::default() }
    }

    /// Every operation, as method and path.
    pub fn operations(&self) -> Vec<(String, String)> {
        let paths = self.root["paths"].as_object().into_iter().flatten();
        let methods = paths.flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, _)| (method.to_uppercase(), path.clone()))
        });
        methods.collect()
    }

    /// Whether an answer is one that the document allows. What it knows no operation for, it does
    /// not judge; nor pages, which stand beside some operations for browsers.
    ///
    /// # Errors
    /// What is wrong: an undocumented status, or where the body breaks which rule.
    pub fn judge(&self, method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
        if answer.is_page() {
            return Ok(());
        }
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let Some((template, operation)) = self.operation(method, path) else { return Ok(()) };
        if ANYWHERE.contains(&answer.status) {
            return Ok(());
        }
        let status = answer.status.to_string();
        let Some(response) = operation["responses"].get(&status) else {
            return Err(format!("{method} {template} does not document {status}"));
        };
        let Some(media) = response.get("content") else {
            return if answer.body.is_empty() { Ok(()) } else { Err("the body must be empty".to_owned()) };
        };
        let Some(schema) = media.pointer("/application~1json/schema") else { return Ok(()) };
        let body = serde_json::from_slice(&answer.body).map_err(|cause| cause.to_string())?;
        let validator = self.validator(&format!("{method} {template} {status}"), schema)?;
        let broken: Vec<_> =
            validator.iter_errors(&body).map(|error| format!("{error} at {}", error.instance_path())).collect();
        if broken.is_empty() { Ok(()) } else { Err(broken.join("; ")) }
    }

    /// The operation of a path; among several templates that fit, the one with the fewest variables.
    fn operation(&self, method: &Method, path: &str) -> Option<(&str, &Value)> {
        let paths = self.root["paths"].as_object()?;
        let (template, item) = paths
            .iter()
            .filter(|(template, _)| fits(template, path))
            .min_by_key(|(template, _)| template.matches('{').count())?;
        Some((template, item.get(method.as_str().to_lowercase())?))
    }

    fn validator(&self, name: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(name) {
            return Ok(Arc::clone(known));
        }
        let whole = json!({ "allOf": [schema], "components": self.root["components"] });
        let made = jsonschema::validator_for(&whole).map_err(|cause| format!("its schema is none: {cause}"))?;
        let made = Arc::new(made);
        compiled.insert(name.to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.trim_end_matches('/').split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(part, given)| part.starts_with('{') || *part == given)
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type `null`.
fn as_json_schema(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(as_json_schema).collect(),
        Value::Object(fields) => {
            let mut fields: Map<_, _> = fields.into_iter().map(|(name, value)| (name, as_json_schema(value))).collect();
            match fields.remove("nullable") {
                Some(Value::Bool(true)) => json!({ "anyOf": [fields, { "type": "null" }] }),
                Some(other) => {
                    if other.is_object() {
                        fields.insert("nullable".to_owned(), other);
                    }
                    Value::Object(fields)
                }
                None => Value::Object(fields),
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Version;
    use reqwest::header::HeaderMap;

    fn document() -> Document {
        let thing = json!({
            "type": "object", "required": ["id"],
            "properties": { "id": { "type": "integer" }, "note": { "type": "string", "nullable": true } }
        });
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } });
        Document::new(&json!({
            "paths": { "/things/{id}": {
                "get": { "responses": { "200": { "content": content } } },
                "delete": { "responses": { "204": {} } }
            } },
            "components": { "schemas": { "Thing": thing } }
        }))
    }

    fn judged(method: &Method, status: u16, body: &str) -> Result<(), String> {
        let (asked, version, headers) = (String::new(), Version::HTTP_11, HeaderMap::new());
        let answer = Answer { asked, status, version, headers, body: body.into() };
        document().judge(method, "/things/7/?a=b", &answer)
    }

    #[test]
    fn what_the_document_promises_passes() {
        assert_eq!(judged(&Method::GET, 200, r#"{"id": 1, "note": null}"#), Ok(()));
        assert_eq!(judged(&Method::DELETE, 204, ""), Ok(()));
    }

    #[test]
    fn what_it_does_not_promise_is_refused() {
        for (method, status, body) in [
            (Method::GET, 200, r#"{"note": "x"}"#),
            (Method::GET, 200, r#"{"id": "x"}"#),
            (Method::GET, 200, r#"{"id": 1, "note": 2}"#),
            (Method::GET, 200, "no JSON"),
            (Method::GET, 404, "{}"),
            (Method::DELETE, 204, "{}"),
        ] {
            assert!(judged(&method, status, body).is_err(), "{method} {status} {body}");
        }
    }
}
