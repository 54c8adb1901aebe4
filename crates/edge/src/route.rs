//! A handler on its way to becoming a route.

use crate::failure::{Failure, Rejection};
use actix_web::{FromRequest, Handler, Responder, Route, web};
use futures_util::FutureExt as _;
use futures_util::future::{CatchUnwind, Map};
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Makes the route anew for each worker.
pub(crate) type MakeRoute = Arc<dyn Fn() -> Route + Send + Sync>;

/// A handler whose panic is a failure like any other, told in the surface's dialect.
#[derive(Clone)]
pub(crate) struct Caught<F>(F);

type Panicked = Box<dyn Any + Send>;

impl<F> Caught<F> {
    pub(crate) fn route<A>(handler: F) -> MakeRoute
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let caught = Self(handler);
        Arc::new(move || web::route().to(caught.clone()))
    }
}

impl<F, A> Handler<A> for Caught<F>
where
    F: Handler<A>,
    F::Output: 'static,
{
    type Output = Result<F::Output, Failure>;
    type Future = Map<CatchUnwind<AssertUnwindSafe<F::Future>>, fn(Result<F::Output, Panicked>) -> Self::Output>;

    fn call(&self, arguments: A) -> Self::Future {
        AssertUnwindSafe(self.0.call(arguments)).catch_unwind().map(or_failure)
    }
}

fn or_failure<T>(outcome: Result<T, Panicked>) -> Result<T, Failure> {
    outcome.map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Rejection::Panicked(said.unwrap_or_else(|| "no words".to_owned())).into()
    })
}
