//! Ids and names in paths.

use crate::describe::{Argument, Description, PositiveInteger};
use crate::failure::{Failure, Rejection};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_kernel::{KeyId, Kind, UserId, WorkspaceId};
use schemars::JsonSchema;
use std::future::{Ready, ready};
use uuid::Uuid;

/// An id as it stands in a path.
pub trait PathId: Sized + 'static {
    /// What it is written as.
    type Written: JsonSchema;
    /// Reads it; what is none names nothing, so the answer is 404.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! number {
    ($($id:ident),*) => { $(
        impl PathId for $id {
            type Written = PositiveInteger;
            fn read(text: &str) -> Option<Self> {
                text.parse().ok().filter(|id| *id > 0).map(Self)
            }
        }
    )* };
}

number!(WorkspaceId, KeyId);

/// A number by which a domain crate knows its things, in a type of its own that the handler wraps it in.
impl PathId for i64 {
    type Written = PositiveInteger;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|id| *id > 0)
    }
}

impl PathId for UserId {
    type Written = Uuid;

    fn read(text: &str) -> Option<Self> {
        Uuid::parse_str(text).ok().map(Self)
    }
}

/// A UUID, of whatever the service looks up by it. What is none is nil, which nothing is called: so that it is the service
/// that says what was not found, after all it asks before.
impl PathId for Uuid {
    type Written = Self;

    fn read(text: &str) -> Option<Self> {
        Some(Self::parse_str(text).unwrap_or_default())
    }
}

/// The text as it stands there: a slug, a token.
impl PathId for String {
    type Written = Self;

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The ids of a path, in their order.
pub struct PathIds<T>(pub T);

fn nth<I: PathId>(request: &HttpRequest, index: usize) -> Result<I, Failure> {
    let found = request.match_info().iter().nth(index).and_then(|(_, text)| I::read(text));
    found.ok_or_else(|| Rejection::NoSuchId.into())
}

impl<A: PathId> FromRequest for PathIds<A> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(nth(request, 0).map(Self))
    }
}

impl<A: PathId, B: PathId> FromRequest for PathIds<(A, B)> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(nth(request, 0).and_then(|first| Ok(Self((first, nth(request, 1)?)))))
    }
}

impl<A: PathId, B: PathId, C: PathId> FromRequest for PathIds<(A, B, C)> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let all = || Ok(Self((nth(request, 0)?, nth(request, 1)?, nth(request, 2)?)));
        ready(all())
    }
}

impl<A: PathId> Argument for PathIds<A> {
    fn describe(to: &mut Description<'_>) {
        to.path_parameter::<A::Written>(0);
        to.may_fail(Kind::NotFound, "No such resource, or not the caller's to see.");
    }
}

impl<A: PathId, B: PathId> Argument for PathIds<(A, B)> {
    fn describe(to: &mut Description<'_>) {
        to.path_parameter::<A::Written>(0);
        to.path_parameter::<B::Written>(1);
        to.may_fail(Kind::NotFound, "No such resource, or not the caller's to see.");
    }
}

impl<A: PathId, B: PathId, C: PathId> Argument for PathIds<(A, B, C)> {
    fn describe(to: &mut Description<'_>) {
        to.path_parameter::<A::Written>(0);
        to.path_parameter::<B::Written>(1);
        to.path_parameter::<C::Written>(2);
        to.may_fail(Kind::NotFound, "No such resource, or not the caller's to see.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nothing_can_be_called_is_no_id() {
        assert_eq!(i64::read("7"), Some(7));
        assert_eq!(i64::read("9223372036854775807"), Some(i64::MAX));
        for text in ["0", "-7", "", "seven", "7.0", " 7", "9223372036854775808"] {
            assert_eq!(i64::read(text), None, "{text:?}");
        }
    }
}
