#![doc = include_str!("../README.md")]

mod auth;
mod departure;
mod devices;
mod email;
mod emails;
mod error;
pub mod events;
mod login;
mod model;
mod oauth;
mod one_time;
mod passwords;
mod post;
mod profile;
mod registration;
mod schema;
mod search;
mod second_factor;
mod self_proving;
mod service;
mod sessions;
pub mod store;
mod throttle;
mod tokens;

pub use auth::{Auth, AuthParts};
pub use departure::{DepartureService, Departures};
pub use devices::{DeviceId, Devices, Kept, Known, Marks, Recognised, Sighting, Trust};
pub use email::Email;
pub use emails::{Address, Addresses, EmailService};
pub use error::AuthError;
pub use login::LoginCleanUp;
pub use model::{Challenge, Entrance, Login, Person, TokenPair};
pub use oauth::{
    ASSERTION_ALGORITHMS, Asked, AuthMethod, AuthorizeError, AuthorizeRequest, Backer, Bearer, ClientAuthentication,
    ClientChange, ClientId, ClientKeys, ClientKind, ClientMetadata, ClientOwner, ClientRegistrationService,
    ClientRegistrations, ClientService, Clients, DEVICE_GRANT, DeviceCodes, DeviceRequest, DeviceService,
    DocumentError, DocumentSource, FetchedDocument, Grant, Introspection, Leaving, LogoutRequest, NewClient,
    NoDocuments, OAuthCleanUp, OAuthClient, OAuthError, OAuthScope, OAuthScopes, ProjectBook, ProjectClaim, Provider,
    ProviderService, PublicClient, Redirect, Registered, Replacement, Step, TokenKind, TokenRequest, TokenView, Tokens,
    WaitingDevice,
};
pub use one_time::OneTimeCleanUp;
pub use passwords::{ForgottenPasswords, PasswordChanges, PasswordService};
pub use post::{Letter, Post};
pub use profile::{NameOrder, Profile, ProfileChange, ProfileService, Profiles};
pub use registration::{Registration, RegistrationService, SignedUp};
pub use search::{Found, SearchService, Searches};
pub use second_factor::{SecondFactorService, SecondFactorStatus, SecondFactors, Setup};
pub use service::AuthService;
pub use sessions::{Beginning, Client, Session, SessionCleanUp, SessionService, SessionView, TokenForm};
pub use throttle::{Attempt, Bucket, Buckets, Policy, Tally, Throttle};
pub use tokens::{KeyRotation, SigningAlgorithm, gather_randomness, is_access_token};
