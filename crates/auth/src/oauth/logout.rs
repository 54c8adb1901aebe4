//! Whether a client may have a person logged out, and where they go then (OpenID Connect RP-Initiated Logout 1.0).

use super::error::OAuthError;
use super::hint::Vouched;
use super::model::{Leaving, LogoutRequest, Redirect};
use super::provider::Provider;
use super::question::sent;
use super::redirect;
use super::store::KnownClient;
use crate::model::Login;
use mainstay_kernel::Secret;
use std::sync::Arc;

impl Provider {
    pub(super) async fn consider(&self, request: &LogoutRequest, login: Option<Login>) -> Result<Leaving, OAuthError> {
        let vouched = match &request.id_token_hint {
            Some(hint) => self.vouched(hint).await?,
            None => None,
        };
        let client = self.who_wishes(request, vouched.as_ref()).await?;
        Ok(Leaving {
            client_name: client.as_ref().map(|known| known.client.name.clone()),
            is_vouched_for: vouched.zip(login).is_some_and(|(vouched, login)| vouched.person == login.person),
            redirect: farewell_address(request, client.as_deref())?,
        })
    }

    async fn who_wishes(
        &self,
        request: &LogoutRequest,
        vouched: Option<&Vouched>,
    ) -> Result<Option<Arc<KnownClient>>, OAuthError> {
        let shown = vouched.map(|vouched| &vouched.client);
        let Some(named) = sent(request.client_id.as_ref()) else { return Ok(shown.cloned()) };
        match shown {
            Some(shown) if shown.client.client_id == named => Ok(Some(Arc::clone(shown))),
            // Section 2: both must name the same client.
            Some(_) => Err(OAuthError::InvalidParameter("client_id")),
            None => self.called(named).await?.map(Some).ok_or(OAuthError::UnknownClient),
        }
    }
}

/// Where a person goes who has left. It is one of the client's addresses letter by letter (section 3.1), or none.
///
/// # Errors
/// [`OAuthError::InvalidParameter`] for an address that is not the client's, or of nobody knows whom.
fn farewell_address(request: &LogoutRequest, client: Option<&KnownClient>) -> Result<Option<Redirect>, OAuthError> {
    let Some(wanted) = sent(request.post_logout_redirect_uri.as_ref()) else { return Ok(None) };
    let registered = client.map_or(&[][..], |known| &known.client.post_logout_redirect_uris);
    if !registered.iter().any(|uri| uri == wanted) {
        return Err(OAuthError::InvalidParameter("post_logout_redirect_uri"));
    }
    let address = match sent(request.state.as_ref()) {
        Some(state) => redirect::with_query(wanted, [("state", state)]),
        None => wanted.to_owned(),
    };
    Ok(Some(Secret::new(address)))
}
