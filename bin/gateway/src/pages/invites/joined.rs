//! Whoever took the seat, and where they go from here.

use super::offer::Offered;
use crate::pages::browser::Browser;
use crate::pages::projects;
use crate::pages::sheet::{Link, Sheet};
use mainstay_tenancy::invites::Accepted;
use url::Url;

/// The page: of a seat that was just taken, or that the person has had already.
///
/// Where the inviter wants people to go is a link, which names the host, and no redirect: it leads away from here.
pub(super) fn sheet(browser: &Browser, offered: &Offered, accepted: Option<&Accepted>) -> Sheet {
    let (words, place) = (browser.hosted.words, offered.view.place_name.as_str());
    let sheet = match accepted {
        Some(_) => Sheet::new((words.joined)(place)).says(words.joined_text),
        None => Sheet::new((words.joined_before)(place)).says(words.joined_before_text),
    };
    let wanted = accepted.and_then(|accepted| accepted.invite.redirect_url.as_deref());
    let onward = match (wanted.and_then(|url| Some((url, host_of(url)?))), &browser.hosted.app_url) {
        (Some((url, host)), _) => Link::new(url, (words.to_site)(&host)),
        (None, Some(app)) => Link::new(app, (words.to_app)(browser.hosted.brand.as_str())),
        (None, None) => Link::new(projects::PATH, words.projects),
    };
    sheet.leads(onward.drawn_as_button())
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}
