//! `/oauth/logout`: a client sends a person here to be logged out (OpenID Connect RP-Initiated Logout 1.0).
//!
//! What ends is the session of this browser, and codes that it gave. Tokens of clients live on, as whenever somebody
//! logs out; each client ends its own. Without an ID token of whoever is logged in the person is asked first, since
//! any site on the web may have sent them.

use crate::pages::Html;
use crate::pages::browser::Browser;
use crate::pages::form::{Form, FormError, is_form};
use crate::pages::login;
use crate::pages::parameters::{MAX_LENGTH, Parameters};
use crate::pages::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, web};
use mainstay_auth::{AuthService, Leaving, LogoutRequest, ProviderService};
use mainstay_edge::{Failure, Surface, valid};
use mainstay_kernel::Secret;
use serde::Deserialize;

const PATH: &str = "/oauth/logout";

pub(in crate::pages) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", relay);
    surface.page(Method::POST, "/confirm", confirm);
}

type Provider = web::Data<dyn ProviderService>;
type People = web::Data<dyn AuthService>;

/// The form by which a person confirms: the client's wish.
#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    wish: String,
}

fn read(query: &str) -> Result<LogoutRequest, FormError> {
    let mut parameters = Parameters::read(query)?;
    Ok(LogoutRequest {
        id_token_hint: parameters.take("id_token_hint").map(Secret::new),
        client_id: parameters.take("client_id"),
        post_logout_redirect_uri: parameters.take("post_logout_redirect_uri"),
        state: parameters.take("state"),
    })
}

async fn show(browser: Browser, request: HttpRequest, provider: Provider, people: People) -> Result<Reply, Failure> {
    let query = request.query_string();
    let leaving = provider.leave(&read(query)?, browser.login()).await?;
    if browser.session.is_some() && !leaving.is_vouched_for {
        return browser.show(StatusCode::OK, &sheet(&browser, query, &leaving));
    }
    super::end_session(&browser, &**people).await?;
    match &leaving.redirect {
        Some(redirect) => Ok(browser.log_out(Reply::to(redirect.expose()))),
        None => super::farewell(&browser),
    }
}

/// A client's own form. Browsers bring no cookies with a form of another site (RFC 6265bis section 5.6.7.1), so they
/// are sent on to come by themselves.
async fn relay(request: HttpRequest, payload: web::Payload) -> Result<Reply, Failure> {
    let body = valid::body(&request, payload.into_inner()).await?;
    let body = std::str::from_utf8(&body).map_err(|_| FormError::Unreadable)?;
    if !body.is_empty() && !is_form(request.headers()) {
        return Err(FormError::Unreadable.into());
    }
    let query = serde_urlencoded::to_string(Parameters::read(body)?.pairs).map_err(|_| FormError::Unreadable)?;
    if query.len() > MAX_LENGTH {
        return Err(FormError::Unreadable.into());
    }
    Ok(Reply::to(&format!("{PATH}?{query}")))
}

async fn confirm(Form { browser, input }: Form<Input>, provider: Provider, people: People) -> Result<Reply, Failure> {
    let leaving = provider.leave(&read(&input.wish)?, browser.login()).await?;
    super::end_session(&browser, &**people).await?;
    let Some(redirect) = &leaving.redirect else { return super::farewell(&browser) };
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.logged_out).says(words.logged_out_text);
    Ok(browser.log_out(browser.lead(sheet, redirect.expose())?))
}

fn sheet(browser: &Browser, query: &str, leaving: &Leaving) -> Sheet {
    let (words, brand) = (browser.hosted.words, browser.hosted.brand.as_str());
    let ask = Ask {
        action: format!("{PATH}/confirm"),
        hidden: vec![("wish", query.to_owned())],
        button: words.to_log_out,
        ..Ask::default()
    };
    let sheet = Sheet::new((words.log_out_of)(brand));
    let sheet = match &leaving.client_name {
        Some(client) => sheet.says((words.log_out_wished)(client)),
        None => sheet,
    };
    sheet.says(words.log_out_text).asks(ask).leads(Link::new(login::PATH, words.stay_logged_in))
}
