//! A provider to play with: clients, people who allow them, and projects of the test's making.

use crate::house::{EMAIL, House, PASSWORD, opened, secret};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_auth::{
    AuthMethod, AuthorizeError, AuthorizeRequest, Client, ClientAuthentication, ClientOwner, ClientService as _,
    Clients, Login, NewClient, OAuthClient, OAuthError, ProjectBook, ProjectClaim, Provider, ProviderService as _,
    SessionService as _, SigningAlgorithm, TokenRequest, Tokens,
};
use mainstay_kernel::{Secret, UserId, WorkspaceId};
use mainstay_store::Database;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use url::Url;
use uuid::Uuid;

pub(crate) const CALLBACK: &str = "https://app.example.com/callback";
/// Of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A house with a provider in it, and its owner logged in.
pub(crate) struct Inn {
    pub(crate) house: House,
    pub(crate) provider: Arc<Provider>,
    pub(crate) clients: Clients,
    pub(crate) projects: Projects,
    pub(crate) login: Login,
}

/// A client with what it shows.
pub(crate) struct App {
    pub(crate) client: OAuthClient,
    pub(crate) secret: Option<Secret<String>>,
}

/// Private projects and their members, but for one that is public.
#[derive(Clone, Default)]
pub(crate) struct Projects(pub(crate) Arc<Mutex<HashMap<(Uuid, UserId), ProjectClaim>>>);

pub(crate) const PUBLIC_PROJECT: Uuid = Uuid::from_u128(1);
pub(crate) const PRIVATE_PROJECT: Uuid = Uuid::from_u128(2);

#[async_trait]
impl ProjectBook for Projects {
    async fn membership(&self, project: Uuid, person: UserId) -> Result<Option<ProjectClaim>, OAuthError> {
        Ok(self.0.lock().expect("the book").get(&(project, person)).cloned())
    }

    async fn admits(&self, project: Uuid, person: UserId) -> Result<bool, OAuthError> {
        Ok(project == PUBLIC_PROJECT || self.membership(project, person).await?.is_some())
    }

    async fn project_name(&self, project: Uuid) -> Result<Option<String>, OAuthError> {
        Ok([PUBLIC_PROJECT, PRIVATE_PROJECT].contains(&project).then(|| "Compiler".to_owned()))
    }

    async fn workspace_name(&self, _: WorkspaceId) -> Result<Option<String>, OAuthError> {
        Ok(Some("Analytical".to_owned()))
    }
}

impl Projects {
    pub(crate) fn add(&self, project: Uuid, person: UserId) {
        let claim = ProjectClaim {
            id: project,
            name: "Compiler".to_owned(),
            slug: "compiler".to_owned(),
            role: "member".to_owned(),
            permissions: vec!["can_deploy".to_owned()],
        };
        self.0.lock().expect("the book").insert((project, person), claim);
    }

    pub(crate) fn remove(&self, project: Uuid, person: UserId) {
        self.0.lock().expect("the book").remove(&(project, person));
    }
}

impl Inn {
    pub(crate) async fn open(database: Database) -> Self {
        let house = House::with_owner(database).await;
        let projects = Projects::default();
        let provider = Arc::new(Provider::new(Arc::clone(&house.auth), Arc::new(projects.clone())));
        let clients = Clients::new(Arc::clone(&house.auth));
        let pair = opened(house.auth.log_in(EMAIL, &secret(PASSWORD), &Client::default()).await.expect("a login"));
        let login = Login { person: pair.person, session: pair.session };
        Self { house, provider, clients, projects, login }
    }

    pub(crate) fn mine(&self) -> ClientOwner {
        ClientOwner::Personal(self.login.person)
    }

    /// A client that keeps a secret.
    pub(crate) async fn server(&self) -> App {
        self.register(self.mine(), new_client(CALLBACK, false)).await
    }

    /// A client that keeps none.
    pub(crate) async fn phone(&self) -> App {
        self.register(self.mine(), new_client(CALLBACK, true)).await
    }

    pub(crate) async fn register(&self, owner: ClientOwner, new: NewClient) -> App {
        let (client, secret) = self.clients.create(owner, self.login.person, new).await.expect("a client");
        App { client, secret }
    }

