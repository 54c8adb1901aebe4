//! Mails through a mail server (RFC 5321).

mod url;

use super::{SendError, Transport};
use crate::message::Message;
use async_trait::async_trait;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Category;
use std::time::Duration;
use tokio::time::timeout;

/// How long a mail may take from the connection to the server's last answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// A mail server, and how to speak to it. Each mail has a connection of its own.
pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
}

impl Smtp {
    /// Connects, encrypts and logs in, as far as asked for.
    ///
    /// Whatever a server says until then speaks of us and not of a mail: nothing of it is final.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let away = |cause: Error| SendError::Later(format!("the mail server {} is not there: {cause}", self.host));
        let hello = ClientId::default();
        let from_start = if let Tls::Wrapper(parameters) = &self.tls { Some(parameters.clone()) } else { None };
        let server = (self.host.as_str(), self.port);
        let connected = AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &hello, from_start, None).await;
        let mut connection = connected.map_err(away)?;
        match &self.tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &hello).await.map_err(away)?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &hello).await.map_err(away)?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            self.must_be_confidential(&connection)?;
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(away)?;
        }
        Ok(connection)
    }

    /// A password is sent in the clear only where the operator says so (RFC 8314 §4.1).
    fn must_be_confidential(&self, connection: &AsyncSmtpConnection) -> Result<(), SendError> {
        if connection.is_encrypted() || matches!(self.tls, Tls::None) {
            return Ok(());
        }
        let sentence = "offers no encryption, and the password is not sent without it unless the setting says tls=none";
        Err(SendError::Later(format!("the mail server {} {sentence}", self.host)))
    }

    async fn submit(&self, message: &Message) -> Result<AsyncSmtpConnection, SendError> {
        let mut connection = self.connect().await?;
        let taken = connection.send(message.envelope(), &message.formatted()).await;
        taken.map_err(|cause| self.rejected(&cause))?;
        Ok(connection)
    }

    /// Only the code of a reply is passed on: its text may quote the mail.
    fn rejected(&self, cause: &Error) -> SendError {
        match cause.status() {
            // 53z speaks of our login, which the operator can mend (RFC 4954 §6).
            Some(code) if cause.is_permanent() && code.category != Category::Unspecified3 => {
                SendError::Refused(code.to_string())
            }
            Some(code) => SendError::Later(format!("the mail server {} answers {code}", self.host)),
            None => SendError::Later(format!("the mail server {} is lost: {cause}", self.host)),
        }
    }

    fn too_slow(&self) -> SendError {
        SendError::Later(format!("the mail server {} takes longer than {} seconds", self.host, PATIENCE.as_secs()))
    }
}

/// The mail has been taken, or nothing was sent: how the connection ends changes nothing.
async fn part(mut connection: AsyncSmtpConnection) {
    let _ = timeout(FAREWELL, connection.quit()).await;
}

#[async_trait]
impl Transport for Smtp {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let submitted = timeout(PATIENCE, self.submit(message)).await;
        part(submitted.map_err(|_| self.too_slow())??).await;
        Ok(())
    }

    async fn check(&self) -> Result<(), SendError> {
        let connected = timeout(PATIENCE, self.connect()).await;
        part(connected.map_err(|_| self.too_slow())??).await;
        Ok(())
    }
}
