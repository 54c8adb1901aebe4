//! `/device`: a person lets a device in that shows a code (RFC 8628 section 3.3).
//!
//! Whoever sends a person a code wants to be let in with their account. So a code that came with the address is
//! confirmed as if it were typed, and the person is always asked.

mod sheets;

use super::Html;
use super::browser::Browser;
use super::complaint::Complaint;
use super::form::{Asked, Form};
use super::login;
use super::return_to::ReturnTo;
use super::sheet::Reply;
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::{AuthService, DeviceService, Login, OAuthError, WaitingDevice};
use mainstay_edge::{Failure, Surface};
use serde::Deserialize;
use sheets::Outcome;

const PATH: &str = "/device";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", find);
    surface.page(Method::POST, "/decision", decide);
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    user_code: String,
}

/// The form with the code.
#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    code: String,
}

/// What the person decides, of the device with this code.
#[derive(Deserialize)]
struct Decision {
    #[serde(default)]
    code: String,
    #[serde(default)]
    answer: String,
}

type Devices = web::Data<dyn DeviceService>;
type People = web::Data<dyn AuthService>;

async fn show(browser: Browser, Asked(query): Asked<Query>) -> Result<Reply, Failure> {
    if browser.session.is_none() {
        return Ok(log_in_first(&query.user_code));
    }
    browser.show(StatusCode::OK, &sheets::typing(&browser, query.user_code, &Complaint::default()))
}

async fn find(Form { browser, input }: Form<Input>, devices: Devices, people: People) -> Result<Reply, Failure> {
    let Some(login) = browser.login() else { return Ok(log_in_first(&input.code)) };
    match devices.find_device(login, &input.code, &browser.client).await {
        Ok(device) => ask(&browser, login, (&device, &input.code), &**people).await,
        Err(error) => complain(&browser, input.code, error),
    }
}

async fn decide(Form { browser, input }: Form<Decision>, devices: Devices, people: People) -> Result<Reply, Failure> {
    let Decision { code, answer } = input;
    let Some(login) = browser.login() else { return Ok(log_in_first(&code)) };
    let (outcome, decided) = match answer.as_str() {
        "allow" => (Outcome::Allowed, browser.act(devices.allow_device(login, &code, &browser.client)).await),
        "deny" => (Outcome::Denied, browser.act(devices.deny_device(login, &code, &browser.client)).await),
        _ => {
            let device = devices.find_device(login, &code, &browser.client).await?;
            return ask(&browser, login, (&device, &code), &**people).await;
        }
    };
    match decided {
        Ok(device) => browser.show(StatusCode::OK, &sheets::decided(&browser, outcome, &device)),
        Err(error) => complain(&browser, code, error),
    }
}

async fn ask(
    browser: &Browser,
    login: Login,
    (device, code): (&WaitingDevice, &str),
    people: &dyn AuthService,
) -> Result<Reply, Failure> {
    let person = people.person(login.person).await?;
    let email = person.as_ref().map_or("", |person| &person.email);
    browser.show(StatusCode::OK, &sheets::question(browser, (device, code), email))
}

fn complain(browser: &Browser, code: String, error: OAuthError) -> Result<Reply, Failure> {
    if matches!(error, OAuthError::Unauthenticated) {
        return Ok(log_in_first(&code));
    }
    let complaint = Complaint::of(error, browser.hosted.words, &["code"])?;
    let reply = browser.show(complaint.status, &sheets::typing(browser, code, &complaint))?;
    Ok(complaint.finish(reply))
}

fn log_in_first(code: &str) -> Reply {
    Reply::to(&login::address(again(code).as_ref(), None, false))
}

/// This page, with the code if there is one.
fn again(code: &str) -> Option<ReturnTo> {
    let code = Some(("user_code", code)).filter(|(_, code)| !code.is_empty());
    let Some(code) = code else { return ReturnTo::parse(PATH) };
    ReturnTo::parse(&format!("{PATH}?{}", serde_urlencoded::to_string([code]).ok()?))
}
