//! The provider's side of OAuth 2 (RFC 6749) and OpenID Connect: clients, what people allow them, and their tokens.

mod access;
mod authorization;
mod authorize;
mod claims;
mod clean_up;
mod clients;
mod device;
mod devices;
mod draft;
mod error;
mod exchange;
mod hint;
mod inspection;
mod logout;
mod memory;
mod model;
mod pkce;
mod projects;
mod provider;
mod question;
mod redirect;
mod scopes;
mod secret;
mod service;
pub(crate) mod store;
mod user_code;
mod wanted;

pub use clean_up::OAuthCleanUp;
pub use clients::Clients;
pub use devices::DEVICE_GRANT;
pub use error::{AuthorizeError, OAuthError};
pub(crate) use memory::{AUTHORIZATIONS, CLIENTS, Memory};
pub use model::{
    Asked, AuthorizeRequest, ClientAuthentication, ClientChange, ClientId, ClientKind, ClientOwner, DeviceCodes,
    DeviceRequest, Grant, Introspection, Leaving, LogoutRequest, NewClient, OAuthClient, PublicClient, Redirect, Step,
    TokenKind, TokenRequest, TokenView, Tokens, WaitingDevice,
};
pub use projects::{ProjectBook, ProjectClaim};
pub use provider::Provider;
pub use scopes::{OAuthScope, OAuthScopes};
pub use service::{ClientService, DeviceService, ProviderService};
