//! What is destroyed, or written over, is named first.

use mainstay_edge::{Failure, Rejection};
use mainstay_hosting::HostingError;
use mainstay_kernel::FieldError;
use serde_json::Value;

/// What names the thing that is to be destroyed.
pub(super) struct Confirm(pub(super) Option<Value>);

impl Confirm {
    /// # Errors
    /// When it names nothing or something else.
    pub(super) fn must_name(&self, name: &str) -> Result<(), Failure> {
        match &self.0 {
            Some(Value::Bool(true)) => Ok(()),
            Some(Value::String(said)) if said == name => Ok(()),
            Some(_) => Err(Rejection::field("confirm", "in", format!("confirm must be its name, {name}")).into()),
            None => {
                let wrong = FieldError::new("confirm", "required", format!("Send confirm: \"{name}\""));
                Err(HostingError::Unconfirmed(vec![wrong]).into())
            }
        }
    }
}
