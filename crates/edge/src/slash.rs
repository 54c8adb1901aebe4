//! A slash at the end of a path means nothing: every route answers with and without it (identity section 1).
//!
//! It is taken off before the routes are looked through. To give each route both paths would cost it a set of regular
//! expressions, on every worker, that a path without parameters needs none of.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;

/// Takes one slash off the end of the request's path.
pub(crate) fn take_off(request: &mut ServiceRequest) {
    if let Some(uri) = without_slash(request.uri()) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// The address without it, where there is one; the root stays.
fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty())?;
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken_off(uri: &str) -> Option<String> {
        without_slash(&uri.parse().expect("a URI")).map(|uri| uri.to_string())
    }

    #[test]
    fn one_slash_goes_and_the_query_stays() {
        assert_eq!(taken_off("/projects/").as_deref(), Some("/projects"));
        assert_eq!(taken_off("/projects/?page=2/").as_deref(), Some("/projects?page=2/"));
        assert_eq!(taken_off("http://localhost/projects/").as_deref(), Some("http://localhost/projects"));
        assert_eq!(taken_off("/projects//").as_deref(), Some("/projects/"), "two are another path");
    }

    #[test]
    fn what_ends_otherwise_stays_as_it_is() {
        for uri in ["/", "/?a=/", "/projects", "/projects?a=/", "*", "localhost:443"] {
            assert_eq!(taken_off(uri), None, "{uri}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "/[!-~]{0,20}/?") {
            if let Ok(uri) = path.parse::<Uri>() {
                let _ = without_slash(&uri);
            }
        }
    }
}
