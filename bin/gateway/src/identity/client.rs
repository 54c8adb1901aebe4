//! What a person's request comes from.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_auth::Client;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Admission, Failure};
use mainstay_kernel::Secret;
use std::future::{Ready, ready};

/// The device and the place of the caller.
pub(super) struct Device {
    pub(super) client: Client,
}

/// Where a request comes from and with what, with the token that its device is recognised by.
///
/// # Panics
/// Outside a surface, which the composition of the application rules out.
pub(crate) fn client_of(request: &HttpRequest, device_token: Option<Secret<String>>) -> Client {
    let admission = request.app_data::<web::Data<Admission>>().expect("the surface has its admission");
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Client::new(Some(admission.proxies.caller(request)), user_agent).with_device_token(device_token)
}

/// Carries what an earlier login gave, so that the device is recognised.
const DEVICE_TOKEN: &str = "X-Device-Token";

impl FromRequest for Device {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = request.headers().get(DEVICE_TOKEN).and_then(|value| value.to_str().ok());
        let client = client_of(request, token.map(|token| Secret::new(token.to_owned())));
        ready(Ok(Self { client }))
    }
}

impl Argument for Device {
    fn describe(to: &mut Description<'_>) {
        to.header::<String>(DEVICE_TOKEN, "What an earlier login gave as `device_token`; optional.");
    }
}
