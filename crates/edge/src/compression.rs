//! Compression where it pays: answers of some size, for callers who take gzip.

use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{Error, HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};

/// Below this an answer fits one packet anyway.
const WORTH_IT: u64 = 1400;

/// Compresses a large answer whole, for callers who take gzip.
pub(crate) async fn pack(response: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let large = matches!(response.response().body().size(), BodySize::Sized(size) if size >= WORTH_IT);
    let packed = response.headers().contains_key(header::CONTENT_ENCODING);
    if !large || packed || !takes_gzip(response.request().headers()) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let plain = to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
    let body = match gzip(&plain) {
        Ok(packed) => {
            head.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            head.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
            web::Bytes::from(packed)
        }
        Err(_) => plain,
    };
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))))
}

/// An answer that the program keeps packed: as it is for those who take gzip, unpacked for others.
///
/// # Errors
/// When it is not gzip.
pub fn unpack_for(request: &HttpRequest, kind: &'static str, packed: &'static [u8]) -> std::io::Result<HttpResponse> {
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((header::VARY, "accept-encoding"));
    if takes_gzip(request.headers()) {
        return Ok(answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(packed));
    }
    let mut plain = Vec::with_capacity(packed.len() * 4);
    GzDecoder::new(packed).read_to_end(&mut plain)?;
    Ok(answer.body(plain))
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// RFC 9110 §12.5.3, as far as it matters for one coding: gzip is named and not at weight zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse::<f32>().ok());
        named && weight.is_none_or(|weight| weight > 0.0)
    })
}
