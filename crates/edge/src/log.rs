//! One line a request.

use crate::request_id::RequestId;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use mainstay_kernel::SystemIds;
use std::borrow::Cow;
use tracing::Span;
use tracing_actix_web::RootSpanBuilder;

/// Opens a span for each request, named by its id, and writes one line at its end. Neither query
/// nor headers are logged: both may hold secrets. Nor are parts of a path that are as long as a token.
pub struct RequestLog;

/// The tokens in paths, such as those of invites, have 43 letters; ids have 36 at most.
const SHORTEST_TOKEN: usize = 40;

fn shown(path: &str) -> Cow<'_, str> {
    if path.split('/').all(|part| part.len() < SHORTEST_TOKEN) {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').map(|part| if part.len() < SHORTEST_TOKEN { part } else { "…" });
    Cow::Owned(parts.collect::<Vec<_>>().join("/"))
}

impl RootSpanBuilder for RequestLog {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = RequestId::assign(request, &SystemIds);
        tracing::info_span!(
            "request",
            request.id = id.as_str(),
            http.method = request.method().as_str(),
            http.path = &*shown(request.path()),
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        match outcome {
            Ok(response) => tracing::info!(http.status = response.status().as_u16(), "answered"),
            Err(error) => tracing::error!(%error, "not answered"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_of_a_path_is_logged() {
        let token = "q".repeat(43);
        assert_eq!(shown(&format!("/invites/{token}/accept")), "/invites/…/accept");
        let id = "/auth/emails/0198c5a0-0000-7000-8000-000000000000/default";
        assert_eq!(shown(id), id);
    }
}
