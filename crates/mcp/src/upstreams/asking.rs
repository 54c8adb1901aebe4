//! One request under way.

use crate::upstream::UpstreamFault;
use rmcp::RoleClient;
use rmcp::model::ServerResult;
use rmcp::service::{RequestHandle, ServiceError};

/// A request under way. Dropped before its answer, it is taken back.
pub(super) struct UnderWay(Option<RequestHandle<RoleClient>>);

impl UnderWay {
    pub(super) const fn new(handle: RequestHandle<RoleClient>) -> Self {
        Self(Some(handle))
    }

    /// Waits for the answer.
    pub(super) async fn answer(mut self) -> Result<ServerResult, ServiceError> {
        let Some(handle) = &mut self.0 else { return Err(ServiceError::TransportClosed) };
        let answer = (&mut handle.rx).await;
        self.0 = None;
        answer.unwrap_or(Err(ServiceError::TransportClosed))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Some(handle) = self.0.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // It is sent, or the connection ends; either does not take long.
            runtime.spawn(async move { handle.cancel(Some("nobody waits for it any more".to_owned())).await });
        }
    }
}

/// What it means that there is no result.
pub(super) fn fault(error: ServiceError) -> UpstreamFault {
    match error {
        ServiceError::McpError(error) => UpstreamFault::Refused(error),
        ServiceError::TransportSend(_) => UpstreamFault::Away("the request could not be sent".to_owned()),
        ServiceError::TransportClosed => UpstreamFault::Away("the connection ended before the answer".to_owned()),
        _ => UpstreamFault::Broken("it is not the answer to what was asked".to_owned()),
    }
}
