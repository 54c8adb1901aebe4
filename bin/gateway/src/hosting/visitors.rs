//! Those who visit a site: told from the installation's own callers by the host that they ask, and answered before
//! anything of the installation sees them. No cookie, limit or header of its own applies to them.

mod challenge;
mod headers;
mod https;
mod program;

use actix_files::NamedFile;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::uri::Authority;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
pub(crate) use https::Https;
use mainstay_hosting::serving::{Answer, Asked, Found, Release, Served, Serving};
use percent_encoding::percent_decode_str;
pub(crate) use program::Introducing;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

/// What a browser may keep, it asks for again each time: a deployment shows at once.
const KEEP: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
const NO_SNIFF: (HeaderName, HeaderValue) = (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));

/// Answers visitors of sites, and lets everybody else pass.
///
/// # Errors
/// None of its own.
pub(crate) async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = request.app_data::<web::Data<Serving>>().map(|serving| serving.asked(host(request.request())));
    let response = match asked {
        None | Some(Asked::Installation) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Some(Asked::Nobody) => sentence(StatusCode::NOT_FOUND, "There is no site here."),
        Some(Asked::Site(site)) => {
            if let Some(answer) = of_domain(request.request()) {
                answer
            } else {
                let asked_at = Instant::now();
                let answer = of_site(&mut request, &site).await;
                site.counted.answered(answer.status().as_u16(), asked_at.elapsed());
                answer
            }
        }
    };
    Ok(request.into_response(response))
}

/// What is answered in the place of a site, at domains of its own.
fn of_domain(request: &HttpRequest) -> Option<HttpResponse> {
    challenge::answer(request).or_else(|| https::is_due(request).then(|| https::lead_there(request)))
}

async fn of_site(request: &mut ServiceRequest, site: &Served) -> HttpResponse {
    match &site.answer {
        Answer::Files(release) => {
            let answer = serve(request.request(), release);
            // Nothing else says when a file is through; whoever asks for its head alone is sent no byte of it.
            if let BodySize::Sized(bytes) = answer.body().size()
                && request.method() != Method::HEAD
            {
                site.counted.sent(bytes);
            }
            answer
        }
        Answer::Program(upstream) => program::hand_on(request, upstream, &site.counted).await,
        Answer::Stopped => sentence(StatusCode::SERVICE_UNAVAILABLE, "This site is stopped."),
        Answer::Empty => sentence(StatusCode::SERVICE_UNAVAILABLE, "This site is not ready yet."),
    }
}

/// Whom a request asks: the authority of its target goes before the header `Host` (RFC 9112 section 3.2.2).
fn host(request: &HttpRequest) -> &str {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    request.uri().authority().map(Authority::as_str).or(named).unwrap_or_default()
}

fn serve(request: &HttpRequest, release: &Release) -> HttpResponse {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut answer = sentence(StatusCode::METHOD_NOT_ALLOWED, "This site has pages alone: ask with GET.");
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let Ok(path) = percent_decode_str(request.uri().path()).decode_utf8() else {
        return sentence(StatusCode::BAD_REQUEST, "This path cannot be read.");
    };
    match release.find(&path) {
        Found::File(file, name) => with_file(request, file, &name),
        Found::Elsewhere(path) => elsewhere(request, &path),
        Found::Nothing(Some(page)) => absent(request, page),
        Found::Nothing(None) => sentence(StatusCode::NOT_FOUND, "There is nothing here."),
    }
}

/// A file, whole or in part, or that it is as the visitor has it (RFC 9110 sections 13 and 14).
fn with_file(request: &HttpRequest, file: File, name: &str) -> HttpResponse {
    let Ok(file) = NamedFile::from_file(file, Path::new(name)) else {
        return sentence(StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be read.");
    };
    let mut answer = file.disable_content_disposition().prefer_utf8(true).into_response(request);
    for (name, value) in [KEEP, NO_SNIFF] {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A site's own page for what is not there: always whole.
fn absent(request: &HttpRequest, page: File) -> HttpResponse {
    let mut answer = with_file(request, page, "404.html");
    for name in [header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES, header::CONTENT_RANGE] {
        answer.headers_mut().remove(name);
    }
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

fn elsewhere(request: &HttpRequest, path: &str) -> HttpResponse {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    // One slash at the start: two would name another host.
    let path = format!("/{}", path.trim_start_matches('/'));
    let path = percent_encoding::utf8_percent_encode(&path, KEPT);
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, format!("{path}{query}")))
        .insert_header(KEEP)
        .finish()
}

fn sentence(status: StatusCode, text: &'static str) -> HttpResponse {
    let page = format!("{text}\n");
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"));
    answer.insert_header(NO_STORE).insert_header(NO_SNIFF).body(page)
}
