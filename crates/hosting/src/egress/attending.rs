//! One connection of a box to its proxy.

use super::Refusals;
use super::counted::{Count, Counted};
use super::guard::Guard;
use super::refusal::Refusal;
use super::relayed;
use super::target::Target;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, client, server};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

/// How long a program may take to say what it wants.
const SAYING: Duration = Duration::from_secs(30);
/// Most bytes of what a program wants, of headers above all.
const MOST_HEAD: usize = 64 * 1024;

/// An answer's body.
type Body = BoxBody<Bytes, hyper::Error>;
/// What goes on beside an answer: a tunnel, or the connection that an answer comes from.
type Beside = mpsc::Sender<BoxFuture<'static, ()>>;

/// Attends to the connections of one box.
pub(crate) struct Attending {
    guard: Arc<Guard>,
    refusals: Arc<dyn Refusals>,
    count: Arc<Count>,
    places: Arc<Semaphore>,
}

impl Attending {
    pub(super) fn new(guard: Arc<Guard>, refusals: Arc<dyn Refusals>, count: Arc<Count>) -> Self {
        let places = Arc::new(Semaphore::new(guard.bounds.most));
        Self { guard, refusals, count, places }
    }

    /// Answers the one request of a connection, to the end of its tunnel. All of it is in this future, and ends with it.
    pub(crate) async fn attend(self: Arc<Self>, stream: TcpStream) {
        let (beside, mut goes_on) = mpsc::channel(1);
        let service = service_fn(move |request| {
            let (this, beside) = (Arc::clone(&self), beside.clone());
            async move { Ok::<_, Infallible>(this.answer(request, beside).await) }
        });
        let serving = server::conn::http1::Builder::new()
            .keep_alive(false)
            .timer(TokioTimer::new())
            .header_read_timeout(SAYING)
            .max_buf_size(MOST_HEAD)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let going_on = async {
            while let Some(work) = goes_on.recv().await {
                work.await;
            }
        };
        // A program that breaks off has nobody to be told of it.
        let _ = tokio::join!(serving, going_on);
    }

    async fn answer(&self, request: Request<Incoming>, beside: Beside) -> Response<Body> {
        let answer = match *request.method() {
            Method::CONNECT => self.tunnel(request, beside).await,
            _ => self.relay(request, beside).await,
        };
        answer.unwrap_or_else(|refusal| {
            self.refusals.refused(refusal.to_string());
            refused(&refusal)
        })
    }

    /// Bytes in both directions, whatever they say.
    async fn tunnel(&self, request: Request<Incoming>, beside: Beside) -> Result<Response<Body>, Refusal> {
        let target = Target::of_tunnel(request.uri())?;
        let mut host = self.reach(&target).await?;
        let (count, idle) = (host.count(), self.guard.bounds.idle);
        let going = Box::pin(async move {
            let Ok(program) = hyper::upgrade::on(request).await else { return };
            let mut program = TokioIo::new(program);
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut program, &mut host) => {}
                () = count.silence(idle) => {}
            }
        });
        beside.send(going).await.map_err(|_| Refusal::Broken(target.name()))?;
        Ok(Response::new(Empty::new().map_err(|never| match never {}).boxed()))
    }

    /// A request by plain http, and its answer.
    async fn relay(&self, request: Request<Incoming>, beside: Beside) -> Result<Response<Body>, Refusal> {
        let target = Target::of_request(request.uri())?;
        let host = self.reach(&target).await?;
        let broken = || Refusal::Broken(target.name());
        let (count, idle) = (host.count(), self.guard.bounds.idle);
        let (mut asking, connection) =
            client::conn::http1::handshake(TokioIo::new(host)).await.map_err(|_| broken())?;
        let going = Box::pin(async move {
            tokio::select! {
                _ = connection => {}
                () = count.silence(idle) => {}
            }
        });
        beside.send(going).await.map_err(|_| broken())?;
        let handed = relayed::request(request, &target).ok_or_else(broken)?;
        let mut answer = asking.send_request(handed).await.map_err(|_| broken())?;
        relayed::hand_on(answer.headers_mut());
        Ok(answer.map(http_body_util::BodyExt::boxed))
    }

    /// A connection with a host, if there is a place for one.
    async fn reach(&self, target: &Target) -> Result<Counted, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Refusal::TooMany(target.name(), self.guard.bounds.most))?;
        let stream = self.guard.connect(target).await?;
        Ok(Counted::new(stream, Arc::clone(&self.count), place))
    }
}

fn refused(refusal: &Refusal) -> Response<Body> {
    let body = Full::from(format!("{refusal}\n")).map_err(|never| match never {});
    let mut answer = Response::new(body.boxed());
    *answer.status_mut() = refusal.status();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
