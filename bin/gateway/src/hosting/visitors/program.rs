//! Visitors of a site's program: their requests are handed on to it, and its answers to them (RFC 9110 section 7.6).

use super::headers;
use super::sentence;
use crate::config::Settings;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode, Version};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, rt, web};
use futures_util::{StreamExt as _, stream};
use http_body::Body as _;
use mainstay_edge::TrustedProxies;
use mainstay_hosting::metrics::Counted;
use mainstay_hosting::running::{self, Instance, Outgoing, Reply, ReplyBody, SendFault, Upstream};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;

/// How long a visitor waits for a program that is being started.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a program may take until its answer begins.
const LONGEST_ANSWER: Duration = Duration::from_mins(2);
/// The first pause before a request is tried again that nobody has taken yet: until somebody has noticed that a program is
/// gone.
const SHORTEST: Duration = Duration::from_millis(20);
/// The longest one.
const LONGEST: Duration = Duration::from_millis(320);
/// How many pieces of a body wait for the other side.
const PIECES: usize = 4;
/// What is read of an upgraded connection at a time.
const PIECE: usize = 16 * 1024;

/// What the program is told about its visitors beside what they say.
pub(crate) struct Introducing {
    proxies: TrustedProxies,
    /// The scheme that the installation is reached by, and its sites with it.
    scheme: &'static str,
}

impl Introducing {
    pub(crate) fn new(settings: &Settings) -> Self {
        let scheme = if settings.public_url.starts_with("https://") { "https" } else { "http" };
        Self { proxies: TrustedProxies::new(settings.trusted_proxies.clone()), scheme }
    }

    /// Where a visitor sits.
    pub(super) fn caller(&self, request: &HttpRequest) -> String {
        self.proxies.caller(request).to_string()
    }

    /// What a visitor came by: HTTPS here, or what whoever stands in front of this speaks.
    pub(super) fn scheme(&self, request: &HttpRequest) -> &'static str {
        if request.app_config().secure() { "https" } else { self.scheme }
    }
}

/// Hands a request on, and its answer back.
pub(super) async fn hand_on(request: &mut ServiceRequest, upstream: &Upstream, counted: &Arc<Counted>) -> HttpResponse {
    let payload = request.take_payload();
    let is_upgrade = headers::asks_for_websocket(request.headers()) && request.version() == Version::HTTP_11;
    let made = || headers::outgoing(request.request(), introducing(request), is_upgrade);
    let Some(mut outgoing) = made() else {
        return sentence(StatusCode::BAD_REQUEST, "This request cannot be read.");
    };
    let (mut raw, has_body) = (Some(payload), has_body(request));
    if !is_upgrade && has_body {
        *outgoing.body_mut() = handed_on(raw.take());
    }
    let may_be_repeated = !has_body && request.method().is_idempotent();
    match send(upstream, outgoing, || may_be_repeated.then(made).flatten()).await {
        Ok(reply) if is_upgrade && reply.head.status.as_u16() == 101 => {
            upgraded((reply, raw), Arc::clone(counted)).await
        }
        Ok(reply) => answer(reply, request.method() == Method::HEAD, Arc::clone(counted)),
        Err(refused) => refused,
    }
}

fn introducing(request: &ServiceRequest) -> Option<&Introducing> {
    request.app_data::<web::Data<Introducing>>().map(|own| &***own)
}

/// Whether a request has a body (RFC 9112 section 6.3).
fn has_body(request: &ServiceRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0")
        || request.headers().contains_key(header::TRANSFER_ENCODING)
        || (request.version() == Version::HTTP_2 && length.is_none() && !request.method().is_safe())
}

/// A body in pieces, as they come. The worker reads them, since only it may.
fn handed_on(payload: Option<Payload>) -> Outgoing {
    let Some(mut payload) = payload else { return running::empty() };
    let (sender, pieces) = mpsc::channel(PIECES);
    rt::spawn(async move {
        while let Some(piece) = payload.next().await {
            if sender.send(piece.map_err(io::Error::other)).await.is_err() {
                return;
            }
        }
    });
    running::stream(pieces)
}

