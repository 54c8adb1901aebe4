//! How a table of routes becomes services of actix.

mod tree;

use self::tree::Path;
use super::PathRoutes;
use crate::dialect::Dialect;
use crate::failure::{Failure, Rejection};
use crate::metrics::Pattern;
use crate::{admission, browsers};
use actix_web::guard::Guard;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, Scope, guard, web};

/// Paths where nobody is asked.
pub(super) fn freely(config: &mut web::ServiceConfig, prefix: &str, paths: &[PathRoutes]) {
    for known in paths {
        let free = resource(&format!("{prefix}{}", known.path), "", known);
        config.service(free.wrap(from_fn(admission::let_through)));
    }
}

/// Paths where everybody is asked.
pub(super) fn counted<D: Dialect>(config: &mut web::ServiceConfig, prefix: &str, paths: &[PathRoutes]) {
    below::<D>(config, prefix, web::scope(prefix), paths);
}

/// Paths where browsers are asked, and nobody else comes.
pub(super) fn for_browsers<D: Dialect>(config: &mut web::ServiceConfig, prefix: &str, paths: &[PathRoutes]) {
    below::<D>(config, prefix, web::scope(prefix).guard(only_browsers()), paths);
}

/// The same for paths without a prefix, where a scope would take those of all.
pub(super) fn for_browsers_at_root<D: Dialect>(config: &mut web::ServiceConfig, paths: &[PathRoutes]) {
    for known in paths {
        config.service(resource(known.path, "", known).guard(only_browsers()).wrap(from_fn(admission::admit::<D>)));
    }
}

fn only_browsers() -> impl Guard {
    guard::fn_guard(|request| browsers::is_browser(request.head().headers()))
}

fn below<D: Dialect>(config: &mut web::ServiceConfig, prefix: &str, scope: Scope, paths: &[PathRoutes]) {
    let paths = paths.iter().map(|known| Path { rest: known.path, to: known }).collect();
    let scope = tree::grow(scope, paths, &|rest, known| {
        let above = known.path.strip_suffix(rest).unwrap_or_default();
        resource(rest, &format!("{prefix}{above}"), known)
    });
    config.service(scope.wrap(from_fn(admission::admit::<D>)));
}

/// One path below `above`, all its methods, and an answer for the others.
fn resource(path: &str, above: &str, known: &PathRoutes) -> Resource {
    // Only where nothing stands above is the root a path of its own.
    let path = match path.trim_end_matches('/') {
        "" if above.is_empty() => "/",
        trimmed => trimmed,
    };
    let mut resource = web::resource(path).app_data(Pattern::from(format!("{above}{path}")));
    for (method, make) in &known.routes {
        let made = make();
        // RFC 9110 §9.3.2: HEAD answers as GET does, without the body.
        resource = resource.route(match *method {
            Method::GET => made.guard(guard::Any(guard::Get()).or(guard::Head())),
            _ => made.guard(guard::Method(method.clone())),
        });
    }
    let allowed: Vec<String> = known.routes.iter().map(|(method, _)| method.to_string()).collect();
    resource.default_service(web::to(move || {
        let rejection: Failure = Rejection::NoMethod(allowed.clone()).into();
        async move { Err::<HttpResponse, Failure>(rejection) }
    }))
}
