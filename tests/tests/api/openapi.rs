//! The OpenAPI document. That answers conform to it is checked on every answer of every test.

use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use openapiv3::{OpenAPI, ReferenceOr};
use serde_json::{Value, json};
use std::collections::HashSet;

/// The document as it is kept in the repository.
fn kept() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/mainstay.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the document is kept")).expect("it is JSON")
}

#[test]
fn the_kept_document_is_the_one_that_is_served_and_the_one_that_is_printed() {
    on_each_gateway(async |gateway| {
        let printed = gateway.command().arg("openapi").output().expect("it runs");
        assert!(printed.status.success());
        assert_eq!(
            serde_json::from_slice::<Value>(&printed.stdout).expect("JSON"),
            kept(),
            "`just openapi` writes it anew"
        );
        for path in ["/swagger.json", "/api/openapi.json", "/api/schema/"] {
            let mut served = gateway.nobody().get(path).await.is(200).json();
            assert_eq!(served["servers"], json!([{ "url": gateway.url() }]));
            served["servers"] = kept()["servers"].clone();
            assert_eq!(served, kept(), "{path}");
        }
    });
}

#[test]
fn another_reader_understands_the_document() {
    let document: OpenAPI = serde_json::from_value(kept()).expect("it is OpenAPI 3.0");
    assert!(document.openapi.starts_with("3.0."));
    let mut ids = HashSet::new();
    for (path, method, operation) in document.operations() {
        let id = operation.operation_id.clone().unwrap_or_else(|| panic!("{method} {path} has no id"));
        assert!(ids.insert(id), "{method} {path} has the id of another");
        assert!(operation.summary.is_some() && !operation.tags.is_empty(), "{method} {path}");
        let variables: Vec<_> = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        for variable in variables {
            let declared = operation.parameters.iter().any(|parameter| match parameter {
                ReferenceOr::Item(openapiv3::Parameter::Path { parameter_data, .. }) => {
                    parameter_data.name == variable && parameter_data.required
                }
                _ => false,
            });
            assert!(declared, "{method} {path} does not declare {variable}");
        }
        assert!(
            operation.responses.responses.iter().any(|(status, _)| status.to_string().starts_with('2')),
            "{method} {path}"
        );
    }
    let document = kept();
    let broken = json!({ "openapi": "3.0.3", "info": { "title": "x" }, "paths": { "/x": { "get": 7 } } });
    assert!(serde_json::from_value::<OpenAPI>(broken).is_err(), "the reader can refuse");
    assert!(document.to_string().contains("\"nullable\":true"));
}

/// Everything that a `$ref` names.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let (document, mut found) = (kept(), Vec::new());
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("it stays in the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "nothing uses {name}");
    }
}

#[test]
fn an_example_is_what_its_schema_says() {
    let document = kept();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut checked = 0;
    for (name, schema) in schemas {
        let Some(example) = schema.get("example") else { continue };
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for field in required {
            assert!(example.get(field).is_some(), "the example of {name} lacks {field}");
        }
        for field in example.as_object().expect("an object").keys() {
            assert!(schema["properties"].get(field).is_some(), "the example of {name} has a field {field} of its own");
        }
        checked += 1;
    }
    assert!(checked >= 6);
}

#[test]
fn a_client_that_is_not_who_it_says_is_shown_as_such_and_a_token_that_does_not_stand_as_that() {
    let (document, error) = (kept(), "responses/401/content/application~1json/example/error");
    for (operation, due) in [
        ("~1oauth~1token/post", "invalid_client"),
        ("~1oauth~1introspect/post", "invalid_client"),
        ("~1oauth~1revoke/post", "invalid_client"),
        ("~1oauth~1device_authorization/post", "invalid_client"),
        ("~1oauth~1userinfo/get", "invalid_token"),
        ("~1oauth~1clients/get", "invalid_token"),
    ] {
        assert_eq!(document.pointer(&format!("/paths/{operation}/{error}")), Some(&json!(due)), "{operation}");
    }
}