/// Sends a request to whoever answers. One that nobody has taken is tried again, since another may be about to come; one
/// that was sent but not read is made again, if it may be (RFC 9110 section 9.2.2).
async fn send(
    upstream: &Upstream,
    mut request: http::Request<Outgoing>,
    again: impl Fn() -> Option<http::Request<Outgoing>>,
) -> Result<Reply, HttpResponse> {
    let until = Instant::now() + PATIENCE;
    let mut pause = SHORTEST;
    while Instant::now() < until {
        let Some(instance) = upstream.instance(PATIENCE).await else { break };
        let sent = tokio::time::timeout(LONGEST_ANSWER, Arc::clone(&instance).send(request)).await;
        request = match sent {
            Ok(Ok(reply)) => return Ok(reply),
            Ok(Err(SendFault::Unreachable(cause, back))) => {
                tracing::debug!(%cause, "a program of a site takes no connections");
                *back
            }
            Ok(Err(SendFault::Unread(cause))) => {
                tracing::debug!(%cause, "a program of a site broke off without having read");
                // One that resets whatever comes is not waited for as long as one that is gone.
                let repeated = if pause < LONGEST { again() } else { None };
                repeated.ok_or_else(|| broken_off(upstream))?
            }
            Ok(Err(SendFault::Broken(cause))) => {
                tracing::debug!(%cause, "a program of a site broke off");
                return Err(broken_off(upstream));
            }
            Err(_) => return Err(sentence(StatusCode::GATEWAY_TIMEOUT, "The program of this site does not answer.")),
        };
        noticed(upstream, &instance, pause).await;
        pause = LONGEST.min(pause * 2);
    }
    let mut absent = sentence(StatusCode::SERVICE_UNAVAILABLE, "The program of this site does not run now.");
    absent.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    Err(absent)
}

/// What a visitor is told whose request may have been what ended the program.
fn broken_off(upstream: &Upstream) -> HttpResponse {
    upstream.complain();
    sentence(StatusCode::BAD_GATEWAY, "The program of this site broke off.")
}

/// Until whoever tends the site has had the time to see that its program is gone.
async fn noticed(upstream: &Upstream, instance: &Arc<Instance>, pause: Duration) {
    upstream.complain();
    if upstream.present().is_some_and(|present| Arc::ptr_eq(&present, instance)) {
        tokio::time::sleep(pause).await;
    }
}

fn answer(reply: Reply, is_head: bool, counted: Arc<Counted>) -> HttpResponse {
    let Reply { head, body } = reply;
    let mut answer = headers::incoming(&head);
    let length = head.headers.get(http::header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let size = match (head.status.as_u16(), length) {
        (204 | 304, _) => BodySize::None,
        (_, Some(length)) => BodySize::Sized(length),
        // How long the body would be that was not asked for, only the program knows (RFC 9110 section 8.6).
        (_, None) if is_head => BodySize::None,
        (_, None) if body.is_end_stream() => BodySize::Sized(0),
        (_, None) => BodySize::Stream,
    };
    answer.body(BoxBody::new(Handed { body, size, counted }))
}

/// The body of an answer, as it comes.
struct Handed {
    body: ReplyBody,
    size: BodySize,
    counted: Arc<Counted>,
}

impl MessageBody for Handed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Box<dyn std::error::Error>>>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause.into()))),
                Some(Ok(frame)) => {
                    // Trailers are for the hop alone.
                    if let Ok(piece) = frame.into_data() {
                        self.counted.sent(piece.len() as u64);
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
            }
        }
    }
}

/// Lets visitor and program speak to each other as they like, once both have changed to another protocol.
async fn upgraded((reply, payload): (Reply, Option<Payload>), counted: Arc<Counted>) -> HttpResponse {
    let mut answer = headers::incoming(&reply.head);
    let Ok((connection, visit)) = reply.upgraded().await else {
        return sentence(StatusCode::BAD_GATEWAY, "The program of this site broke off.");
    };
    let (reader, mut writer) = tokio::io::split(connection);
    if let Some(mut payload) = payload {
        rt::spawn(async move {
            while let Some(Ok(piece)) = payload.next().await {
                if writer.write_all(&piece).await.is_err() {
                    return;
                }
            }
            let _ = writer.shutdown().await;
        });
    }
    let pieces = stream::unfold((reader, visit, counted), |(mut reader, visit, counted)| async {
        let mut piece = vec![0; PIECE];
        match reader.read(&mut piece).await {
            Ok(0) | Err(_) => None,
            Ok(count) => {
                piece.truncate(count);
                counted.sent(count as u64);
                Some((Ok::<_, io::Error>(Bytes::from(piece)), (reader, visit, counted)))
            }
        }
    });
    answer.upgrade("websocket").streaming(Box::pin(pieces))
}
