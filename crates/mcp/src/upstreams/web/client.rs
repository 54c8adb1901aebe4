//! The SDK's way out: the guarded client.

use super::super::ending::Ending;
use super::answer::{self, Posted};
use super::events::{self, Events};
use super::fault::{Lost, of_outbound, of_status};
use super::request::{self, Draft};
use crate::upstream::UpstreamFault;
use mainstay_kernel::Secret;
use mainstay_outbound::header::{HeaderMap, HeaderName, HeaderValue};
use mainstay_outbound::{Flow, Method, OutboundFlows, Pace, Request, StatusCode};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use rmcp::transport::streamable_http_client::{StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How many messages of the greatest length a stream of events may have.
const MOST_MESSAGES: usize = 8;

/// Speaks to one address. The headers that it was given are in no settings of the SDK, which can be printed.
#[derive(Clone)]
pub(in crate::upstreams) struct Web {
    outbound: Arc<dyn OutboundFlows>,
    url: Url,
    credentials: HeaderMap,
    ending: Arc<Ending>,
    most: usize,
    within: Duration,
}

type Headers = HashMap<HeaderName, HeaderValue>;
type Failure = StreamableHttpError<Lost>;

impl Web {
    /// A client of this address, whose answers have so many bytes at most and take so long.
    pub(in crate::upstreams) fn new(
        outbound: Arc<dyn OutboundFlows>,
        (url, headers): (&Url, &[(HeaderName, Secret<String>)]),
        ending: Arc<Ending>,
        (most, within): (usize, Duration),
    ) -> Result<Self, UpstreamFault> {
        let credentials = request::credentials(headers)?;
        Ok(Self { outbound, url: url.clone(), credentials, ending, most, within })
    }

    async fn post(
        &self,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let draft = Draft::new(Method::POST, &self.url, &self.credentials, headers);
        let request = draft.of_session(session.as_deref()).posting(serde_json::to_vec(&message)?).into_request();
        let posted =
            Posted { message: &message, is_in_session: session.is_some(), most: self.most, within: self.within };
        let whole = (!is_subscription(&message)).then_some(self.within);
        let answer = match self.open(request, Pace { whole, silence: None }).await {
            Ok(flow) => posted.answered(flow).await,
            Err(fault) => Err(fault),
        };
        answer.inspect_err(|failure| {
            if let StreamableHttpError::Client(Lost(fault)) = failure {
                self.tell(&posted, fault);
            }
        })
    }

    /// Tells whoever waits for it what went wrong.
    fn tell(&self, posted: &Posted<'_>, fault: &UpstreamFault) {
        if let Some(errand) = posted.errand() {
            errand.fail(fault.clone());
        } else if posted.is_beginning() {
            self.ending.end(fault.clone());
        }
    }

    async fn open(&self, request: Request, pace: Pace) -> Result<Flow, Failure> {
        // What is endless is bounded by its messages; the rest by some of them.
        let most_bytes = if pace.whole.is_some() { self.most.saturating_mul(MOST_MESSAGES) } else { usize::MAX };
        let request = Request { within: self.within, most_bytes, ..request };
        let opened = self.outbound.open(request, pace).await;
        opened.map_err(|error| StreamableHttpError::Client(Lost(of_outbound(&error, self.within, self.most))))
    }
}

impl StreamableHttpClient for Web {
    type Error = Lost;

    async fn post_message(
        &self,
        _: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        self.post(message, session, headers).await
    }

    async fn delete_session(
        &self,
        _: Arc<str>,
        session: Arc<str>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<(), Failure> {
        let draft = Draft::new(Method::DELETE, &self.url, &self.credentials, headers);
        let pace = Pace { whole: Some(self.within), silence: None };
        // A server that keeps sessions as it likes says so, which is no fault.
        self.open(draft.of_session(Some(&session)).into_request(), pace).await.map(drop)
    }

    async fn get_stream(
        &self,
        _: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<Events, Failure> {
        let draft = Draft::new(Method::GET, &self.url, &self.credentials, headers);
        let request = draft.of_session(session.as_deref()).after(last_event.as_deref()).into_request();
        let flow = self.open(request, Pace::default()).await?;
        if flow.status.is_success() && answer::is(&flow.headers, "text/event-stream") {
            Ok(events::events(flow.body, self.most, self.within, None))
        } else if flow.status.is_success() || flow.status == StatusCode::METHOD_NOT_ALLOWED {
            Err(StreamableHttpError::ServerDoesNotSupportSse)
        } else {
            Err(StreamableHttpError::Client(Lost(of_status(flow.status))))
        }
    }
}

/// Whether the answer is one that lasts.
fn is_subscription(message: &ClientJsonRpcMessage) -> bool {
    let lasts = |sent: &ClientRequest| matches!(sent, ClientRequest::SubscriptionsListenRequest(_));
    matches!(message, JsonRpcMessage::Request(sent) if lasts(&sent.request))
}
