//! `GET /api/v1/pixel/export.csv`: a breakdown, or the days, as a table (RFC 4180).

use super::breakdown::BreakdownQuery;
use super::domain_name::{self, DomainQuery};
use super::period::Asked;
use super::{PixelRead, TAG};
use actix_web::web;
use mainstay_edge::answer::Text;
use mainstay_edge::{Can, Doc, Failure, Platform, QueryParameters, Surface};
use mainstay_kernel::Clock;
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::{Interval, Listing, ReportService};
use mainstay_tracking::{NOT_SAID, Numbers};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "All values of a dimension with `by`, as a breakdown has them; without it a row for each day.";
    let doc = Doc { id: "exportPixelReport", tag: TAG, summary: "Export a report as CSV", text, fails: &[] };
    surface.get("/pixel/export.csv", export, doc);
}

/// What is exported.
#[derive(Deserialize, JsonSchema)]
struct ExportQuery {
    /// As for a breakdown; the days where it is left out.
    by: Option<String>,
}

type Services = (web::Data<dyn DomainService>, web::Data<dyn ReportService>, web::Data<dyn Clock>);

async fn export(
    caller: Can<PixelRead>,
    (QueryParameters(DomainQuery { domain }), QueryParameters(period)): Asked,
    QueryParameters(query): QueryParameters<ExportQuery>,
    (domains, reports, clock): Services,
) -> Result<Text, Failure> {
    let question = period.question(clock.now())?;
    let by = query.by.map(|by| BreakdownQuery::named(by).by()).transpose()?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let table = if let Some((by, property)) = by {
        let listing = Listing { by, property, search: None, sort: Vec::new(), page: None };
        let shares = reports.breakdown(caller.workspace, domain.id, question, listing).await?;
        table("name", shares.items.into_iter().map(|share| (share.name, share.numbers)))
    } else {
        let stats = reports.stats(caller.workspace, domain.id, question, Interval::Day).await?;
        table("day", stats.series.into_iter().map(|point| (day(point.at), point.numbers)))
    };
    Ok(Text { content_type: "text/csv; charset=utf-8", text: table.into() })
}

fn day(at: mainstay_kernel::Timestamp) -> String {
    mainstay_tracking::Day::of(at).to_iso()
}

fn table(first: &str, rows: impl Iterator<Item = (String, Numbers)>) -> String {
    let mut table = format!("{first},visitors,visits,views,events,bounce_rate,visit_duration\r\n");
    for (name, numbers) in rows {
        let name = if name.is_empty() { NOT_SAID } else { &name };
        let Numbers { visitors, visits, views, events, .. } = numbers;
        let (bounces, seconds) = (numbers.bounce_rate(), numbers.seconds_a_visit());
        // Writing to a text never fails.
        let _ = write!(table, "{},{visitors},{visits},{views},{events},{bounces:.4},{seconds:.1}\r\n", field(name));
    }
    table
}

/// A text that a spreadsheet takes for nothing but a text: what visitors sent must not become a formula there.
fn field(text: &str) -> String {
    let tame = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if tame.contains([',', '"', '\r', '\n']) { format!("\"{}\"", tame.replace('"', "\"\"")) } else { tame }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_its_field_or_becomes_a_formula() {
        assert_eq!(field("/prices"), "/prices");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=HYPERLINK(1,2)"), "\"'=HYPERLINK(1,2)\"");
        let row = table("name", [(String::new(), Numbers { visits: 2, bounces: 1, ..Numbers::default() })].into_iter());
        assert_eq!(row.lines().nth(1), Some("(none),0,2,0,0,0.5000,0.0"));
    }
}
