//! What passes between the SDK and a server, looked through on its way.

use super::Changed;
use super::ears::Ears;
use super::ending::Ending;
use super::errand::Errand;
use crate::news::Lists;
use crate::upstream::UpstreamFault;
use rmcp::RoleClient;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, ClientRequest, GetExtensions as _, GetMeta as _, JsonRpcMessage,
    JsonRpcRequest, RequestId, ServerJsonRpcMessage, ServerNotification,
};
use rmcp::transport::Transport;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Questions of a server that it has not yet taken the answers to.
const MOST_UNANSWERED: usize = 64;

/// A transport whose notifications go to whom they are for, in their order and before the answer, and whose end is told.
///
/// The SDK starts a task for every notification and every question of a server; one that floods would have as many as
/// it likes, so that notifications never get there, and questions only so many at once.
pub(super) struct Wire<T> {
    inner: T,
    ears: Arc<Ears>,
    ending: Arc<Ending>,
    changed: Changed,
    unanswered: Arc<AtomicUsize>,
    probe: Probe,
}

/// How the question stands which revision the server speaks.
enum Probe {
    No,
    Asked(RequestId),
    /// `initialize` was sent instead; an answer that comes after all is not the answer to that.
    GivenUp(RequestId),
}

impl<T> Wire<T> {
    pub(super) fn new(inner: T, ears: Arc<Ears>, ending: Arc<Ending>, changed: Changed) -> Self {
        Self { inner, ears, ending, changed, unanswered: Arc::default(), probe: Probe::No }
    }

    /// Notes what is sent.
    fn note(&mut self, message: &ClientJsonRpcMessage) {
        match message {
            JsonRpcMessage::Request(request) => self.note_request(request),
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.ears.forget(id);
                }
            }
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
        }
    }

    fn note_request(&mut self, sent: &JsonRpcRequest<ClientRequest>) {
        match (&sent.request, &self.probe) {
            (ClientRequest::DiscoverRequest(_), _) => self.probe = Probe::Asked(sent.id.clone()),
            (ClientRequest::InitializeRequest(_), Probe::Asked(probe)) => self.probe = Probe::GivenUp(probe.clone()),
            _ => {}
        }
        let errand = sent.request.extensions().get::<Errand>();
        if let (Some(errand), Some(token)) = (errand, sent.request.get_meta().get_progress_token()) {
            self.ears.note(sent.id.clone(), token, errand);
        }
    }

    /// Keeps what is not for the SDK.
    fn sift(&self, message: ServerJsonRpcMessage) -> Option<ServerJsonRpcMessage> {
        match message {
            JsonRpcMessage::Notification(told) => self.hear(told.notification).map(ServerJsonRpcMessage::notification),
            JsonRpcMessage::Request(_) => {
                if self.unanswered.fetch_add(1, Ordering::Relaxed) >= MOST_UNANSWERED {
                    self.ending.end(UpstreamFault::Broken("it asks and takes no answers".to_owned()));
                    return None;
                }
                Some(message)
            }
            JsonRpcMessage::Response(ref answer) => self.answered(Some(&answer.id)).then_some(message),
            JsonRpcMessage::Error(ref answer) => self.answered(answer.id.as_ref()).then_some(message),
        }
    }

    /// Whether this answer is one to pass on.
    fn answered(&self, id: Option<&RequestId>) -> bool {
        if let Some(id) = id {
            self.ears.forget(id);
        }
        !matches!((&self.probe, id), (Probe::GivenUp(probe), Some(id)) if probe == id)
    }

    fn hear(&self, notification: ServerNotification) -> Option<ServerNotification> {
        match notification {
            ServerNotification::ProgressNotification(progress) => self.ears.hear_progress(progress.params),
            ServerNotification::LoggingMessageNotification(line) => self.ears.hear_log(line.params),
            ServerNotification::ToolListChangedNotification(_) => (self.changed)(Lists::TOOLS),
            ServerNotification::PromptListChangedNotification(_) => (self.changed)(Lists::PROMPTS),
            ServerNotification::ResourceListChangedNotification(_) => (self.changed)(Lists::RESOURCES),
            // What the SDK needs for its own state.
            ServerNotification::CancelledNotification(_)
            | ServerNotification::SubscriptionsAcknowledgedNotification(_) => return Some(notification),
            _ => {}
        }
        None
    }
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for Wire<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.note(&message);
        let answers = matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_));
        let unanswered = answers.then(|| Arc::clone(&self.unanswered));
        let asked = match &message {
            JsonRpcMessage::Request(sent) => Some((sent.id.clone(), Arc::clone(&self.ears))),
            _ => None,
        };
        let sending = self.inner.send(message);
        async move {
            let sent = sending.await;
            if let (Err(_), Some((id, ears))) = (&sent, asked) {
                ears.forget(&id);
            }
            if let Some(unanswered) = unanswered {
                unanswered.fetch_sub(1, Ordering::Relaxed);
            }
            sent
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            let received = tokio::select! {
                biased;
                _ = self.ending.comes() => return None,
                received = self.inner.receive() => received,
            };
            let Some(message) = received else {
                self.ending.end(UpstreamFault::Away("the connection ended".to_owned()));
                return None;
            };
            if let Some(message) = self.sift(message) {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
