//! Metrics on the wire.

use mainstay_edge::IsoSeconds;
use mainstay_hosting::SiteId;
use mainstay_hosting::metrics::{Series, Tally};
use mainstay_kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// What a site answered and used.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "example")]
pub(super) struct MetricsResponse {
    /// Which site.
    site_id: String,
    /// How long the time of a point is: `minute` or `hour`.
    resolution: &'static str,
    /// The oldest first.
    points: Vec<PointBody>,
}

/// What a site answered and used within a minute or an hour.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PointBody {
    /// When that time began.
    at: IsoSeconds,
    /// Requests that were answered.
    requests: u64,
    /// Those answered with 2xx.
    #[serde(rename = "status2xx")]
    status_2xx: u64,
    /// With 3xx.
    #[serde(rename = "status3xx")]
    status_3xx: u64,
    /// With 4xx.
    #[serde(rename = "status4xx")]
    status_4xx: u64,
    /// With 5xx, by the site or in its place.
    #[serde(rename = "status5xx")]
    status_5xx: u64,
    /// Bytes of the bodies of answers.
    bytes_out: u64,
    /// Half of all answers began within so many milliseconds.
    p50_ms: Option<f64>,
    /// 95 of 100.
    p95_ms: Option<f64>,
    /// 99 of 100.
    p99_ms: Option<f64>,
    /// Processor time of its program; null without one.
    cpu_ms: Option<u64>,
    /// Memory of its program, in MiB, the most that was seen; null without one.
    memory_mb: Option<f64>,
    /// Processes of its program, the most that were seen; null without one, or where that cannot be told.
    processes: Option<u64>,
}

fn example() -> Value {
    json!({
        "siteId": "cm1234abcd",
        "resolution": "minute",
        "points": [{
            "at": "2026-05-20T10:30:00Z",
            "requests": 120,
            "status2xx": 117,
            "status3xx": 2,
            "status4xx": 1,
            "status5xx": 0,
            "bytesOut": 48_120,
            "p50Ms": 1.8,
            "p95Ms": 4.6,
            "p99Ms": 9.7,
            "cpuMs": 340,
            "memoryMb": 41.3,
            "processes": 2,
        }],
    })
}

impl MetricsResponse {
    pub(super) fn new(site: SiteId, series: Series) -> Self {
        let points = series.points.into_iter().map(PointBody::from).collect();
        Self { site_id: site.0, resolution: series.span.name(), points }
    }
}

impl From<(Timestamp, Tally)> for PointBody {
    fn from((at, tally): (Timestamp, Tally)) -> Self {
        let [status_2xx, status_3xx, status_4xx, status_5xx] = tally.statuses;
        Self {
            at: at.into(),
            requests: tally.requests,
            status_2xx,
            status_3xx,
            status_4xx,
            status_5xx,
            bytes_out: tally.bytes_out,
            p50_ms: tally.within(500),
            p95_ms: tally.within(950),
            p99_ms: tally.within(990),
            cpu_ms: tally.cpu_micros.map(|micros| micros / 1000),
            memory_mb: tally.memory_bytes.map(in_mib),
            processes: tally.processes,
        }
    }
}

/// Bytes in MiB, to a tenth.
#[expect(clippy::cast_precision_loss, reason = "no machine has 2^52 bytes")]
fn in_mib(bytes: u64) -> f64 {
    (bytes as f64 / f64::from(1 << 20) * 10.0).round() / 10.0
}
