//! Permissions, as extractors: a handler that names one in its signature cannot run without it.

use crate::credential::Identified;
use crate::describe::{Argument, Description};
use crate::failure::{Failure, Rejection};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use mainstay_kernel::{Fault, Kind, Principal, WorkspaceId};
use std::any::Any;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

/// Who is asking, as far as it is known before any handler runs.
#[derive(Debug, Clone)]
pub enum Caller {
    /// No credential was brought.
    Nobody,
    /// A credential was brought and refused.
    Refused(Arc<dyn Fault>),
    /// A principal.
    Known(Identified),
}

impl Caller {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or(Self::Nobody)
    }

    fn known(self) -> Result<Arc<Principal>, Failure> {
        match self {
            Self::Known(identified) => Ok(identified.principal),
            Self::Refused(fault) => Err(Failure::of(fault)),
            Self::Nobody => Err(Rejection::NoCredential.into()),
        }
    }

    pub(crate) fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Known(identified) => Some(&identified.principal),
            Self::Nobody | Self::Refused(_) => None,
        }
    }

    pub(crate) fn behind(self) -> Option<Arc<dyn Any + Send + Sync>> {
        match self {
            Self::Known(identified) => identified.behind,
            Self::Nobody | Self::Refused(_) => None,
        }
    }
}

/// Something that a route requires, and the scope that gives it.
pub trait Permission: 'static {
    /// `resource:action`.
    const SCOPE: &'static str;
}

/// The caller may do `P` in its workspace.
pub struct Can<P> {
    /// The caller.
    pub principal: Arc<Principal>,
    /// The workspace that the request is about.
    pub workspace: WorkspaceId,
    permission: PhantomData<P>,
}

/// The caller's credential grants `P`, in whichever workspace: for routes that name one, where
/// the service looks at the caller's role there.
pub struct Holds<P> {
    /// The caller.
    pub principal: Arc<Principal>,
    permission: PhantomData<P>,
}

/// The caller is known; nothing more is required.
pub struct Known(pub Arc<Principal>);

/// The caller belongs to no workspace, and this needs one.
#[derive(Debug, thiserror::Error)]
#[error("You belong to no workspace yet. Create one first.")]
pub struct NoWorkspace;

impl Fault for NoWorkspace {
    fn kind(&self) -> Kind {
        Kind::NotFound
    }

    fn code(&self) -> &'static str {
        "no_workspace"
    }
}

impl<P: Permission> FromRequest for Can<P> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let can = || {
            let principal = Caller::of(request).known()?;
            let workspace = principal.workspace.ok_or(NoWorkspace)?;
            if principal.may(P::SCOPE) {
                Ok(Self { principal, workspace, permission: PhantomData })
            } else {
                Err(Rejection::MissingScope(P::SCOPE).into())
            }
        };
        ready(can())
    }
}

impl<P: Permission> FromRequest for Holds<P> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let holds = || {
            let principal = Caller::of(request).known()?;
            if principal.holds(P::SCOPE) {
                Ok(Self { principal, permission: PhantomData })
            } else {
                Err(Rejection::MissingScope(P::SCOPE).into())
            }
        };
        ready(holds())
    }
}

impl FromRequest for Known {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request).known().map(Self))
    }
}

impl<P: Permission> Argument for Can<P> {
    fn describe(to: &mut Description<'_>) {
        to.needs_scope(P::SCOPE);
    }
}

impl<P: Permission> Argument for Holds<P> {
    fn describe(to: &mut Description<'_>) {
        to.needs_scope(P::SCOPE);
    }
}

impl Argument for Known {
    fn describe(to: &mut Description<'_>) {
        to.needs_credential();
    }
}
