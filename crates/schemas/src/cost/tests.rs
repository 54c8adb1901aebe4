use super::*;
use serde_json::json;

fn refused(schema: &Value) -> String {
    of(schema).expect_err("a schema that costs too much")
}

#[test]
fn a_schema_that_applies_itself_to_the_same_value_is_refused() {
    assert!(refused(&json!({"$ref": "#"})).contains("without end"));
    assert!(refused(&json!({"anyOf": [{"type": "string"}, {"not": {"$ref": "#"}}]})).contains("without end"));
    let defs = json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}, "items": {"$ref": "#/$defs/a"}});
    assert!(refused(&defs).contains("without end"));
}

#[test]
fn what_doubles_with_every_reference_is_refused() {
    let mut defs: Map<String, Value> = (0..30)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/a{}", n + 1)});
            (format!("a{n}"), json!({"allOf": [next, next]}))
        })
        .collect();
    defs.insert("a30".into(), json!({"type": "object"}));
    assert!(refused(&json!({"$defs": defs, "$ref": "#/$defs/a0"})).contains("too long"));
}

#[test]
fn what_doubles_with_every_level_of_the_data_is_refused() {
    let twice = json!({"properties": {"a": {"$ref": "#"}}, "patternProperties": {"a": {"$ref": "#"}}});
    assert!(refused(&twice).contains("too long"));
    let apart = json!({"allOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}]});
    assert!(refused(&apart).contains("too long"));
}

#[test]
fn a_tree_may_refer_to_itself() {
    let children = json!({"type": "array", "items": {"$ref": "#"}});
    let tree = json!({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "children": children}});
    assert!(of(&tree).expect("a tree") < 1_000);
}

#[test]
fn what_asks_again_at_every_level_is_refused() {
    let nested =
        (0..30).fold(json!({"type": "object"}), |inner, _| json!({"unevaluatedProperties": false, "allOf": [inner]}));
    assert!(refused(&nested).contains("too long"));
}

#[test]
fn references_may_not_leave_the_schema_nor_lead_to_nothing() {
    for reference in
        ["https://example.com/a.json", "file:///etc/passwd", "other.json", "#/$defs/none", "#anchor", "//example.com#"]
    {
        assert!(refused(&json!({"items": {"$ref": reference}})).contains("must lead"), "{reference}");
    }
    let escaped = json!({"$defs": {"a b/c": {"type": "string"}}, "items": {"$ref": "#/$defs/a%20b~1c"}});
    assert!(of(&escaped).is_ok());
}

#[test]
fn nothing_changes_what_a_reference_means() {
    assert!(refused(&json!({"items": {"$id": "https://example.com/a", "$ref": "#"}})).contains("$id"));
    assert!(
        refused(&json!({"items": {"$schema": "https://json-schema.org/draft/2020-12/schema"}})).contains("$schema")
    );
    assert!(refused(&json!({"items": {"$dynamicRef": "#node"}})).contains("$ref alone"));
    assert!(refused(&json!({"$schema": "https://example.com/meta"})).contains("draft"));
    assert!(of(&json!({"properties": {"$id": {"type": "string"}, "$ref": {"type": "string"}}})).is_ok());
}

#[test]
fn a_long_chain_of_references_is_refused() {
    let next = |n: usize| json!({"items": {"$ref": format!("#/$defs/a{}", n + 1)}});
    let mut defs: Map<String, Value> = (0..1_000).map(|n| (format!("a{n}"), next(n))).collect();
    defs.insert("a1000".into(), json!(true));
    assert!(refused(&json!({"$defs": defs, "$ref": "#/$defs/a0"})).contains("too deep"));
}
