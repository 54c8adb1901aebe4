//! `/oauth`: the provider of OAuth 2 (RFC 6749) and OpenID Connect, a file an endpoint.

mod authentication;
mod authorize;
pub(crate) mod clients;
mod device_authorization;
mod grants;
mod introspect;
mod register;
mod revoke;
mod token;
mod unkept;
mod userinfo;

use mainstay_edge::{OAuth, Surface};

/// The routes of this surface.
///
/// A browser that comes to `/authorize` wants a page; whoever serves it is mounted before this surface.
pub(crate) fn declare(surface: &mut Surface<'_, OAuth>) {
    authorize::declare(surface);
    token::declare(surface);
    device_authorization::declare(surface);
    userinfo::declare(surface);
    introspect::declare(surface);
    revoke::declare(surface);
    clients::declare(surface);
    grants::declare(surface);
    register::declare(surface);
}

const TAG: &str = "OAuth";
