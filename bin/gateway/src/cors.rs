//! Which browsers may call from other origins.

mod pages;

use crate::config::CorsOrigins;
use actix_cors::Cors;
use actix_web::http::header::HeaderName;
pub(crate) use pages::let_pages_in;

/// Where applications in browsers come as OAuth clients of their own, from any origin: what is public, and what takes a
/// token or a code that the application was given, never a cookie.
const OPEN: [&str; 7] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
    "/oauth/token",
    "/oauth/userinfo",
    "/oauth/revoke",
    "/oauth/register",
];

/// What the resources that tokens are for say of themselves (RFC 9728); each stands below this.
const RESOURCES: &str = "/.well-known/oauth-protected-resource/";

fn is_open(path: &str) -> bool {
    OPEN.contains(&path) || path.starts_with(RESOURCES)
}

/// Every header of an answer, where no cookie comes along (Fetch standard, "HTTP responses"). To name them one by one would
/// cost every answer a set, a text, and the names once more.
const EVERY_HEADER: HeaderName = HeaderName::from_static("*");

/// Browser callers: any method and header of this API, from the origins of the setting, and from everywhere where clients
/// come. No cookie is allowed to come along.
pub(crate) fn cors(origins: &CorsOrigins) -> Cors {
    let base = Cors::default().allow_any_method().allow_any_header().expose_headers([EVERY_HEADER]).max_age(3600);
    // Only an answer that somebody may keep has to say what else it would have been; the envelope adds it there.
    let base = base.disable_vary_header();
    match origins {
        CorsOrigins::Any => base.allow_any_origin(),
        CorsOrigins::These(origins) => origins
            .iter()
            .fold(base, |cors, origin| cors.allowed_origin(origin))
            .allowed_origin_fn(|_, request| is_open(request.uri.path())),
    }
}
