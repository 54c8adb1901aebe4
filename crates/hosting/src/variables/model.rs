//! What a variable is.

use crate::words::words;
use mainstay_kernel::{Secret, Timestamp};
use std::collections::BTreeMap;

words! {
    /// Who is given a variable.
    Scope {
        /// Build and program.
        All = "all",
        /// The build alone.
        Build = "build",
        /// The program alone.
        Runtime = "runtime",
    }
}

/// A variable without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// What it is called.
    pub name: String,
    /// Who is given it.
    pub scope: Scope,
    /// When it was last set.
    pub updated_at: Timestamp,
    /// Its value, where it was asked for.
    pub value: Option<Secret<String>>,
}

/// What variables become.
#[derive(Debug, Clone, Default)]
pub struct VariableChange {
    /// Whether those that are not named go.
    pub replaces_all: bool,
    /// Those that are set; none unsets one.
    pub values: BTreeMap<String, Option<Secret<String>>>,
    /// Who is given those that are set.
    pub scope: Option<Scope>,
}
