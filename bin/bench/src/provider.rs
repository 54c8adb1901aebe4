//! A provider of OAuth as its clients see it: Mainstay, or a peer, which tells all of this itself.

use crate::exchange;
use crate::people::Session;
use crate::request::Request;
use crate::scenario::Scenario;
use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::net::SocketAddr;

const REDIRECT_URI: &str = "https://app.example.com/callback";
/// A verifier and its challenge (RFC 7636 appendix B). The server has no way to do less for one that it has seen before.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where a client calls, who it is, and the people who let it in.
#[derive(Deserialize)]
pub(crate) struct Provider {
    authorize: String,
    token: String,
    introspect: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    scope: String,
    /// Whom JWT access tokens are for, where those that are for nobody are opaque.
    resource: Option<String>,
    /// The header by which each session is known.
    sessions: Vec<String>,
}

/// What makes a client known.
#[derive(Deserialize)]
struct Credentials {
    client_id: String,
    client_secret: String,
}

type Field<'a> = (&'static str, &'a str);

impl Provider {
    /// Mainstay at `address`, with a new client of the first of these people.
    ///
    /// # Errors
    /// When there is nobody, or no client is made.
    pub(crate) fn mainstay(address: SocketAddr, sessions: &[Session]) -> anyhow::Result<Self> {
        let owner = sessions.first().context("nobody is there to own a client")?;
        let body = serde_json::json!({
            "name": "Bench", "redirect_uri": REDIRECT_URI,
            // As the peers sign theirs.
            "id_token_signed_response_alg": "ES256",
        });
        let body = body.to_string();
        let answer = exchange::ask(address, &mut Request::post("/oauth/clients", Some(&owner.token), &body))?;
        ensure!(answer.status == 201, "no client: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        let Credentials { client_id, client_secret } = serde_json::from_slice(&answer.body)?;
        Ok(Self {
            authorize: "/oauth/authorize".to_owned(),
            token: "/oauth/token".to_owned(),
            introspect: "/oauth/introspect".to_owned(),
            client_id,
            client_secret,
            redirect_uri: REDIRECT_URI.to_owned(),
            scope: "openid".to_owned(),
            resource: None,
            sessions: sessions.iter().map(|session| format!("Authorization: Bearer {}", session.token)).collect(),
        })
    }

    /// What clients send to the provider at `address` in a scenario, a request for each session.
    ///
    /// # Errors
    /// When the provider lets somebody not in.
    pub(crate) fn requests(&self, scenario: Scenario, address: SocketAddr) -> anyhow::Result<Vec<Request>> {
        let of = |session: &String| match scenario {
            Scenario::OauthCode => self.journey(address, session, self.resource.as_deref()),
            Scenario::OauthIntrospect => self.introspection(address, session),
            _ => self.own_token(),
        };
        self.sessions.iter().map(of).collect()
    }

    fn own_token(&self) -> anyhow::Result<Request> {
        let form = self.form(&[("grant_type", "client_credentials")], self.resource.as_deref())?;
        Ok(Request::form(&self.token, &form))
    }

    /// A person lets the client in, and the client trades the code.
    fn journey(&self, address: SocketAddr, session: &str, resource: Option<&str>) -> anyhow::Result<Request> {
        let mut first = self.authorization(session, resource)?;
        // The first code of all shows how long they are; it is never traded.
        let code = exchange::ask(address, &mut first)?.code.context("no code came")?;
        let fields = [("grant_type", "authorization_code"), ("redirect_uri", &self.redirect_uri), ("code", &code)];
        let form = self.form(&[&fields[..], &[("code_verifier", VERIFIER)]].concat(), resource)?;
        Ok(Request::form_with_code(&self.token, &form, &code, first))
    }

    fn authorization(&self, session: &str, resource: Option<&str>) -> anyhow::Result<Request> {
        let fields = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &self.scope),
            ("state", "bench"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let query = encoded(&fields, resource)?;
        Ok(Request::get_with_header(&format!("{}?{query}", self.authorize), session))
    }

    /// The question about a token that a person's letting in gave, of whatever kind the provider tells of fastest.
    fn introspection(&self, address: SocketAddr, session: &str) -> anyhow::Result<Request> {
        let answer = exchange::ask(address, &mut self.journey(address, session, None)?)?;
        let tokens: Value = serde_json::from_slice(&answer.body).context("the tokens are not in JSON")?;
        let token = tokens["access_token"].as_str().context("the answer to a code holds no access token")?;
        let form = self.form(&[("token", token), ("token_type_hint", "access_token")], None)?;
        Ok(Request::form(&self.introspect, &form))
    }

    /// A form of these fields with which the client proves itself.
    fn form(&self, fields: &[Field<'_>], resource: Option<&str>) -> anyhow::Result<String> {
        let proof = [("client_id", self.client_id.as_str()), ("client_secret", &self.client_secret)];
        encoded(&[fields, &proof].concat(), resource)
    }
}

fn encoded(fields: &[Field<'_>], resource: Option<&str>) -> anyhow::Result<String> {
    let resource = resource.map(|resource| ("resource", resource));
    Ok(serde_urlencoded::to_string(fields.iter().copied().chain(resource).collect::<Vec<_>>())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tests::answering;

    fn provider() -> Provider {
        let told = serde_json::json!({
            "authorize": "/a", "token": "/t", "introspect": "/i", "client_id": "c", "client_secret": "s&s",
            "redirect_uri": "https://app.example.com/callback", "scope": "openid offline_access",
            "resource": "https://api.example.com/", "sessions": ["Cookie: sid=1", "Cookie: sid=2"]
        });
        serde_json::from_value(told).expect("all that a client has to know")
    }

    fn sent(request: &mut Request) -> String {
        String::from_utf8_lossy(request.next()).into_owned()
    }

    #[test]
    fn a_client_proves_itself_and_names_the_resource() {
        let nowhere = crate::server::free_address().expect("a port");
        let mut requests = provider().requests(Scenario::OauthClientCredentials, nowhere).expect("requests");
        assert_eq!(requests.len(), 2);
        let form =
            "grant_type=client_credentials&client_id=c&client_secret=s%26s&resource=https%3A%2F%2Fapi.example.com%2F";
        assert!(sent(&mut requests[0]).ends_with(form), "{}", sent(&mut requests[0]));
    }

    #[test]
    fn each_session_lets_the_client_in_by_itself() {
        let address = answering(b"HTTP/1.1 303 See Other\r\nLocation: /?code=xyz\r\nContent-Length: 0\r\n\r\n");
        let mut requests = provider().requests(Scenario::OauthCode, address).expect("requests");
        for (request, cookie) in requests.iter_mut().zip(["sid=1", "sid=2"]) {
            let first = sent(request.first().expect("a request before"));
            assert!(first.starts_with("GET /a?response_type=code&client_id=c&") && first.contains(cookie), "{first}");
            assert!(first.contains(&format!("&code_challenge={CHALLENGE}&code_challenge_method=S256&")), "{first}");
            let trade = sent(request);
            assert!(trade.contains("&code=xyz&") && trade.contains(VERIFIER), "{trade}");
        }
    }

    #[test]
    fn tokens_are_asked_about_that_are_for_nobody() {
        let address =
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n{\"access_token\":\"t\",\"at\":\"/?code=xyz\"}");
        let mut requests = provider().requests(Scenario::OauthIntrospect, address).expect("requests");
        let question = sent(&mut requests[1]);
        assert!(
            question.ends_with("token=t&token_type_hint=access_token&client_id=c&client_secret=s%26s"),
            "{question}"
        );
    }

    #[test]
    fn who_lets_nobody_in_is_no_provider_to_measure() {
        let refusing = answering(b"HTTP/1.1 303 See Other\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
        let error = provider().requests(Scenario::OauthCode, refusing).expect_err("no code").to_string();
        assert_eq!(error, "no code came");
    }
}
