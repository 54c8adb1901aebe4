//! Lines in answers.

use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::stream::{self, Stream};
use mainstay_edge::IsoMillis;
use mainstay_edge::describe::{Description, Outcome};
use mainstay_hosting::SiteId;
use mainstay_hosting::logs::{Line, LogQuery, LogService};
use mainstay_kernel::{Timestamp, WorkspaceId};
use schemars::JsonSchema;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// A line of a log.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::hosting) struct LineResponse {
    /// Its place: behind it is asked for with `cursor`.
    seq: i64,
    /// When it was told.
    ts: IsoMillis,
    /// What told it: `build`, `runtime` or `proxy`.
    source: &'static str,
    /// Where it was written to: `stdout`, `stderr` or `system`.
    stream: &'static str,
    /// Which deployment it is about.
    deployment_id: String,
    /// What it says.
    message: String,
}

impl From<Line> for LineResponse {
    fn from(line: Line) -> Self {
        let Line { seq, source, stream, deployment, message } = line;
        let ts = IsoMillis(Timestamp::from_micros(seq));
        Self { seq, ts, source: source.name(), stream: stream.name(), deployment_id: deployment.0, message }
    }
}

/// 200 with lines, or with an endless stream of them.
pub(super) enum LogAnswer {
    Lines(Vec<LineResponse>),
    Following { logs: Arc<dyn LogService>, workspace: WorkspaceId, site: SiteId, query: LogQuery, lines: Vec<Line> },
}

/// How often a log is looked at that is followed.
const LOOK: Duration = Duration::from_millis(300);
/// After how many looks without a line something is sent all the same, so that nobody on the way hangs up.
const QUIET: u32 = 50;

/// What a follower has seen.
struct Follower {
    logs: Arc<dyn LogService>,
    workspace: WorkspaceId,
    site: SiteId,
    query: LogQuery,
    lines: Vec<Line>,
}

impl Follower {
    /// The next events, once there are any; none at the end, which is when the site is gone, or this process about to be.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let mut looks = 0;
        if self.logs.is_hushed() {
            return None;
        }
        while !self.logs.is_hushed() && self.lines.is_empty() && looks < QUIET {
            tokio::time::sleep(LOOK).await;
            let query = LogQuery { after: self.query.after.or(Some(0)), ..self.query.clone() };
            self.lines = self.logs.lines(self.workspace, &self.site, query).await.ok()?;
            looks += 1;
        }
        let lines = std::mem::take(&mut self.lines);
        self.query.after = lines.last().map(|line| line.seq).or(self.query.after);
        let events: String = lines.into_iter().map(event).collect();
        let events = if events.is_empty() { ": nothing yet\n\n".to_owned() } else { events };
        Some((Ok(Bytes::from(events)), self))
    }

    fn stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, Self::next)
    }
}

fn event(line: Line) -> String {
    let seq = line.seq;
    let data = serde_json::to_string(&LineResponse::from(line)).unwrap_or_default();
    format!("id: {seq}\ndata: {data}\n\n")
}

impl Responder for LogAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::Lines(lines) => HttpResponse::Ok().json(lines),
            Self::Following { logs, workspace, site, query, lines } => HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, "text/event-stream"))
                .insert_header((CACHE_CONTROL, "no-store"))
                .streaming(Follower { logs, workspace, site, query, lines }.stream()),
        }
    }
}

impl Outcome for LogAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Vec<LineResponse>>(200, "Lines, the oldest first; or events, each with a line as its data.");
    }
}
