//! The interactive page over the document: Swagger UI, whole inside the program.
//!
//! The page runs no inline script and fetches nothing from elsewhere; its policy says so.

use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};
use mainstay_edge::{Failure, Rejection, admission, compression};

/// Where the page is.
pub(crate) const DOCS: &str = "/docs";
/// What it loads of Swagger UI, packed: the path, the type and the content.
const ASSETS: [(&str, &str, &[u8]); 2] = [
    (
        "/assets/swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js.gz")),
    ),
    (
        "/assets/swagger-ui.css",
        "text/css; charset=utf-8",
        include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css.gz")),
    ),
];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE: &str = include_str!("docs/page.html");
const START: &str = include_str!("docs/start.js");

/// Adds the page at its two addresses, and what it loads. Nobody is counted there.
pub(crate) fn mount(config: &mut web::ServiceConfig) {
    let mut docs = web::scope(DOCS)
        .service(read_only(web::resource("/start.js"), web::to(start)))
        .service(read_only(web::resource(""), web::to(page)));
    for (path, kind, packed) in ASSETS {
        let asset = move |request: HttpRequest| async move { compression::unpack_for(&request, kind, packed) };
        docs = docs.service(read_only(web::resource(path), web::to(asset)));
    }
    let docs = docs.default_service(web::to(admission::no_route));
    let alias = read_only(web::resource("/api/docs"), web::to(page));
    config.service(docs.wrap(from_fn(admission::let_through))).service(alias.wrap(from_fn(admission::let_through)));
}

/// For `GET` and `HEAD` (RFC 9110 §9.3.2); other methods are refused in the words of the platform.
fn read_only(resource: Resource, route: Route) -> Resource {
    let refuse = || async { Err::<HttpResponse, Failure>(Rejection::NoMethod(vec!["GET".to_owned()]).into()) };
    resource.route(route.guard(guard::Any(guard::Get()).or(guard::Head()))).default_service(web::to(refuse))
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .body(PAGE)
}

async fn start() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript").body(START)
}
