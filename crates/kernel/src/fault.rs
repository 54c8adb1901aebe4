//! What can go wrong, said once. Crates describe their failures in this vocabulary; the edge puts
//! it into the words of whichever API the caller speaks.

use serde_json::{Map, Value};
use std::error::Error;

/// What sort of failure it is. Each sort has one HTTP status in each dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be read at all: malformed JSON, a broken header.
    Malformed,
    /// The request was read and a value in it is wrong.
    Invalid,
    /// Nobody, or a credential that does not stand.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// The plan of the workspace does not include this.
    PlanRequired,
    /// There is not enough to pay for this with.
    PaymentRequired,
    /// A quota of the plan is used up.
    LimitReached,
    /// A quota of the plan is used up, where the contract tells of it as of too many requests.
    QuotaExceeded,
    /// Not there, or not the caller's to see.
    NotFound,
    /// It was there, and will not be again.
    Gone,
    /// The path exists, with another method.
    MethodNotAllowed,
    /// Contradicts what is already there.
    Conflict,
    /// The body is larger than this route takes.
    TooLarge,
    /// The body is of a type this route does not read.
    UnsupportedMedia,
    /// Too many requests.
    RateLimited,
    /// Mainstay or something it stands on is away for now; the same request may succeed later.
    Unavailable,
    /// Something that somebody else runs, and that we asked on the caller's behalf, gave no answer that can be used.
    BadUpstream,
    /// The same, gave none in time.
    UpstreamTimeout,
    /// Our fault. The cause is logged and never shown.
    Internal,
}

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where, as the caller wrote it: `name`, `scopes.0`.
    pub field: String,
    /// Which rule was broken, as a word: `required`, `maxLength`.
    pub rule: String,
    /// A sentence for a person.
    pub message: String,
}

impl FieldError {
    /// A broken rule on a field, told in a sentence.
    pub fn new(field: impl Into<String>, rule: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into(), message: message.into() }
    }
}

/// What a failure carries beyond its code and sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Details {
    /// Nothing more.
    #[default]
    None,
    /// The fields that are wrong; for [`Kind::Invalid`].
    Fields(Vec<FieldError>),
    /// The scope that was missing; for [`Kind::Forbidden`].
    RequiredScope(String),
    /// The feature whose limit was reached; for [`Kind::LimitReached`].
    Feature(String),
    /// When to try again; for [`Kind::RateLimited`].
    Limit(RateLimitDetails),
    /// Seconds until it makes sense to try again; for [`Kind::Unavailable`].
    RetryAfter(u64),
    /// The methods the path does have; for [`Kind::MethodNotAllowed`].
    AllowedMethods(Vec<String>),
    /// What would have nobody to run it; for [`Kind::Conflict`].
    Ties(Vec<Tie>),
    /// What else the contract wants said, under its names on the wire.
    Facts(Map<String, Value>),
}

/// Something that needs a person: without them nobody would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// What sort of thing it is, as a word: `workspace`, `project`.
    pub kind: &'static str,
    /// What it is called in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
}

/// The state of a spent rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitDetails {
    /// Seconds until a request will be let through, at least 1.
    pub retry_after: u64,
    /// The base limit, in requests a minute.
    pub limit: u32,
    /// Unix seconds at which the oldest counted request leaves the window.
    pub reset_at: i64,
}

/// A failure as other layers may see it.
///
/// `Display` gives the sentence for a person. For [`Kind::Internal`] it is logged, not shown.
pub trait Fault: Error + Send + Sync + 'static {
    /// Which sort of failure it is.
    fn kind(&self) -> Kind;
    /// A stable name in `snake_case`, never reused for another meaning.
    fn code(&self) -> &'static str;
    /// What it carries beyond code and sentence.
    fn details(&self) -> Details {
        Details::None
    }
}
