//! What clients ask for and get.

mod authorize;
mod client;
mod device;
mod logout;
mod method;
mod token;

pub use authorize::{Asked, AuthorizeRequest, Backer, Grant, Redirect, Step};
pub use client::{
    ClientChange, ClientId, ClientKind, ClientOwner, NewClient, OAuthClient, PublicClient, Registered, Replacement,
};
pub use device::{DeviceCodes, DeviceRequest, WaitingDevice};
pub use logout::{Leaving, LogoutRequest};
pub use method::{AuthMethod, ClientKeys};
pub use token::{Bearer, ClientAuthentication, Introspection, TokenKind, TokenRequest, TokenView, Tokens};
