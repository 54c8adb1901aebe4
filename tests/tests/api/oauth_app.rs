//! An application that people log in to with their account here, for the tests of the provider.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Nobody, Person};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Where it takes people back.
pub(crate) const BACK: &str = "https://app.example.com/back";

/// What a public application makes its challenge of.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A registered client, at an address of its own.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) client_id: String,
    /// None where it is public.
    pub(crate) secret: Option<String>,
    server: Nobody,
}

impl App {
    /// With a secret.
    pub(crate) async fn of(owner: &Person, gateway: &Gateway) -> Self {
        Self::made(
            gateway,
            &owner.post("/oauth/clients", &json!({ "name": "App", "redirect_uri": BACK })).await.is(201),
        )
    }

    /// Without one.
    pub(crate) async fn public(owner: &Person, gateway: &Gateway) -> Self {
        let body = json!({ "name": "App", "redirect_uri": BACK, "is_public": true });
        Self::made(gateway, &owner.post("/oauth/clients", &body).await.is(201))
    }

    /// From what registering it told.
    pub(crate) fn made(gateway: &Gateway, made: &Answer) -> Self {
        Self { id: made.text("/id"), ..Self::self_made(gateway, made) }
    }

    /// The same of one that registered itself, which has no other name than what it calls itself.
    pub(crate) fn self_made(gateway: &Gateway, made: &Answer) -> Self {
        let secret = made.json()["client_secret"].as_str().map(str::to_owned);
        Self::with(gateway, String::new(), made.text("/client_id"), secret)
    }

    /// What is registered so.
    pub(crate) fn with(gateway: &Gateway, id: String, client_id: String, secret: Option<String>) -> Self {
        Self { id, client_id, secret, server: gateway.nobody() }
    }

    /// The path by which it asks a person in; `more` begins with `&`.
    pub(crate) fn question(&self, more: &str) -> String {
        format!("/oauth/authorize?response_type=code&client_id={}&redirect_uri={BACK}{more}", self.client_id)
    }

    /// The code that it is sent when a person lets it in.
    pub(crate) async fn code(&self, person: &Person, more: &str) -> String {
        let answer = person.get(&self.question(more)).await.is(200);
        parameter(&answer.text("/redirect_url"), "code").expect("a code")
    }

    /// The same for a public application.
    pub(crate) async fn challenged_code(&self, person: &Person, more: &str) -> String {
        self.code(person, &format!("&{}{more}", challenge())).await
    }

    /// Who it is, as parameters.
    pub(crate) fn proof(&self) -> Value {
        match &self.secret {
            Some(secret) => json!({ "client_id": self.client_id, "client_secret": secret }),
            None => json!({ "client_id": self.client_id }),
        }
    }

    /// Who it is, as a header.
    pub(crate) fn basic(&self) -> String {
        let secret = self.secret.as_deref().unwrap_or_default();
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.client_id)))
    }

    /// A call with parameters in JSON, and with who it is.
    pub(crate) fn ask(&self, path: &str, parameters: &Value) -> Call {
        self.server.post(path, &with(self.proof(), parameters))
    }

    /// A call with a form, which says by itself who it is.
    pub(crate) fn send(&self, path: &str, form: &str) -> Call {
        self.server.call("POST", path).body("application/x-www-form-urlencoded", form)
    }

    /// Tokens for a code.
    pub(crate) fn exchange(&self, code: &str) -> Call {
        self.ask("/oauth/token", &json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": BACK }))
    }

    /// Tokens for a refresh token.
    pub(crate) fn refresh(&self, token: &str) -> Call {
        self.ask("/oauth/token", &json!({ "grant_type": "refresh_token", "refresh_token": token }))
    }

    /// Tokens for a person who lets it in.
    pub(crate) async fn tokens(&self, person: &Person, more: &str) -> Answer {
        let code = self.code(person, more).await;
        self.exchange(&code).await.is(200)
    }

    /// What an access token lets it know.
    pub(crate) fn userinfo(&self, access: &str) -> Call {
        self.server.get("/oauth/userinfo").header("authorization", format!("Bearer {access}"))
    }
}

/// The challenge that was made of the verifier, as parameters.
pub(crate) fn challenge() -> String {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!("code_challenge={digest}&code_challenge_method=S256")
}

/// One parameter of an address.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("an address");
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// One object with the fields of both.
pub(crate) fn with(mut object: Value, more: &Value) -> Value {
    let fields = object.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    object
}

/// The answer of a call that is refused in the words of RFC 6749.
pub(crate) async fn refused(call: Call, status: u16, error: &str, sentence: &str) -> Answer {
    let answer = call.await.is(status);
    assert_eq!((answer.text("/error"), answer.text("/error_description")), (error.to_owned(), sentence.to_owned()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer
}

/// Where a page leads by itself.
#[track_caller]
pub(crate) fn onward(page: &Answer) -> String {
    let html = page.page();
    let (_, rest) = html.split_once("content=\"0;url=").unwrap_or_else(|| panic!("{html} leads nowhere"));
    rest.split('"').next().expect("a split has parts").replace("&#38;", "&")
}
