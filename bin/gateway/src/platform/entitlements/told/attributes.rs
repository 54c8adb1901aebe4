//! What a CloudEvent calls what a use is made of.

/// The attribute that a field of a use stands in: `type` for `feature`, and `2.type` for that of the third event.
pub(super) fn name(field: &str) -> String {
    let Some(rest) = field.strip_prefix("events.") else { return attribute(field) };
    match rest.split_once('.') {
        Some((place, field)) => format!("{place}.{}", attribute(field)),
        None => rest.to_owned(),
    }
}

fn attribute(field: &str) -> String {
    match field {
        "feature" => "type".to_owned(),
        "quantity" => "data.quantity".to_owned(),
        // There is nothing around the events of a batch.
        "events" => "body".to_owned(),
        other => match other.strip_prefix("metadata.") {
            Some(member) => format!("data.{member}"),
            None => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_as_the_event_has_it() {
        let cases = [
            ("feature", "type"),
            ("quantity", "data.quantity"),
            ("metadata.visitor", "data.visitor"),
            ("time", "time"),
            ("events", "body"),
            ("events.2.feature", "2.type"),
            ("events.10.metadata.a.b", "10.data.a.b"),
        ];
        for (field, attribute) in cases {
            assert_eq!(name(field), attribute);
        }
    }
}
