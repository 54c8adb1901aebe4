//! `/oauth/authorize` for browsers: a person is asked whether they let a client in (RFC 6749 section 4.1.1, OpenID
//! Connect Core section 3.1.2).
//!
//! Beside it, on the same path, stands the API for everyone who does not ask for HTML.

mod posted;
mod question;

use super::Html;
use super::browser::Browser;
use super::form::Form;
use super::login;
use super::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, web};
use mainstay_auth::{Asked, AuthService, AuthorizeError, Backer, Login, OAuthError, ProviderService, Step};
use mainstay_edge::{Failure, Surface};
use posted::{Input, Posted};
use question::Question;
use url::Url;

const PATH: &str = "/oauth/authorize";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", receive);
}

type Provider = web::Data<dyn ProviderService>;
type People = web::Data<dyn AuthService>;

async fn show(browser: Browser, request: HttpRequest, provider: Provider, people: People) -> Result<Reply, Failure> {
    let question = Question::read(request.query_string())?;
    let asked = match provider.examine(&question.request, browser.login()).await {
        Ok(asked) => asked,
        Err(error) => return tell(error),
    };
    match (asked.next, browser.login()) {
        (Step::LogIn, _) | (_, None) => Ok(log_in_first(&question)),
        (Step::Consent, Some(login)) => ask(&browser, login, (&question, &asked), &**people).await,
        (Step::Approve, Some(login)) => match browser.act(provider.approve(login, &question.request)).await {
            Ok(redirect) => Ok(Reply::to(redirect.expose())),
            Err(error) => refused(error, &question),
        },
    }
}

async fn receive(posted: Posted, provider: Provider, people: People) -> Result<Reply, Failure> {
    match posted {
        Posted::Decision(form) => decide(*form, provider, people).await,
        // By way of a page, since browsers bring no cookie of ours with what another site posts.
        Posted::Question(page) => Ok(Reply::to(page.as_str())),
    }
}

async fn decide(Form { browser, input }: Form<Input>, provider: Provider, people: People) -> Result<Reply, Failure> {
    let question = Question::read(&input.question)?;
    let asked = match provider.examine(&question.request, browser.login()).await {
        Ok(asked) => asked,
        Err(error) => return tell(error),
    };
    let (Some(login), Step::Consent | Step::Approve) = (browser.login(), asked.next) else {
        return Ok(log_in_first(&question));
    };
    let decided = match input.answer.as_str() {
        "allow" => browser.act(provider.approve(login, &question.request)).await,
        "deny" => browser.act(provider.deny(&question.request)).await,
        _ => return ask(&browser, login, (&question, &asked), &**people).await,
    };
    match decided {
        Ok(redirect) => browser.lead(Sheet::new((browser.hosted.words.leading)(&asked.client_name)), redirect.expose()),
        Err(error) => refused(error, &question),
    }
}

/// The client is told by way of the browser, where it is sure that it is the client's address; the person is otherwise.
fn tell(error: AuthorizeError) -> Result<Reply, Failure> {
    match &error.redirect {
        Some(redirect) => Ok(Reply::to(redirect.expose())),
        None => Err(error.into()),
    }
}

/// The same for whoever was logged in a moment ago, and is no longer.
fn refused(error: AuthorizeError, question: &Question) -> Result<Reply, Failure> {
    match error.error {
        OAuthError::Unauthenticated => Ok(log_in_first(question)),
        _ => tell(error),
    }
}

/// To log in, for this question, whoever is logged in now.
fn log_in_first(question: &Question) -> Reply {
    Reply::to(&login::address(question.after_login().as_ref(), question.login_hint.as_deref(), true))
}

async fn ask(
    browser: &Browser,
    login: Login,
    (question, asked): (&Question, &Asked),
    people: &dyn AuthService,
) -> Result<Reply, Failure> {
    let person = people.person(login.person).await?;
    let email = person.as_ref().map_or("", |person| &person.email);
    browser.show(StatusCode::OK, &sheet(browser, question, asked, email))
}

fn sheet(browser: &Browser, question: &Question, asked: &Asked, email: &str) -> Sheet {
    let words = browser.hosted.words;
    let ask = |answer: &str, button, is_aside| Ask {
        action: PATH.to_owned(),
        hidden: vec![("question", question.query.clone()), ("answer", answer.to_owned())],
        button,
        is_aside,
        ..Ask::default()
    };
    let sheet = Sheet::new((words.consent)(&asked.client_name, browser.hosted.brand.as_str()))
        .says((words.consent_text)(&asked.client_name))
        .lists(asked.scopes.iter().map(words.scope))
        .tells(words.consent_by, (words.backer)(&asked.backer))
        .tells(words.consent_as, email)
        .tells(words.consent_to, place_of(&asked.redirect_uri))
        .asks(ask("allow", words.consent_allow, false))
        .asks(ask("deny", words.consent_deny, true));
    let sheet = match asked.backer {
        Backer::Nobody | Backer::Host(_) => sheet.concludes((words.consent_unvouched)(&asked.client_name)),
        Backer::Person(_) | Backer::Project(_) | Backer::Workspace(_) => sheet,
    };
    match question.again() {
        Some(again) => sheet.leads(Link::new(login::address(Some(&again), None, true), words.other_account)),
        None => sheet,
    }
}

/// Where a person will be, as far as they can tell it apart: the host, or an app's own scheme.
fn place_of(redirect_uri: &str) -> String {
    let url = Url::parse(redirect_uri).ok();
    let host = url.as_ref().and_then(|url| match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => Some(format!("{host}:{port}")),
        (host, _) => host.map(str::to_owned),
    });
    host.or_else(|| url.map(|url| url.scheme().to_owned())).unwrap_or_default()
}
