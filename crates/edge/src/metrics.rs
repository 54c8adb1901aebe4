//! Figures for Prometheus.

use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode};
use prometheus::{Histogram, HistogramOpts, HistogramVec, Registry, TextEncoder};
use std::cell::RefCell;
use std::time::Duration;

/// The figures of this process.
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
}

/// The path that a route was declared with, and the figures of its answers so far, so that neither need be looked up
/// again, the latter behind a lock that all threads share.
pub(crate) struct Pattern {
    path: String,
    figures: RefCell<Vec<Figure>>,
}

/// The figure of one kind of answers of a route.
struct Figure {
    method: &'static str,
    status: StatusCode,
    took: Histogram,
}

impl From<String> for Pattern {
    fn from(path: String) -> Self {
        Self { path, figures: RefCell::default() }
    }
}

impl Pattern {
    fn note(&self, method: &'static str, status: StatusCode, took: Duration, requests: &HistogramVec) {
        let mut figures = self.figures.borrow_mut();
        let known = figures.iter().position(|figure| figure.status == status && figure.method == method);
        let place = known.unwrap_or_else(|| {
            let took = requests.with_label_values(&[method, &self.path, status.as_str()]);
            figures.push(Figure { method, status, took });
            figures.len() - 1
        });
        figures[place].took.observe(took.as_secs_f64());
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
        let (method, status) = (known(request.method()), response.status());
        if let Some(declared) = request.app_data::<Pattern>() {
            declared.note(method, status, took, &self.requests);
        } else {
            let found = request.match_pattern();
            let labels = [method, found.as_deref().unwrap_or("none"), status.as_str()];
            self.requests.with_label_values(&labels).observe(took.as_secs_f64());
        }
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
