//! Whoever looks at a page, as far as their cookies tell.

use super::cookies::{Cookies, Jar};
use super::csrf::Binding;
use super::hosted::Hosted;
use super::sheet::{Link, Reply, Sheet};
use crate::identity::client::client_of;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_auth::{Client, Login, Session, SessionService, TokenPair};
use mainstay_edge::request_id::RequestId;
use mainstay_edge::{Failure, Rejection};
use mainstay_kernel::{Origin, Secret, SessionId, Via};
use mainstay_store::origin;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// A browser: its session, if somebody is logged in there, and what ties forms to it.
pub(crate) struct Browser {
    pub(super) hosted: web::Data<Hosted>,
    pub(super) session: Option<Session>,
    pub(super) client: Client,
    cookies: Cookies,
    brought: Brought,
    /// The cookie that forms are bound to, and whether the browser has yet to be given it.
    visitor: (String, bool),
    request: Option<String>,
}

/// The `Cookie` headers of a request.
struct Brought(Vec<String>);

/// Letters in the cookie that forms are bound to: 190 bits of chance.
const VISITOR_LENGTH: usize = 32;
/// What the value of the session's cookie is sealed for.
const SESSION_COOKIE: &str = "page session";

impl FromRequest for Browser {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl Browser {
    pub(super) async fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let absent = || Rejection::Panicked("pages are mounted without what they stand on".to_owned());
        let hosted = request.app_data::<web::Data<Hosted>>().ok_or_else(absent)?.clone();
        let sessions = request.app_data::<web::Data<dyn SessionService>>().ok_or_else(absent)?;
        let cookies = Cookies { https: hosted.public_url.is_https() };
        let headers = request.headers().get_all(header::COOKIE);
        let brought = Brought(headers.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect());
        let session = match brought.read(cookies, Jar::Session).and_then(|cookie| session_of(&hosted, &cookie)) {
            Some(id) => sessions.live(id).await?,
            None => None,
        };
        let visitor = match brought.read(cookies, Jar::Visitor).filter(|value| value.len() == VISITOR_LENGTH) {
            Some(known) => (known, false),
            None => (hosted.ids.alphanumeric(VISITOR_LENGTH), true),
        };
        let client = client_of(request, brought.read(cookies, Jar::Device).map(Secret::new));
        let request = RequestId::of(request).map(|id| id.as_str().to_owned());
        Ok(Self { hosted, session, client, cookies, brought, visitor, request })
    }

    /// Whoever is logged in, as the domain knows them.
    pub(super) fn login(&self) -> Option<Login> {
        self.session.map(|session| Login { person: session.person, session: session.id })
    }

    /// The value of a cookie that the browser brought.
    pub(super) fn brought(&self, jar: Jar) -> Option<Secret<String>> {
        self.brought.read(self.cookies, jar).map(Secret::new)
    }

    /// What a form of this browser must carry.
    pub(super) fn proof(&self) -> String {
        self.hosted.seals.proof(self.binding())
    }

    /// Whether it is what a form of this browser carries.
    pub(super) fn proves(&self, proof: &str) -> bool {
        self.hosted.seals.holds(proof, self.binding())
    }

    fn binding(&self) -> Binding<'_> {
        Binding { visitor: &self.visitor.0, session: self.session.map(|session| session.id) }
    }

    /// A page, and the cookie that its forms are bound to.
    pub(super) fn show(&self, status: StatusCode, sheet: &Sheet) -> Result<Reply, Failure> {
        let page = sheet.page(self.hosted.words, self.hosted.brand.as_str(), &self.proof())?;
        let reply = Reply::page(status, page);
        let (value, is_new) = &self.visitor;
        Ok(if *is_new { reply.with(self.cookies.keep(Jar::Visitor, value.clone())) } else { reply })
    }

    /// Leads to another site by a page and not by a redirect: our policy lets forms lead nowhere else, and browsers hold
    /// redirects after a form against it (W3C CSP3 §6.4.1).
    pub(super) fn lead(&self, sheet: Sheet, to: &str) -> Result<Reply, Failure> {
        let link = Link::new(to, self.hosted.words.go_on).drawn_as_button();
        self.show(StatusCode::OK, &sheet.leads(link).goes_on_to(to))
    }

    /// The same reply, and a value that the browser is to keep.
    pub(super) fn keep(&self, reply: Reply, jar: Jar, value: &Secret<String>) -> Reply {
        reply.with(self.cookies.keep(jar, value.expose().clone()))
    }

    /// What the browser brought in a cookie that we sealed for this purpose.
    pub(super) fn unseal(&self, jar: Jar, purpose: &str) -> Option<Secret<Vec<u8>>> {
        unseal(&self.hosted, purpose, self.brought(jar)?.expose())
    }

    /// The same reply, and a value that the browser is to keep and cannot read.
    pub(super) fn keep_sealed(&self, reply: Reply, jar: Jar, purpose: &str, plain: &[u8]) -> Reply {
        let sealed = self.hosted.keyring.seal(purpose, plain, &*self.hosted.ids);
        self.keep(reply, jar, &Secret::new(URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The same reply, and the browser forgets.
    pub(super) fn forget(&self, reply: Reply, jar: Jar) -> Reply {
        reply.with(self.cookies.forget(jar))
    }

    /// The same reply, and the browser is logged in to the session that has just begun. What it was before the login
    /// is forgotten, so that nobody can have prepared it.
    pub(super) fn log_in(&self, reply: Reply, pair: &TokenPair) -> Reply {
        let mut reply = self.keep_sealed(reply, Jar::Session, SESSION_COOKIE, pair.session.0.as_bytes());
        if let Some(device) = &pair.device {
            reply = self.keep(reply, Jar::Device, device);
        }
        self.start_afresh(reply)
    }

    /// The same reply, and the browser is logged out.
    pub(super) fn log_out(&self, reply: Reply) -> Reply {
        self.start_afresh(self.forget(reply, Jar::Session))
    }

    fn start_afresh(&self, reply: Reply) -> Reply {
        let leftovers = [Jar::Visitor, Jar::Challenge, Jar::SignUp];
        let brought = leftovers.into_iter().filter(|jar| self.brought(*jar).is_some());
        brought.fold(reply, |reply, jar| self.forget(reply, jar))
    }

    /// Does something as whoever is logged in, which is what the audit log will show.
    pub(super) async fn act<T>(&self, work: impl Future<Output = T>) -> T {
        let origin = Origin {
            actor: self.session.map(|session| session.person),
            via: self.session.map(|session| Via::Session(session.id)),
            address: self.client.address(),
            request: self.request.clone(),
        };
        origin::run_for(Arc::new(origin), work).await
    }
}

impl Brought {
    fn read(&self, cookies: Cookies, jar: Jar) -> Option<String> {
        cookies.read(jar, self.0.iter().map(String::as_str))
    }
}

fn unseal(hosted: &Hosted, purpose: &str, value: &str) -> Option<Secret<Vec<u8>>> {
    hosted.keyring.open(purpose, &URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

/// The session that a cookie names, if we wrote it.
fn session_of(hosted: &Hosted, cookie: &str) -> Option<SessionId> {
    let id = unseal(hosted, SESSION_COOKIE, cookie)?;
    Uuid::from_slice(id.expose()).ok().map(SessionId)
}
