//! One connection to a server, from its opening to its end.

use super::ending::Ending;
use super::errand::Errand;
use super::opening::{Opening, Service};
use super::seats::Seat;
use super::{asking, watching};
use crate::upstream::{Hearing, UpstreamFault};
use rmcp::RoleClient;
use rmcp::model::{
    ClientRequest, GetExtensions as _, ProtocolVersion, RequestMetaObject, ServerPeerInfo, ServerResult,
};
use rmcp::service::{Peer, PeerRequestOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// How long the end of a connection may take: its session's, and its processes'.
const CLOSING: Duration = Duration::from_secs(10);

/// An open connection, which many ask at once.
pub(super) struct Connection {
    service: Mutex<Service>,
    peer: Peer<RoleClient>,
    ending: Arc<Ending>,
    watching: Option<JoinHandle<()>>,
    _seat: Seat,
}

impl Connection {
    /// Opens one, on this seat.
    pub(super) async fn open(opening: Opening<'_>, seat: Seat) -> Result<Self, UpstreamFault> {
        let service = opening.open().await?;
        let peer = service.peer().clone();
        let watching = watching::begin(&peer, &opening.changed);
        Ok(Self { service: Mutex::new(service), peer, ending: opening.ending, watching, _seat: seat })
    }

    /// That it is over, and why.
    pub(super) fn ending(&self) -> &Ending {
        &self.ending
    }

    /// What the server said of itself.
    pub(super) fn server(&self) -> Result<Arc<ServerPeerInfo>, UpstreamFault> {
        self.peer.peer_info().ok_or_else(|| UpstreamFault::Broken("it did not say what it is".to_owned()))
    }

    /// Asks something, once. To drop the future takes it back.
    pub(super) async fn ask(
        &self,
        mut request: ClientRequest,
        hearing: Hearing,
    ) -> Result<ServerResult, UpstreamFault> {
        let options = self.options(&hearing);
        let errand = Errand::new(hearing);
        request.extensions_mut().insert(errand.clone());
        let sent = self.peer.send_request_with_option(request, options);
        let answer = async {
            match sent.await {
                Ok(handle) => asking::UnderWay::new(handle).answer().await,
                Err(error) => Err(error),
            }
        };
        tokio::select! {
            biased;
            answer = answer => answer.map_err(|error| {
                let known = errand.fault().or_else(|| self.ending.why().cloned());
                known.unwrap_or_else(|| asking::fault(error))
            }),
            fault = errand.fails() => Err(fault),
            fault = self.ending.comes() => Err(fault),
        }
    }

    /// What goes along with a request: to servers of the newest revision, what whoever waits can be asked.
    fn options(&self, hearing: &Hearing) -> PeerRequestOptions {
        let speaks_newest =
            || self.server().is_ok_and(|server| server.protocol_version >= ProtocolVersion::V_2026_07_28);
        match hearing.answers() {
            Some(answers) if speaks_newest() => {
                let mut meta = RequestMetaObject::default();
                meta.set_client_capabilities(answers.clone());
                PeerRequestOptions::no_options().with_meta(meta)
            }
            _ => PeerRequestOptions::no_options(),
        }
    }

    /// Ends it: whoever still waits is told, and its processes and tasks are gone when this returns.
    pub(super) async fn close(&self) {
        self.ending.end(UpstreamFault::Away("the connection was closed".to_owned()));
        if let Some(watching) = &self.watching {
            watching.abort();
        }
        // One whose runtime has ended before it, as those of the HTTP server's threads do at shutdown, is over already.
        if self.service.lock().await.close_with_timeout(CLOSING).await.is_err_and(|error| error.is_panic()) {
            tracing::warn!("a connection to an MCP server ended in a panic");
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(watching) = &self.watching {
            watching.abort();
        }
    }
}
