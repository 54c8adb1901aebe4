//! A flood of requests without a credential is turned away before anything is done for it.
//!
//! The exact limit, with its headers and on all nodes together, is [`crate::admission`]'s. This
//! stands before it, counts in this process alone, and lets twice as much through, so that a
//! caller within the limit never meets it.

use crate::address::TrustedProxies;
use crate::credential;
use crate::failure::Failure;
use crate::limit::{self, Quota, RateLimited, Verdict};
use crate::uncounted::Uncounted;
use actix_governor::governor::NotUntil;
use actix_governor::governor::clock::{Clock as _, DefaultClock, QuantaInstant};
use actix_governor::governor::middleware::NoOpMiddleware;
use actix_governor::{GovernorConfig, GovernorConfigBuilder, KeyExtractor, SimpleKeyExtractionError};
use actix_web::dev::ServiceRequest;
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError as _};
use mainstay_kernel::Clock;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Names anonymous callers by their address, and nobody else.
#[derive(Clone)]
pub struct Anonymous {
    proxies: TrustedProxies,
    uncounted: Uncounted,
    quota: Quota,
    clock: Arc<dyn Clock>,
}

/// The shield's rules, to be made once and shared by all workers.
pub fn rules(
    quota: Quota,
    proxies: TrustedProxies,
    uncounted: Uncounted,
    clock: Arc<dyn Clock>,
) -> Option<GovernorConfig<Anonymous, NoOpMiddleware<QuantaInstant>>> {
    let burst = quota.effective.saturating_mul(2);
    let between = 60_000_u64.checked_div(u64::from(quota.effective)).unwrap_or(60_000).max(1);
    GovernorConfigBuilder::default()
        .milliseconds_per_request(between)
        .burst_size(burst)
        .key_extractor(Anonymous { proxies, uncounted, quota, clock })
        .finish()
}

/// Forgets, every minute and for ever, addresses that have been quiet for so long that it changes nothing.
pub async fn forget_the_quiet(rules: GovernorConfig<Anonymous, NoOpMiddleware<QuantaInstant>>) {
    let limiter = rules.limiter();
    loop {
        tokio::time::sleep(Duration::from_mins(1)).await;
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
}

impl KeyExtractor for Anonymous {
    type Key = Option<IpAddr>;
    type KeyExtractionError = SimpleKeyExtractionError<&'static str>;

    fn extract(&self, request: &ServiceRequest) -> Result<Self::Key, Self::KeyExtractionError> {
        let counted = !credential::is_present(request.headers()) && !self.uncounted.has(request.path());
        Ok(counted.then(|| self.proxies.caller(request.request())))
    }

    fn whitelisted_keys(&self) -> Vec<Self::Key> {
        vec![None]
    }

    fn exceed_rate_limit_response(&self, until: &NotUntil<QuantaInstant>, _: HttpResponseBuilder) -> HttpResponse {
        let wait = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        let reset_at = self.clock.now().seconds().saturating_add_unsigned(wait);
        let verdict = Verdict { allowed: false, quota: self.quota, remaining: 0, reset_at, retry_after: wait };
        let failure: Failure = RateLimited(verdict.details()).into();
        let mut response = failure.error_response();
        // What a browser is to see instead, the envelope knows.
        response.extensions_mut().insert(failure);
        for (name, value) in limit::headers(&verdict) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
