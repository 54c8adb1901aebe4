//! Guessing passwords is slowed down, whatever the caller's other limits.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::limit::{Bucket, Quota};
use mainstay_edge::{Admission, Failure};
use std::future::{Ready, ready};

/// Counts logins by address.
pub(super) struct Throttle {
    admission: web::Data<Admission>,
    bucket: Bucket,
}

/// Far more than a person mistypes, far fewer than a guesser needs.
const LOGINS_A_MINUTE: Quota = Quota::per_minute(30);

impl Throttle {
    /// Counts one login.
    pub(super) async fn pass(&self) -> Result<(), Failure> {
        let verdict = self.admission.limiter.hit(&self.bucket, LOGINS_A_MINUTE, 1).await?;
        Ok(verdict.pass().map(drop)?)
    }
}

impl FromRequest for Throttle {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let admission = request.app_data::<web::Data<Admission>>().cloned().expect("the surface has its admission");
        let caller = admission.proxies.caller(request);
        ready(Ok(Self { bucket: Bucket::named("login", caller), admission }))
    }
}

impl Argument for Throttle {
    fn describe(_: &mut Description<'_>) {}
}
