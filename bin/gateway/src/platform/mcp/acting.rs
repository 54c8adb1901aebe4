//! A caller who may do something, in the words of the MCP gateway.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::request_id::RequestId;
use mainstay_edge::{Admission, Behind, Can, Failure, Permission};
use mainstay_kernel::{KeyId, Via};
use mainstay_keys::ApiKey;
use mainstay_mcp::{Caller, Protocol};
use std::future::{Ready, ready};
use std::marker::PhantomData;

/// Most characters of what a program says it is.
const LONGEST_CLIENT: usize = 128;

/// The caller may do `P`, and is described as the MCP gateway knows callers.
pub(crate) struct Acting<P> {
    pub(crate) caller: Caller,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for Acting<P> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let can = Can::<P>::from_request(request, payload).into_inner();
        let key = Behind::<ApiKey>::from_request(request, payload).into_inner();
        let acting = |can: Can<P>, key: Behind<ApiKey>| {
            let principal = &can.principal;
            let caller = Caller {
                workspace: can.workspace,
                plan: principal.plan.clone(),
                user: principal.user,
                key: key_of(principal.via),
                rights: principal.rights(),
                servers: key.0.and_then(|key| key.server_scopes.clone()),
                address: request.app_data::<web::Data<Admission>>().map(|known| known.proxies.caller(request)),
                client: client(request),
                request: RequestId::of(request).map(|id| id.as_str().to_owned()),
                protocol: Protocol::Rest,
            };
            Self { caller, permission: PhantomData }
        };
        ready(can.and_then(|can| key.map(|key| acting(can, key))))
    }
}

impl<P: Permission> Argument for Acting<P> {
    fn describe(to: &mut Description<'_>) {
        Can::<P>::describe(to);
    }
}

const fn key_of(via: Via) -> Option<KeyId> {
    match via {
        Via::ApiKey(key) => Some(key),
        Via::Session(_) | Via::Grant(_) => None,
    }
}

fn client(request: &HttpRequest) -> Option<String> {
    let said = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(said.chars().take(LONGEST_CLIENT).collect())
}
