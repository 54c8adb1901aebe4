//! Who came in, and to which servers.

use crate::platform::McpRead;
use crate::platform::mcp::acting::Acting;
use actix_web::{FromRequest as _, HttpRequest, dev::Payload};
use mainstay_edge::{Known, Permission};
use mainstay_mcp::{Caller, ServerName};

/// Who speaks, and what they may.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) caller: Caller,
    /// The one server that was asked for; all of them if none was.
    pub(crate) only: Option<ServerName>,
    /// Whether the caller may call tools.
    pub(crate) may_call: bool,
}

impl Door {
    pub(crate) fn of(acting: Acting<McpRead>, request: &HttpRequest, only: Option<ServerName>) -> Self {
        let known = Known::from_request(request, &mut Payload::None).into_inner();
        let may_call = known.is_ok_and(|Known(principal)| principal.may(crate::platform::McpWrite::SCOPE));
        Self { caller: acting.caller, only, may_call }
    }
}
