//! `/oauth/device_authorization`: a device where nobody can log in asks for its codes (RFC 8628 section 3.1).

use super::TAG;
use super::authentication::Claimed;
use super::unkept::Unkept;
use actix_web::web;
use mainstay_auth::{DeviceCodes, DeviceRequest, DeviceService};
use mainstay_edge::{BasicClient, BodyParameters, Doc, Failure, OAuth, PublicUrl, Surface};
use mainstay_kernel::{Kind, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_counted_clients("/device_authorization");
    let text = "For clients that are registered with `device_flow`. The device shows `user_code` and `verification_uri`, and \
        asks `/oauth/token` for tokens every `interval` seconds until a person has decided on that page.";
    let fails =
        &[(Kind::Malformed, "The client has no device flow, or a parameter is missing, wrong, or there twice.")];
    let doc = Doc { id: "authorizeDevice", tag: TAG, summary: "Ask a person in on a device", text, fails };
    surface.post("/device_authorization", begin, doc);
}

/// What a device asks for.
#[derive(Deserialize, JsonSchema)]
struct DeviceParameters {
    /// Which client, unless the header says it.
    client_id: Option<String>,
    /// The client's secret, unless the header has it or there is none.
    #[schemars(with = "Option<String>")]
    client_secret: Option<Secret<String>>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, beside an assertion.
    client_assertion_type: Option<String>,
    /// What the client signed, for `private_key_jwt` (RFC 7523).
    #[schemars(with = "Option<String>")]
    client_assertion: Option<Secret<String>>,
    /// Separated by spaces; `openid` where there is none that is known.
    scope: Option<String>,
    /// For whom the access token is (RFC 8707).
    resource: Option<String>,
}

/// What a device polls with and shows (RFC 8628 section 3.2).
#[derive(Serialize, JsonSchema)]
struct DeviceAuthorizationResponse {
    /// What it asks for tokens with; good once.
    device_code: String,
    /// What it shows: eight letters without vowels, in two groups.
    user_code: String,
    /// Where a person types the code.
    verification_uri: String,
    /// The same page with the code filled in, for a QR code.
    verification_uri_complete: String,
    /// How long both codes stand, in seconds.
    expires_in: u64,
    /// How long the device waits between two questions, in seconds; five more after each `slow_down`.
    interval: u64,
}

impl DeviceAuthorizationResponse {
    fn new(codes: &DeviceCodes, public_url: &PublicUrl) -> Self {
        let user_code = codes.user_code.expose();
        Self {
            device_code: codes.device_code.expose().clone(),
            user_code: user_code.clone(),
            verification_uri: public_url.join("/device"),
            verification_uri_complete: public_url.join(&format!("/device?user_code={user_code}")),
            expires_in: codes.expires_in,
            interval: codes.interval,
        }
    }
}

async fn begin(
    basic: BasicClient,
    BodyParameters(body): BodyParameters<DeviceParameters>,
    devices: web::Data<dyn DeviceService>,
    public_url: web::Data<PublicUrl>,
) -> Result<Unkept<DeviceAuthorizationResponse>, Failure> {
    let claimed = Claimed {
        id: body.client_id,
        secret: body.client_secret,
        assertion_type: body.client_assertion_type,
        assertion: body.client_assertion,
    };
    let client = claimed.beside(basic)?;
    let codes = devices.begin_device(&client, DeviceRequest { scope: body.scope, resource: body.resource }).await?;
    Ok(Unkept(DeviceAuthorizationResponse::new(&codes, &public_url)))
}
