//! Rules of filters.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn filters(given: &Value) -> Filters {
    Filters::parse(given.as_object().expect("an object")).expect("filters")
}

fn fields(given: &Value) -> Vec<String> {
    let wrong = Filters::parse(given.as_object().expect("an object")).expect_err("wrong filters");
    wrong.into_iter().map(|error| error.field).collect()
}

#[test]
fn without_filters_everything_matches() {
    assert!(Filters::default().is_empty());
    assert!(filters(&json!({})).matches(&json!({"status": "paid"})));
    assert!(filters(&json!({})).matches(&json!(null)));
}

#[test]
fn a_path_means_the_same_with_and_without_data_before_it() {
    let data = json!({"status": "paid", "customer": {"country": "FR"}});
    for path in ["status", "data.status"] {
        assert!(filters(&json!({path: "paid"})).matches(&data), "{path}");
        assert!(!filters(&json!({path: "open"})).matches(&data), "{path}");
    }
    for path in ["customer.country", "data.customer.country"] {
        assert!(filters(&json!({path: "FR"})).matches(&data), "{path}");
    }
    let nested = json!({"data": {"status": "paid"}});
    assert!(filters(&json!({"data.data.status": "paid"})).matches(&nested));
    assert!(!filters(&json!({"data.status": "paid"})).matches(&nested));
}

#[test]
fn all_must_hold_and_of_a_list_any_will_do() {
    let both = filters(&json!({"status": ["paid", "open"], "amount": 1}));
    assert!(both.matches(&json!({"status": "open", "amount": 1.0})));
    assert!(!both.matches(&json!({"status": "void", "amount": 1})));
    assert!(!both.matches(&json!({"status": "paid", "amount": 2})));
}

#[test]
fn what_is_not_there_equals_nothing() {
    let null = filters(&json!({"deleted.at": null}));
    assert!(null.matches(&json!({"deleted": {"at": null}})));
    for data in [json!({}), json!({"deleted": null}), json!({"deleted": [null]}), json!("deleted"), json!(null)] {
        assert!(!null.matches(&data), "{data}");
    }
    assert!(!filters(&json!({"tags": "new"})).matches(&json!({"tags": ["new"]})), "a list is no value");
}

#[test]
fn each_wrong_entry_is_told_by_its_path() {
    let longest = "é".repeat(200);
    let given = json!({
        "object": {}, "nested": [[1]], "none": [], "a..b": 1, "many": vec![1; 101], longest.clone(): 1, format!("{longest}x"): 1,
    });
    let expected = ["a..b", "many", "nested", "none", "object", &format!("{longest}x")];
    let mut told = fields(&given);
    told.sort();
    assert_eq!(told, expected.map(|path| format!("filters.{path}")));
    assert_eq!(fields(&json!({"": 1})), ["filters."]);
}

#[test]
fn there_are_at_most_20() {
    let entries = |count: usize| (0..count).map(|number| (format!("k{number}"), json!(1))).collect::<Map<_, _>>();
    assert!(Filters::parse(&entries(20)).is_ok());
    assert_eq!(fields(&entries(21).into()), ["filters"]);
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from)
    ]
}

fn entries() -> impl Strategy<Value = Vec<(String, Value)>> {
    let path = "[a-c]{1,3}(\\.[a-c]{1,3}){0,3}";
    prop::collection::vec(
        (path, prop_oneof![scalar(), prop::collection::vec(scalar(), 1..4).prop_map(Value::from)]),
        0..20,
    )
}

proptest! {
    #[test]
    fn filters_read_back_from_their_own_json(entries in entries()) {
        let given: Map<_, _> = entries.into_iter().collect();
        let filters = Filters::parse(&given).expect("filters");
        prop_assert_eq!(filters.to_json(), Value::Object(given));
    }

    #[test]
    fn data_that_holds_each_wanted_value_at_its_path_matches(path in "[a-c]{1,3}(\\.[a-c]{1,3}){0,3}", wanted in scalar(), other in scalar()) {
        let data = path.rsplit('.').fold(wanted.clone(), |inner, key| json!({key: inner}));
        let matches = |value: Value| filters(&json!({&path: value})).matches(&data);
        prop_assert!(matches(wanted.clone()));
        prop_assert!(matches(json!([&other, &wanted])));
        prop_assert_eq!(matches(other.clone()), wanted == other);
    }

    #[test]
    fn no_path_is_too_strange_to_be_looked_at(path: String) {
        if let Ok(filters) = Filters::parse(json!({path: 1}).as_object().expect("an object")) {
            filters.matches(&json!({"a": 1}));
        }
    }
}
