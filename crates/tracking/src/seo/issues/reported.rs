//! An issue as a report tells of it.

use super::fingerprint;
use crate::seo::Severity;
use mainstay_kernel::FieldError;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Longest sort of issue, in characters.
const LONGEST_KIND: usize = 64;

/// Something that a report says is wrong with a page.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedIssue {
    /// What sort of issue it is: 1 to 64 of letters, digits, `_`, `-` and `.`.
    pub kind: String,
    /// How bad it is.
    pub severity: Severity,
    /// What else is said of it: `element`, and whatever the reporter finds worth saying.
    pub details: Map<String, Value>,
}

/// An issue, and what it is known by among those of its page.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprinted {
    /// The same in each report that has this issue.
    pub fingerprint: String,
    /// The issue.
    pub issue: ReportedIssue,
}

impl ReportedIssue {
    /// Reads the members of an issue, the `at`th of its report from 0.
    ///
    /// # Errors
    /// The fields that are wrong.
    pub fn read(mut members: Map<String, Value>, at: usize) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let kind = match members.remove("type") {
            Some(Value::String(kind)) if is_kind(&kind) => kind,
            None | Some(Value::Null) => {
                let field = format!("issues.{at}.type");
                wrong.push(FieldError::new(&field, "required", format!("The {field} field is required.")));
                String::new()
            }
            Some(_) => {
                let field = format!("issues.{at}.type");
                let due = format!("must be 1 to {LONGEST_KIND} letters, digits, _, - or .");
                wrong.push(FieldError::new(&field, "format", format!("The {field} field {due}")));
                String::new()
            }
        };
        let severity = match members.remove("severity") {
            None | Some(Value::Null) => Some(Severity::Warning),
            Some(Value::String(name)) => Severity::named(&name),
            Some(_) => None,
        };
        let severity = severity.unwrap_or_else(|| {
            let field = format!("issues.{at}.severity");
            let message = format!("The {field} field must be one of info, warning, error, critical.");
            wrong.push(FieldError::new(&field, "in", message));
            Severity::Warning
        });
        if wrong.is_empty() { Ok(Self { kind, severity, details: members }) } else { Err(wrong) }
    }
}

fn is_kind(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=LONGEST_KIND).contains(&text.len()) && text.bytes().all(is_fit)
}

/// Gives each issue of a report its fingerprint. Of issues that nothing tells apart the first is the first again in the
/// next report, the second the second.
pub(crate) fn fingerprinted(issues: Vec<ReportedIssue>) -> Vec<Fingerprinted> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut give = |issue: ReportedIssue| {
        let traits = fingerprint::traits(&issue.kind, &issue.details);
        let nth = seen.entry(traits.clone()).and_modify(|count| *count += 1).or_default();
        Fingerprinted { fingerprint: fingerprint::of(&traits, *nth), issue }
    };
    issues.into_iter().map(&mut give).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<ReportedIssue, Vec<String>> {
        let Value::Object(members) = value else { panic!("an object") };
        ReportedIssue::read(members, 3).map_err(|wrong| wrong.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_issue_without_a_severity_is_a_warning_and_keeps_what_else_was_said() {
        let issue = read(json!({ "type": "missing_alt", "element": "img", "line": 7 })).expect("an issue");
        assert_eq!((issue.kind.as_str(), issue.severity), ("missing_alt", Severity::Warning));
        assert_eq!(Value::Object(issue.details), json!({ "element": "img", "line": 7 }));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(read(json!({})), Err(vec!["issues.3.type".to_owned()]));
        assert_eq!(read(json!({ "type": "x", "severity": "bad" })), Err(vec!["issues.3.severity".to_owned()]));
        let both = ["issues.3.type", "issues.3.severity"].map(str::to_owned).to_vec();
        for kind in [json!(""), json!("a b"), json!("ü"), json!(7), json!("x".repeat(65))] {
            assert_eq!(read(json!({ "type": kind, "severity": 1 })), Err(both.clone()));
        }
    }
}