    /// A code that the person who is logged in gives for this request.
    pub(crate) async fn code(&self, request: &AuthorizeRequest) -> Secret<String> {
        let url = self.provider.approve(self.login, request).await.expect("a redirect");
        Secret::new(query(&url)["code"].clone())
    }

    /// Tokens for a client by the usual way, with PKCE.
    pub(crate) async fn tokens(&self, app: &App, scope: &str) -> Tokens {
        let code = self.code(&app.asks(scope)).await;
        self.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens")
    }

    pub(crate) async fn refresh(&self, app: &App, token: &Secret<String>) -> Result<Tokens, OAuthError> {
        self.provider.token(&app.shows(), refreshes(token)).await
    }
}

impl App {
    /// What the client shows at the token endpoint.
    pub(crate) fn shows(&self) -> ClientAuthentication {
        let client_id = self.client.client_id.clone();
        match &self.secret {
            Some(secret) => ClientAuthentication::Post { client_id, secret: secret.clone() },
            None => ClientAuthentication::None { client_id },
        }
    }

    /// A question with PKCE.
    pub(crate) fn asks(&self, scope: &str) -> AuthorizeRequest {
        AuthorizeRequest {
            code_challenge: Some(CHALLENGE.to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            ..self.asks_plainly(scope)
        }
    }

    /// A question without PKCE.
    pub(crate) fn asks_plainly(&self, scope: &str) -> AuthorizeRequest {
        AuthorizeRequest {
            client_id: Some(self.client.client_id.clone()),
            redirect_uri: Some(self.client.redirect_uris[0].clone()),
            response_type: Some("code".to_owned()),
            state: Some("a state & more".to_owned()),
            scope: Some(scope.to_owned()),
            ..AuthorizeRequest::default()
        }
    }

    /// What the client sends with a code that was asked for with PKCE.
    pub(crate) fn redeems(&self, code: &Secret<String>) -> TokenRequest {
        TokenRequest { code_verifier: Some(secret(VERIFIER)), ..self.redeems_plainly(code) }
    }

    pub(crate) fn redeems_plainly(&self, code: &Secret<String>) -> TokenRequest {
        TokenRequest {
            grant_type: Some("authorization_code".to_owned()),
            code: Some(code.clone()),
            redirect_uri: Some(self.client.redirect_uris[0].clone()),
            ..TokenRequest::default()
        }
    }
}

pub(crate) fn new_client(redirect_uri: &str, is_public: bool) -> NewClient {
    let method = if is_public { AuthMethod::None } else { AuthMethod::SecretBasic };
    let (name, redirect_uris) = ("Difference Engine".to_owned(), vec![redirect_uri.to_owned()]);
    // Keys for RSA are slow to make: where it does not matter, none is.
    NewClient { name, redirect_uris, method, id_token_algorithm: SigningAlgorithm::Es256, ..NewClient::default() }
}

pub(crate) fn refreshes(token: &Secret<String>) -> TokenRequest {
    TokenRequest {
        grant_type: Some("refresh_token".to_owned()),
        refresh_token: Some(token.clone()),
        ..TokenRequest::default()
    }
}

/// The refresh token of an answer.
pub(crate) fn refresh_of(tokens: &Tokens) -> Secret<String> {
    tokens.refresh_token.clone().expect("a refresh token")
}

/// The query of an address.
pub(crate) fn query(url: &Secret<String>) -> HashMap<String, String> {
    Url::parse(url.expose()).expect("a URL").query_pairs().into_owned().collect()
}

/// The header or the claims of a JWT.
pub(crate) fn part(token: &Secret<String>, index: usize) -> Value {
    let text = token.expose().split('.').nth(index).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

/// The code and the sentence of a refusal.
pub(crate) fn said<T: std::fmt::Debug>(outcome: Result<T, OAuthError>) -> (&'static str, String) {
    let error = outcome.expect_err("a refusal");
    (error.rfc_code(), error.to_string())
}

/// The code of a refusal, and the `error` of the address that it sends the browser to.
pub(crate) fn sent_back<T: std::fmt::Debug>(outcome: Result<T, AuthorizeError>) -> (&'static str, Option<String>) {
    let refused = outcome.expect_err("a refusal");
    let redirect = refused.redirect.as_ref().map(|url| query(url)["error"].clone());
    (refused.error.rfc_code(), redirect)
}
