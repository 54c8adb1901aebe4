//! Whether search engines may have the page at all.

use crate::seo::auditor::catalogue::{NOINDEX, ROBOTS_BLOCKED, ROBOTS_MISSING, ROBOTS_UNAVAILABLE};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::Observed;
use crate::seo::auditor::robots::RobotsState;

const ROBOTS: &str = "/robots.txt";

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(told) = observed.document.robots.iter().find(|told| is_noindex(told)) {
        let place = format!("meta[name=\"robots\"][content=\"{told}\"]");
        found.push(NOINDEX.found(&place, "The page asks search engines to leave it out."));
    }
    if let Some(told) = observed.page.robots.iter().find(|told| is_noindex(of_all(told))) {
        let place = format!("X-Robots-Tag: {told}");
        found.push(NOINDEX.found(&place, "The page's answer asks search engines to leave it out."));
    }
    if !observed.robots.allows(&observed.page.url) {
        found.push(ROBOTS_BLOCKED.found(ROBOTS, "The site's robots.txt keeps robots from the page."));
    }
    match observed.robots.state {
        RobotsState::There => {}
        RobotsState::Missing => found.push(ROBOTS_MISSING.found(ROBOTS, "The site has no robots.txt.")),
        RobotsState::Unavailable => {
            let message = "The site's robots.txt cannot be fetched; robots may stay away until it can.";
            found.push(ROBOTS_UNAVAILABLE.found(ROBOTS, message));
        }
    }
    found
}

fn is_noindex(told: &str) -> bool {
    told.split(',').any(|word| matches!(word.trim().to_ascii_lowercase().as_str(), "noindex" | "none"))
}

/// What the header says to Google's robot or to all; a rule may begin with the robot that it is for.
fn of_all(told: &str) -> &str {
    match told.split_once(':') {
        Some((robot, rules)) if robot.trim().eq_ignore_ascii_case("googlebot") => rules,
        // `unavailable_after: …` and `max-snippet: …` are rules themselves.
        Some((name, _)) if name.contains(',') || name.trim().contains(['_', '-']) => told,
        Some(_) => "",
        None => told,
    }
}
