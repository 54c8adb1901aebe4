//! The provider's side of OAuth 2 (RFC 6749) and OpenID Connect: clients, what people allow them, and their tokens.

mod access;
mod assertion;
mod authorization;
mod authorize;
mod backer;
mod claims;
mod clean_up;
mod clients;
mod described;
mod device;
mod devices;
mod documents;
mod draft;
mod error;
mod exchange;
mod fetched;
mod hint;
mod inspection;
mod keys;
mod logout;
mod memory;
mod metadata;
mod model;
mod pkce;
mod projects;
mod provider;
mod question;
mod redirect;
mod registrations;
mod scopes;
mod secret;
mod service;
pub(crate) mod store;
mod user_code;
mod wanted;

pub use clean_up::OAuthCleanUp;
pub use clients::Clients;
pub(crate) use clients::told_of_deletion;
pub use devices::DEVICE_GRANT;
pub use documents::{DocumentError, DocumentSource, FetchedDocument, NoDocuments};
pub use error::{AuthorizeError, OAuthError};
pub use keys::ASSERTION_ALGORITHMS;
pub(crate) use memory::{AUTHORIZATIONS, CLIENTS, Memory};
pub use metadata::ClientMetadata;
pub use model::{
    Asked, AuthMethod, AuthorizeRequest, Backer, Bearer, ClientAuthentication, ClientChange, ClientId, ClientKeys,
    ClientKind, ClientOwner, DeviceCodes, DeviceRequest, Grant, Introspection, Leaving, LogoutRequest, NewClient,
    OAuthClient, PublicClient, Redirect, Registered, Replacement, Step, TokenKind, TokenRequest, TokenView, Tokens,
    WaitingDevice,
};
pub use projects::{ProjectBook, ProjectClaim};
pub use provider::Provider;
pub use registrations::ClientRegistrations;
pub use scopes::{OAuthScope, OAuthScopes};
pub use service::{ClientRegistrationService, ClientService, DeviceService, ProviderService};
