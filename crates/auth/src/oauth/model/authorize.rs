//! The question whether a person allows a client (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

use crate::oauth::scopes::OAuthScopes;
use mainstay_kernel::{Secret, Timestamp};
use uuid::Uuid;

/// The parameters of an authorization request, as they came; nothing is judged yet. A parameter that was sent empty
/// counts as not sent (RFC 6749 section 3.1); one that was sent twice is the surface's to refuse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// What the client calls itself; required.
    pub client_id: Option<String>,
    /// Where the person goes back to; required.
    pub redirect_uri: Option<String>,
    /// `code`; required.
    pub response_type: Option<String>,
    /// Given back as it came.
    pub state: Option<String>,
    /// Scopes, separated by spaces; without any that is known, `openid`.
    pub scope: Option<String>,
    /// PKCE (RFC 7636): the challenge; required of public clients.
    pub code_challenge: Option<String>,
    /// PKCE: `S256`. `plain`, which is also what none means, is refused.
    pub code_challenge_method: Option<String>,
    /// What the ID token repeats; at most 512 characters.
    pub nonce: Option<String>,
    /// `none`, `login`, `consent`, `select_account`, separated by spaces; others are ignored.
    pub prompt: Option<String>,
    /// The most seconds since the person last logged in.
    pub max_age: Option<String>,
    /// For whom the access token is (RFC 8707); without, for `userinfo`.
    pub resource: Option<String>,
    /// The `claims` parameter (OpenID Connect Core section 5.5). A claim that is named is asked for with the whole scope
    /// that it belongs to, so that the person reads of it; `email_verified` is told to those alone who name it.
    pub claims: Option<String>,
    /// An ID token of this client (OpenID Connect Core section 3.1.2.1): whom it expects. One that cannot be read, since
    /// the key that signed it may be long gone, names nobody.
    pub id_token_hint: Option<Secret<String>>,
    /// A request object (OpenID Connect Core section 6.1), which is refused.
    pub request: Option<String>,
    /// Where a request object lies (section 6.2), which is refused.
    pub request_uri: Option<String>,
    /// A client that registers itself by the way (section 7.2.1), which is refused.
    pub registration: Option<String>,
    /// `query`, or none; other modes are refused.
    pub response_mode: Option<String>,
}

impl AuthorizeRequest {
    /// The same question after the person has just logged in, or chosen an account, for it. That was the answer to
    /// `max_age` too, of which 0 would ask for it again and again; the ID token tells when it was.
    #[must_use]
    pub fn after_login(self) -> Self {
        let kept = |word: &&str| !matches!(*word, "login" | "select_account");
        let prompt = self.prompt.map(|prompt| prompt.split(' ').filter(kept).collect::<Vec<_>>().join(" "));
        Self { prompt: prompt.filter(|prompt| !prompt.is_empty()), max_age: None, ..self }
    }
}

/// What must happen before the client can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The person logs in, and the question is put again ([`AuthorizeRequest::after_login`]).
    LogIn,
    /// The person is shown the client and the scopes, and says yes or no.
    Consent,
    /// Nothing: they have allowed this before.
    Approve,
}

/// A question that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What the client calls itself.
    pub client_id: String,
    /// What people know it by.
    pub client_name: String,
    /// Who answers for it.
    pub backer: Backer,
    /// What it will be granted: the known scopes of those that it asked for.
    pub scopes: OAuthScopes,
    /// Where the person goes back to; the host is worth showing.
    pub redirect_uri: String,
    /// Whether the person has allowed this client these scopes before; false for nobody.
    pub has_consented: bool,
    /// What is to be done next.
    pub next: Step,
}

/// Who answers for a client, by the name that people know them by. They chose it themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backer {
    /// A person.
    Person(String),
    /// A project.
    Project(String),
    /// A workspace.
    Workspace(String),
    /// Nobody: the client registered itself.
    Nobody,
    /// Nobody here: a document at this host describes the client, so whoever runs that host knows of it.
    Host(String),
}

/// The address that the browser goes to. It may hold a code, so it is not shown in logs.
pub type Redirect = Secret<String>;

/// What a person allows a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which grant.
    pub id: Uuid,
    /// What the client calls itself.
    pub client_id: String,
    /// What people know it by.
    pub client_name: String,
    /// What was allowed.
    pub scopes: OAuthScopes,
    /// When it was first allowed.
    pub created_at: Timestamp,
    /// When it was last allowed, or more was.
    pub updated_at: Timestamp,
}
