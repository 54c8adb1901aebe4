//! People look after their own sessions.

use super::client::Client;
use super::service::{SessionService, SessionView};
use crate::auth::Auth;
use crate::error::AuthError;
use crate::model::{Entrance, Login, TokenPair};
use async_trait::async_trait;
use mainstay_kernel::{Secret, SessionId};

#[async_trait]
impl SessionService for Auth {
    async fn log_in(&self, email: &str, password: &Secret<String>, client: &Client) -> Result<Entrance, AuthError> {
        self.log_in_from(email, password, client).await
    }

    async fn refresh(&self, refresh: &str, client: &Client) -> Result<TokenPair, AuthError> {
        self.token_pair(&self.sessions.refresh(refresh, client).await?, client.token_form()).await
    }

    async fn live(&self, session: SessionId) -> Result<Option<super::Session>, AuthError> {
        let live = self.store.session(session).await?.filter(|session| session.is_live(self.clock.now()));
        if live.is_some() {
            self.sessions.note_use(session);
        }
        Ok(live)
    }

    async fn list(&self, login: Login) -> Result<Vec<SessionView>, AuthError> {
        // Written first, so that the list is in order and the one that asks is in it, however many there are.
        self.write_used().await?;
        let live = self.store.live_sessions(login.person, self.clock.now()).await?;
        let view = |(session, client): (super::Session, _)| {
            let is_current = session.id == login.session;
            SessionView { session, client, is_current }
        };
        Ok(live.into_iter().map(view).collect())
    }

    async fn revoke(&self, login: Login, session: SessionId) -> Result<(), AuthError> {
        match self.store.session(session).await? {
            Some(own) if own.person == login.person && own.is_live(self.clock.now()) => {
                self.sessions.end_as(session, "revoked").await
            }
            _ => Err(AuthError::SessionNotFound),
        }
    }

    async fn revoke_others(&self, login: Login) -> Result<usize, AuthError> {
        let ending = self.sessions.ending_of_all_but(login, "revoked", self.clock.now());
        let ended = self.store.end_sessions_of(ending).await?;
        self.sessions.forget_all(&ended);
        Ok(ended.len())
    }
}
