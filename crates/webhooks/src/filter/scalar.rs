//! When two values of JSON are the same.

use serde_json::{Number, Value};

/// Whether both are the same string, number, truth value or null. Lists and objects equal nothing.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => number(one) == number(other),
        (Value::Array(_) | Value::Object(_), _) => false,
        _ => one == other,
    }
}

/// A number by its value alone, however it was written.
#[derive(PartialEq)]
enum Numeric {
    /// Without a fraction.
    Whole(i128),
    /// With one, or beyond what [`i128`] holds.
    Other(f64),
}

/// Floats this large and larger do not fit an [`i128`]; below it they do, exactly.
const TOO_LARGE: f64 = 1e38;

fn number(number: &Number) -> Numeric {
    if let Some(whole) = number.as_i128() {
        return Numeric::Whole(whole);
    }
    let float = number.as_f64().unwrap_or(f64::NAN);
    #[expect(clippy::cast_possible_truncation, reason = "without a fraction and within range, nothing is cut off")]
    if float.fract() == 0.0 && float.abs() < TOO_LARGE { Numeric::Whole(float as i128) } else { Numeric::Other(float) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn numbers_are_compared_by_value() {
        for (one, other) in [("1", "1.0"), ("1e2", "100"), ("-0.0", "0"), ("0.5", "5e-1"), ("1e300", "1.0e300")] {
            assert!(same(&read(one), &read(other)), "{one} and {other}");
        }
        for (one, other) in [
            ("1", "1.5"),
            ("9007199254740993", "9007199254740992.0"),
            ("18446744073709551615", "-1"),
            ("1e300", "1e301"),
        ] {
            assert!(!same(&read(one), &read(other)), "{one} and {other}");
        }
    }

    #[test]
    fn nothing_equals_a_value_of_another_type() {
        let values = [json!("1"), json!(1), json!(true), json!(null), json!("true"), json!("null"), json!("")];
        for (at, one) in values.iter().enumerate() {
            for (place, other) in values.iter().enumerate() {
                assert_eq!(same(one, other), at == place, "{one} and {other}");
            }
        }
        assert!(!same(&json!([1]), &json!([1])) && !same(&json!({}), &json!({})) && !same(&json!(1), &json!([1])));
    }

    proptest! {
        #[test]
        fn a_whole_number_equals_itself_as_a_float_as_long_as_a_float_can_hold_it(whole in -(1i64 << 53)..=1i64 << 53) {
            let float = read(&format!("{whole}.0"));
            prop_assert!(same(&json!(whole), &float));
            prop_assert!(!same(&json!(whole), &json!(whole + 1)));
        }

        #[test]
        fn every_number_equals_itself(float in prop::num::f64::NORMAL, whole: u64) {
            prop_assert!(same(&json!(float), &json!(float)));
            prop_assert!(same(&json!(whole), &json!(whole)));
        }
    }
}
