//! Figures for Prometheus.

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use prometheus::{HistogramOpts, HistogramVec, Registry, TextEncoder};
use std::rc::Rc;
use std::time::Duration;

/// The figures of this process.
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
}

/// The path that a route was declared with, so that it need not be looked up again.
pub(crate) struct Pattern(Rc<str>);

impl From<String> for Pattern {
    fn from(path: String) -> Self {
        Self(path.into())
    }
}

/// From half a millisecond to ten seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

impl Metrics {
    /// Empty figures.
    ///
    /// # Errors
    /// When the registry refuses a figure, which its names forbid.
    pub fn new() -> Result<Self, prometheus::Error> {
        let options = HistogramOpts::new("mainstay_http_request_duration_seconds", "How long requests took.");
        let requests = HistogramVec::new(options.buckets(BUCKETS.to_vec()), &["method", "route", "status"])?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        Ok(Self { registry, requests })
    }

    /// Where other parts add figures of their own.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Notes one answer. The route is the pattern, never the path: what callers write must not
    /// make new series.
    pub(crate) fn count<B>(&self, response: &ServiceResponse<B>, took: Duration) {
        let request = response.request();
        let declared = request.app_data::<Pattern>();
        let found = if declared.is_none() { request.match_pattern() } else { None };
        let route = declared.map(|pattern| &*pattern.0).or(found.as_deref());
        let method = known(request.method());
        let status = response.status();
        let labels = [method, route.unwrap_or("none"), status.as_str()];
        self.requests.with_label_values(&labels).observe(took.as_secs_f64());
    }

    /// All figures in Prometheus' text format.
    ///
    /// # Errors
    /// When a figure cannot be written.
    pub fn render(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// Methods are free text too.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
