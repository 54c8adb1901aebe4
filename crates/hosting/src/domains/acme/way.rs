//! The way to an authority: by the guarded client, whose time and answers are bounded.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use mainstay_outbound::{Outbound, Request};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Asks over the guarded client.
pub(super) struct Way(pub(super) Arc<dyn Outbound>);

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn broken(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(cause))
}

async fn exchange(
    outbound: Arc<dyn Outbound>,
    asked: http::Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Error> {
    let (head, body) = asked.into_parts();
    let mut request = Request::new(head.method, Url::parse(&head.uri.to_string()).map_err(broken)?);
    request.headers = head.headers;
    request.body = body.collect().await.map_err(broken)?.to_bytes();
    request.within = PATIENCE;
    let answer = outbound.send(request).await.map_err(broken)?;
    let mut response = http::Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response.into())
}

impl HttpClient for Way {
    fn request(
        &self,
        asked: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(exchange(Arc::clone(&self.0), asked))
    }
}
