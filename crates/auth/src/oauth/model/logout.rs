//! The wish that a person be logged out (OpenID Connect RP-Initiated Logout 1.0 section 2).

use super::Redirect;
use mainstay_kernel::Secret;

/// The parameters of a logout request, as they came. A parameter that was sent empty counts as not sent; one that was
/// sent twice is the surface's to refuse.
#[derive(Debug, Clone, Default)]
pub struct LogoutRequest {
    /// An ID token that the client was given for the person; it may be over.
    pub id_token_hint: Option<Secret<String>>,
    /// What the client calls itself; the ID token says it too.
    pub client_id: Option<String>,
    /// Where the person goes afterwards; one that was registered for that.
    pub post_logout_redirect_uri: Option<String>,
    /// Given back as it came.
    pub state: Option<String>,
}

/// A wish that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// What people know the client by, where it is known which one wishes it.
    pub client_name: Option<String>,
    /// Whether the ID token is of whoever is logged in. Then they need not be asked: only a client that they logged in
    /// to has it. Without, any site on the web may have sent them.
    pub is_vouched_for: bool,
    /// Where they go afterwards.
    pub redirect: Option<Redirect>,
}
