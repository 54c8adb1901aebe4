//! Who is asking, and whether it is too much: decided before any handler runs.

use crate::address::TrustedProxies;
use crate::call_meter::{self, CallMeter, CallsUsedUp};
use crate::credential::{self, Authenticator, Claim, Identified};
use crate::dialect::Dialect;
use crate::failure::{Failure, Rejection};
use crate::guard::Caller;
use crate::limit::{self, Bucket, Limiter, LimiterAway, Quota, RateLimited, Verdict};
use crate::request_id::RequestId;
use crate::uncounted::{Apart, Instead, Uncounted};
use crate::{idempotency, telling};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use mainstay_kernel::{Fault, Origin, Via};
use std::net::IpAddr;
use std::sync::Arc;

/// What admission needs to know; given to the application as data.
pub struct Admission {
    /// Who turns credentials into principals.
    pub authenticator: Arc<dyn Authenticator>,
    /// Who counts.
    pub limiter: Arc<Limiter>,
    /// What an address may ask without a credential.
    pub anonymous: Quota,
    /// Whose word on addresses is believed.
    pub proxies: TrustedProxies,
    /// Where callers without a credential are not counted.
    pub uncounted: Uncounted,
    /// Who counts the calls of keys, where plans limit them in number.
    pub calls: Arc<dyn CallMeter>,
}

