//! How a connection begins.

use super::Changed;
use super::address::Address;
use super::bounds::Bounds;
use super::ears::Ears;
use super::ending::Ending;
use super::process::Lines;
use super::web::Web;
use super::wire::Wire;
use crate::upstream::UpstreamFault;
use mainstay_outbound::OutboundFlows;
use rmcp::RoleClient;
use rmcp::model::{ClientCapabilities, ClientConfig, Implementation, ProtocolVersion};
use rmcp::service::{ClientInitializeError, ClientLifecycleMode, ClientServiceExt as _, RunningService};
use rmcp::transport::common::client_side_sse::ExponentialBackoff;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, Transport};
use std::sync::Arc;
use std::time::Duration;

/// How often a stream that broke off is taken up again, and how long is waited at most before.
const TAKINGS_UP: usize = 8;
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The revisions that are spoken, the one that is liked best first.
const REVISIONS: [ProtocolVersion; 3] =
    [ProtocolVersion::V_2026_07_28, ProtocolVersion::V_2025_11_25, ProtocolVersion::V_2025_06_18];

/// A connection as the SDK serves it.
pub(super) type Service = RunningService<RoleClient, ClientConfig>;

/// What a connection is opened with.
pub(super) struct Opening<'a> {
    pub(super) address: &'a Address,
    pub(super) bounds: &'a Bounds,
    pub(super) outbound: &'a Arc<dyn OutboundFlows>,
    pub(super) ending: Arc<Ending>,
    pub(super) changed: Changed,
}

impl Opening<'_> {
    /// Connects, and learns which revision the server speaks.
    pub(super) async fn open(&self) -> Result<Service, UpstreamFault> {
        let begun = match self.address {
            Address::Process { .. } => {
                let (ceilings, most) = (&self.bounds.ceilings, self.bounds.most_bytes);
                serve(self.wire(Lines::start(self.address, ceilings, most, Arc::clone(&self.ending)).await?)).await
            }
            Address::Http { url, headers } => {
                let bounds = (self.bounds.most_bytes, self.bounds.within);
                let web = Web::new(Arc::clone(self.outbound), (url, headers), Arc::clone(&self.ending), bounds)?;
                serve(self.wire(StreamableHttpClientTransport::with_client(web, settings(self.bounds)))).await
            }
        };
        begun.map_err(|error| self.ending.why().cloned().unwrap_or_else(|| fault(&error)))
    }

    fn wire<T>(&self, inner: T) -> Wire<T> {
        Wire::new(inner, Arc::<Ears>::default(), Arc::clone(&self.ending), Arc::clone(&self.changed))
    }
}

/// Asks the server whether it speaks the newest revision, and begins as the older ones do when it does not. What it
/// said is not kept: the next connection asks again.
async fn serve<T>(wire: Wire<T>) -> Result<Service, ClientInitializeError>
where
    T: Transport<RoleClient> + 'static,
{
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: REVISIONS.to_vec(),
        legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
    };
    who_we_are().serve_with_lifecycle(wire, lifecycle).await
}

/// We answer no questions of a server: not for samples, not for roots, not for people.
fn who_we_are() -> ClientConfig {
    ClientConfig::new(ClientCapabilities::default(), Implementation::new("mainstay", env!("CARGO_PKG_VERSION")))
}

fn settings(bounds: &Bounds) -> StreamableHttpClientTransportConfig {
    // The address and the headers are the client's own; the SDK needs a name for the address alone.
    let mut settings = StreamableHttpClientTransportConfig::with_uri("the server's address")
        .max_sse_event_size(bounds.most_bytes)
        .max_json_response_size(bounds.most_bytes)
        // Subscriptions and questions of ours come on top.
        .max_concurrent_requests(bounds.requests.saturating_add(2));
    let mut patience = ExponentialBackoff::default();
    patience.max_times = Some(TAKINGS_UP);
    patience.max_delay = Some(LONGEST_WAIT);
    settings.retry_config = Arc::new(patience);
    settings
}

/// What it means that a connection did not begin.
fn fault(error: &ClientInitializeError) -> UpstreamFault {
    match error {
        ClientInitializeError::ConnectionClosed(_) => UpstreamFault::Away("the connection ended".to_owned()),
        ClientInitializeError::TransportError { .. } => UpstreamFault::Away("it takes no requests".to_owned()),
        ClientInitializeError::JsonRpcError(_) | ClientInitializeError::LegacyFallbackFailed { .. } => {
            UpstreamFault::Broken("it refuses to begin".to_owned())
        }
        ClientInitializeError::NoCompatibleProtocolVersion { .. } => {
            UpstreamFault::Broken("it speaks no revision of the protocol that is known here".to_owned())
        }
        _ => UpstreamFault::Broken("it does not begin as the protocol says".to_owned()),
    }
}
