//! Mails in the log: for development.

use super::{SendError, Transport};
use crate::message::Message;
use async_trait::async_trait;

pub(super) struct Log;

#[async_trait]
impl Transport for Log {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        tracing::info!(to = message.to(), subject = message.subject(), text = message.text(), "a mail");
        Ok(())
    }

    async fn check(&self) -> Result<(), SendError> {
        Ok(())
    }
}
