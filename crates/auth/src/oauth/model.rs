//! What clients ask for and get.

mod authorize;
mod client;
mod device;
mod logout;
mod token;

pub use authorize::{Asked, AuthorizeRequest, Grant, Redirect, Step};
pub use client::{ClientChange, ClientId, ClientKind, ClientOwner, NewClient, OAuthClient, PublicClient};
pub use device::{DeviceCodes, DeviceRequest, WaitingDevice};
pub use logout::{Leaving, LogoutRequest};
pub use token::{ClientAuthentication, Introspection, TokenKind, TokenRequest, TokenView, Tokens};