/// Identifies the caller, counts the request, and lets it through or refuses it; what fails is told in `D`.
///
/// All that a surface does around its handlers is done in this one layer, since each layer of its
/// own would cost every request an allocation.
///
/// # Errors
/// None of its own: every failure becomes an answer.
pub async fn admit<D: Dialect>(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let admission = Arc::clone(admission_of(&request));
    let address = admission.proxies.caller(request.request());
    let instead = admission.uncounted.find(request.path());
    let (caller, counted) = match instead {
        Some(Instead::Refusals | Instead::Requests) => (Caller::Nobody, admission.look(address).await),
        Some(Instead::Apart(apart)) => (Caller::Nobody, admission.count_apart(apart, address).await),
        Some(Instead::Nothing) | None => {
            let caller = admission.identify(&mut request, address).await;
            // A cost of nothing is never refused, and the answer still tells how the limit stands.
            let counts = caller.principal().is_some() || instead.is_none();
            let counted = admission.count(&caller, address, u32::from(counts)).await;
            (caller, counted)
        }
    };
    let mut verdict = match counted {
        Ok(verdict) => verdict,
        Err(away) => return Ok(refuse::<D>(request, &away)),
    };
    let mut response = if !verdict.allowed {
        refuse::<D>(request, &RateLimited(verdict.details()))
    } else if !admission.allows(&caller, request.path()).await {
        refuse::<D>(request, &CallsUsedUp)
    } else {
        let answer = serve::<D>(request, next, caller, address).await?;
        let counts = match instead {
            Some(Instead::Requests) => true,
            Some(Instead::Refusals) => is_refusal(&answer),
            Some(Instead::Nothing | Instead::Apart(_)) | None => false,
        };
        if counts {
            verdict = admission.count_client(address).await.unwrap_or(verdict);
        }
        telling::tell::<D>(answer)
    };
    for (name, value) in limit::headers(&verdict) {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Lets every request through uncounted; its answer tells how much of the anonymous limit the address has left, as
/// every other answer does. While the limiter is away it tells nothing.
///
/// # Errors
/// None of its own.
pub async fn let_through(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let admission = Arc::clone(admission_of(&request));
    let address = admission.proxies.caller(request.request());
    let standing = admission.count(&Caller::Nobody, address, 0).await;
    let mut response = next.call(request).await?.map_into_boxed_body();
    for (name, value) in standing.iter().flat_map(limit::headers) {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

async fn serve<D: Dialect>(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    caller: Caller,
    address: IpAddr,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = idempotency::applies_to(request.method()).then(|| origin(&request, &caller, address));
    request.extensions_mut().insert(caller);
    idempotency::once::<D>(request, next, origin).await
}

/// Whether a client was refused, and not merely told to wait (RFC 8628 section 3.5), as a device is again and again.
fn is_refusal(answer: &ServiceResponse<BoxBody>) -> bool {
    let failure = answer.response().error().and_then(|error| error.as_error::<Failure>());
    let waits = failure.is_some_and(|failure| failure.fault().code() == "authorization_pending");
    answer.status().is_client_error() && !waits
}

/// What the audit log is to show of a request that may change something.
fn origin(request: &ServiceRequest, caller: &Caller, address: IpAddr) -> Arc<Origin> {
    let principal = caller.principal();
    Arc::new(Origin {
        actor: principal.map(|principal| principal.user),
        via: principal.map(|principal| principal.via),
        address: Some(address),
        request: RequestId::of(request.request()).map(|id| id.as_str().to_owned()),
    })
}

fn admission_of(request: &ServiceRequest) -> &Arc<Admission> {
    request.app_data::<web::Data<Admission>>().expect("every surface is mounted beside its Admission")
}

impl Admission {
    async fn identify(&self, request: &mut ServiceRequest, address: IpAddr) -> Caller {
        let claim = || {
            let Some(credential) = credential::of(request.headers())? else { return Ok(None) };
            let workspace = credential::workspace_of(request.headers(), request.query_string())?;
            Ok(Some((credential, workspace)))
        };
        let (credential, workspace) = match claim() {
            Ok(Some(found)) => found,
            Ok(None) => return Caller::Nobody,
            Err::<_, Rejection>(rejection) => return Caller::Refused(Arc::new(rejection)),
        };
        let claim = Claim { credential: &credential, workspace, address, path: request.path() };
        match self.authenticator.authenticate(claim).await {
            Ok(identified) => Caller::Known(identified),
            Err(fault) => Caller::Refused(fault),
        }
    }

    /// Whether the plan of a key allows this call.
    async fn allows(&self, caller: &Caller, path: &str) -> bool {
        match caller.principal() {
            Some(principal) if matches!(principal.via, Via::ApiKey(_)) => {
                call_meter::allows(&*self.calls, principal, path).await
            }
            _ => true,
        }
    }

    /// Whether so little was refused to this address lately that its clients may go on.
    async fn look(&self, address: IpAddr) -> Result<Verdict, LimiterAway> {
        let seen = self.limiter.hit(&refused_clients(address), self.anonymous, 0).await?;
        if seen.remaining > 0 { Ok(seen) } else { self.count_client(address).await }
    }

    async fn count_client(&self, address: IpAddr) -> Result<Verdict, LimiterAway> {
        self.limiter.hit(&refused_clients(address), self.anonymous, 1).await
    }

    async fn count_apart(&self, apart: Apart, address: IpAddr) -> Result<Verdict, LimiterAway> {
        let bucket = Bucket::named(apart.name, address);
        self.limiter.hit(&bucket, Quota::per_minute(apart.limit), 1).await
    }

    async fn count(&self, caller: &Caller, address: IpAddr, cost: u32) -> Result<Verdict, LimiterAway> {
        let (bucket, quota) = match caller {
            Caller::Known(Identified { principal, .. }) => match principal.via {
                Via::ApiKey(key) => (Bucket::Key(key), Quota::from(&*principal.tier)),
                Via::Session(_) | Via::Grant(_) => (Bucket::User(principal.user), Quota::from(&*principal.tier)),
            },
            Caller::Nobody | Caller::Refused(_) => (Bucket::address(address), self.anonymous),
        };
        self.limiter.hit(&bucket, quota, cost).await
    }
}

fn refused_clients(address: IpAddr) -> Bucket {
    Bucket::named("client", address)
}

fn refuse<D: Dialect>(request: ServiceRequest, fault: &dyn Fault) -> ServiceResponse<BoxBody> {
    let context = telling::context_of(request.request());
    let answer = telling::answer::<D>(fault, request.request(), &context);
    request.into_response(answer)
}

/// The answer of a path that no route has.
pub async fn no_route() -> Result<HttpResponse, Failure> {
    Err(Rejection::NoRoute.into())
}
