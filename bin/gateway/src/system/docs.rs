//! The interactive page over the document: Swagger UI, whole inside the program.
//!
//! The page runs no inline script and fetches nothing from elsewhere; its policy says so.

use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Resource, Route, guard, web};
use mainstay_edge::{Failure, Rejection, admission};
use swagger_ui_dist::{ApiDefinition, OpenApiSource};

/// Where the page is.
pub(crate) const DOCS: &str = "/docs";
const ASSETS: &str = "/assets";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE: &str = include_str!("docs/page.html");
const START: &str = include_str!("docs/start.js");

/// Adds the page at its two addresses, and what it loads. Nobody is counted there.
pub(crate) fn mount(config: &mut web::ServiceConfig) {
    let document = OpenApiSource::Uri("/swagger.json");
    let assets = ApiDefinition { uri_prefix: ASSETS, api_definition: document, title: Some("Mainstay") };
    let docs = web::scope(DOCS)
        .service(read_only(web::resource("/start.js"), web::to(start)))
        .service(swagger_ui_dist::generate_scope(assets))
        .service(read_only(web::resource(""), web::to(page)))
        .default_service(web::to(admission::no_route));
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
