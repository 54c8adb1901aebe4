//! Visitors of a domain with a certificate who came by plain HTTP: they are led to where it is used.

use super::{NO_STORE, host};
use crate::config::Settings;
use crate::hosting::live_url::https_port;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use mainstay_hosting::serving::Serving;

/// Where domains are answered by HTTPS, if they are: the port, with its colon.
pub(crate) struct Https(Option<String>);

impl Https {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self(settings.hosting.https_listen.map(|address| https_port(address.port())))
    }
}

fn port(request: &HttpRequest) -> Option<&str> {
    request.app_data::<web::Data<Https>>()?.0.as_deref()
}

/// Whether a visitor of a site is to come again by HTTPS.
pub(super) fn is_due(request: &HttpRequest) -> bool {
    // A proxy that speaks HTTPS in front of this says so; whoever else says it stays with what they came by.
    let forwarded = request.headers().get(header::X_FORWARDED_PROTO);
    let came_so = request.app_config().secure() || forwarded.is_some_and(|scheme| scheme == "https");
    let is_certified = || {
        let serving = request.app_data::<web::Data<Serving>>();
        serving.is_some_and(|serving| serving.is_certified(host(request)))
    };
    !came_so && port(request).is_some() && is_certified()
}

/// The same place, by HTTPS.
pub(super) fn lead_there(request: &HttpRequest) -> HttpResponse {
    let (host, port) = (host(request), port(request).unwrap_or_default());
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, format!("https://{name}{port}{target}")))
        .insert_header(NO_STORE)
        .finish()
}
