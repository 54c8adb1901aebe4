//! What pages tell of.

use crate::request::Request;
use crate::scenario::Scenario;

/// How many visitors there are: so many that none of them goes faster than a person, and none reaches their limit.
const VISITORS: u32 = 16_384;
/// The same where each tells of many events at once.
const VISITORS_OF_BATCHES: u32 = 65_536;
/// How many events a batch tells of.
pub(crate) const EVENTS: u16 = 100;
/// How many pages there are.
const PAGES: usize = 128;

/// The requests of a scenario, which so many connections as there are share.
pub(crate) fn requests(scenario: Scenario) -> Vec<Request> {
    let of_page = |page: usize| match scenario {
        Scenario::TrackBatch => {
            let events: Vec<_> = (0..usize::from(EVENTS)).map(|event| view(page + event)).collect();
            let body = format!(r#"{{"events": [{}]}}"#, events.join(", "));
            Request::post_from_any("/api/v1/pixel/track/batch", VISITORS_OF_BATCHES, &body)
        }
        _ => Request::post_from_any("/api/v1/pixel/track", VISITORS, &view(page)),
    };
    (0..PAGES).map(of_page).collect()
}

fn view(page: usize) -> String {
    let url = format!("https://bench.example/articles/{}", page % PAGES);
    format!(
        r#"{{"event": "pageview", "url": "{url}", "referrer": "https://www.google.com/", "properties": {{"title": "Page"}}}}"#
    )
}
