//! How fast pages were, on the wire.

use crate::platform::pixel::ratio::share;
use mainstay_tracking::reports::Measured;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// What was measured of one thing.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "vital_example")]
pub(super) struct VitalItem {
    /// `lcp`, `inp` or `cls`.
    name: &'static str,
    /// How often it was measured.
    samples: i64,
    /// What half of the measurements keep within; null where there are none.
    p50: Option<f64>,
    /// What three quarters keep within: by this a page is judged.
    p75: Option<f64>,
    /// What 95 of 100 keep within.
    p95: Option<f64>,
    /// `good`, `needs_improvement` or `poor`, by `p75`; null where there are no measurements.
    rating: Option<&'static str>,
    /// The share of measurements that are good, from 0 to 1.
    good: f64,
    /// The share that is poor.
    poor: f64,
}

fn vital_example() -> Value {
    json!({
        "name": "lcp", "samples": 480, "p50": 1200.0, "p75": 2100.0, "p95": 4300.0, "rating": "good", "good": 0.81,
        "poor": 0.06
    })
}

impl From<&Measured> for VitalItem {
    fn from(measured: &Measured) -> Self {
        let (vital, p75) = (measured.vital, measured.percentile(75));
        let rating = |value: f64| match value {
            value if value <= vital.good => "good",
            value if value <= vital.poor => "needs_improvement",
            _ => "poor",
        };
        Self {
            name: vital.name,
            samples: measured.samples,
            p50: measured.percentile(50),
            p75,
            p95: measured.percentile(95),
            rating: p75.map(rating),
            good: share(measured.good, measured.samples),
            poor: share(measured.poor, measured.samples),
        }
    }
}
