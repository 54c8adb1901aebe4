//! The provider's side of OAuth 2 (RFC 6749) and OpenID Connect: clients, what people allow them, and their tokens.

mod error;
mod model;
mod projects;
mod scopes;
mod service;

pub use error::{AuthorizeError, OAuthError};
pub use model::{
    Asked, AuthorizeRequest, ClientAuthentication, ClientChange, ClientId, ClientKind, ClientOwner, Grant,
    Introspection, NewClient, OAuthClient, PublicClient, Redirect, Step, TokenKind, TokenRequest, TokenView, Tokens,
};
pub use projects::{ProjectBook, ProjectClaim};
pub use scopes::{OAuthScope, OAuthScopes};
pub use service::{ClientService, ProviderService};
