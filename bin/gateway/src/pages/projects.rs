//! `/projects` for browsers: what one is in, and where the mails about a project lead while no app of the operator's
//! stands before this gateway.
//!
//! Beside it, on the same paths, stands the API for everyone who does not ask for HTML.

use super::Html;
use super::browser::Browser;
use super::login;
use super::logout;
use super::return_to::ReturnTo;
use super::sheet::{Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_edge::{Failure, PathIds, Surface};
use mainstay_tenancy::ProjectService;
use mainstay_tenancy::projects::ProjectView;

pub(super) const PATH: &str = "/projects";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", list);
    surface.page(Method::GET, "/{slug}", show);
}

type Projects = web::Data<dyn ProjectService>;

async fn list(browser: Browser, projects: Projects) -> Result<Reply, Failure> {
    let Some(session) = browser.session else { return Ok(log_in_first(PATH)) };
    let seen = projects.list(session.person).await?;
    browser.show(StatusCode::OK, &all(&browser, &seen))
}

async fn show(browser: Browser, PathIds(slug): PathIds<String>, projects: Projects) -> Result<Reply, Failure> {
    let Some(session) = browser.session else { return Ok(log_in_first(&path(&slug))) };
    let seen = projects.get(session.person, &slug).await?;
    browser.show(StatusCode::OK, &one(&browser, &seen))
}

fn all(browser: &Browser, seen: &[ProjectView]) -> Sheet {
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.projects);
    let sheet = if seen.is_empty() { sheet.says(words.projects_none) } else { sheet };
    let links = seen.iter().map(|ProjectView { project, .. }| Link::new(path(&project.slug), project.name.as_str()));
    links.fold(sheet, Sheet::leads).asks(logout::ask(words, None))
}

fn one(browser: &Browser, ProjectView { project, role }: &ProjectView) -> Sheet {
    let words = browser.hosted.words;
    let sheet = Sheet::new(project.name.as_str());
    let sheet = match &project.description {
        Some(description) => sheet.says(description.as_str()),
        None => sheet,
    };
    let sheet = match role {
        Some(role) => sheet.tells(words.role, (words.role_name)(role.name())),
        None => sheet,
    };
    let seen_by = if project.is_public { words.project_public } else { words.project_private };
    sheet.tells(words.project_seen_by, seen_by).leads(Link::new(PATH, words.projects))
}

fn log_in_first(path: &str) -> Reply {
    Reply::to(&ReturnTo::after(ReturnTo::parse(path).as_ref(), login::PATH))
}

/// The path of a project's page.
pub(super) fn path(slug: &str) -> String {
    format!("{PATH}/{slug}")
}
