//! A path prefix, the dialect spoken there, and its table of routes.

mod mount;

use crate::describe::{Argument, Description, Outcome};
use crate::dialect::Dialect;
use crate::idempotency;
use crate::idempotency::IdempotencyKey;
use crate::openapi::Draft;
use crate::route::{Caught, MakeRoute};
use crate::uncounted::{Apart, Instead};
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, web};
use mainstay_kernel::Kind;
use okapi::openapi3::Operation;
use std::marker::PhantomData;

/// The one path that a surface can have to itself: as a prefix it would be that of all.
const ROOT: &str = "/";

/// Who may use a surface how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admittance {
    /// Callers are identified and their requests counted.
    Counted,
    /// The same, for callers who take HTML and bring no credential but cookies. To all others it is as if the surface
    /// were not there, so that another of the same prefix may follow.
    Browsers,
    /// Nobody is asked and nothing counted: health, metrics.
    Free,
}

/// A surface while its routes are being declared.
pub struct Surface<'a, D> {
    prefix: &'static str,
    admittance: Admittance,
    draft: Option<&'a mut Draft>,
    paths: Vec<PathRoutes>,
    uncounted: Vec<(&'static str, Instead)>,
    dialect: PhantomData<fn() -> D>,
}

/// The routes of one path.
struct PathRoutes {
    path: &'static str,
    routes: Vec<(Method, MakeRoute)>,
}

/// What a route is called and what its signature does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Doc {
    /// The operation's name, in `camelCase`.
    pub id: &'static str,
    /// The group it stands in.
    pub tag: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else a caller must know.
    pub text: &'static str,
    /// Ways to fail beyond those of its arguments.
    pub fails: &'static [(Kind, &'static str)],
}

impl<'a, D: Dialect> Surface<'a, D> {
    pub(crate) fn new(prefix: &'static str, admittance: Admittance, draft: Option<&'a mut Draft>) -> Self {
        Self { prefix, admittance, draft, paths: Vec::new(), uncounted: Vec::new(), dialect: PhantomData }
    }

    /// Lets requests of this path by nobody go uncounted: it slows those who guess by a throttle of its own.
    pub fn has_its_own_throttle(&mut self, path: &'static str) {
        self.uncounted.push((path, Instead::Nothing));
    }

    /// Leaves it to this path to tell who calls: programs come here with credentials of another kind than admission
    /// knows, such as a client's id and secret. Each request that is refused counts against the caller's address, as
    /// much as nobody may ask in a minute; what is granted does not, so that a client may serve many people. A parameter
    /// at the end of the path stands for any.
    pub fn is_for_clients(&mut self, path: &'static str) {
        self.uncounted.push((path, Instead::Refusals));
    }

    /// The same, where what is granted counts too: a client that keeps no secret could ask for ever.
    pub fn is_for_counted_clients(&mut self, path: &'static str) {
        self.uncounted.push((path, Instead::Requests));
    }

    /// Counts all requests of these paths together and apart from others, by address, whatever credential comes along: it is
    /// not looked at. For what browsers tell by themselves, again and again.
    pub fn counts_apart(&mut self, paths: &[&'static str], apart: Apart) {
        self.uncounted.extend(paths.iter().map(|path| (*path, Instead::Apart(apart))));
    }

    /// Declares a `GET` route.
    pub fn get<F, A>(&mut self, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        self.route(Method::GET, path, handler, doc);
    }

    /// Declares a `POST` route.
    pub fn post<F, A>(&mut self, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        self.route(Method::POST, path, handler, doc);
    }

    /// Declares a `PUT` route.
    pub fn put<F, A>(&mut self, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        self.route(Method::PUT, path, handler, doc);
    }

    /// Declares a `PATCH` route.
    pub fn patch<F, A>(&mut self, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        self.route(Method::PATCH, path, handler, doc);
    }

    /// Declares a `DELETE` route.
    pub fn delete<F, A>(&mut self, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        self.route(Method::DELETE, path, handler, doc);
    }

    /// Declares a route for browsers. The document names it under `x-pages`, and says no more of it.
    pub fn page<F, A>(&mut self, method: Method, path: &'static str, handler: F)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        if let Some(draft) = &mut self.draft {
            draft.page(&method, &format!("{}{path}", self.prefix));
        }
        self.place(method, path, Caught::route(handler));
    }

    fn route<F, A>(&mut self, method: Method, path: &'static str, handler: F, doc: Doc)
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + Argument + 'static,
        F::Output: Responder + Outcome + 'static,
    {
        if let Some(draft) = self.draft.take() {
            let shown = shown(path);
            let operation = self.describe::<A, F::Output>(draft, &method, &shown, doc);
            draft.operation(&method, format!("{}{shown}", self.prefix), operation);
            self.draft = Some(draft);
        }
        self.place(method, path, Caught::route(handler));
    }

    fn place(&mut self, method: Method, path: &'static str, make: MakeRoute) {
        match self.paths.iter_mut().find(|known| known.path == path) {
            Some(known) => known.routes.push((method, make)),
            None => self.paths.push(PathRoutes { path, routes: vec![(method, make)] }),
        }
    }

    fn describe<A: Argument, O: Outcome>(&self, draft: &mut Draft, method: &Method, path: &str, doc: Doc) -> Operation {
        let operation = Operation {
            operation_id: Some(doc.id.to_owned()),
            tags: vec![doc.tag.to_owned()],
            summary: Some(doc.summary.to_owned()),
            description: (!doc.text.is_empty()).then(|| doc.text.to_owned()),
            ..Operation::default()
        };
        let mut description = Description::new(&mut draft.generator, operation, path);
        for (kind, why) in doc.fails {
            description.may_fail(*kind, why);
        }
        A::describe(&mut description);
        O::describe(&mut description);
        if self.admittance == Admittance::Counted {
            description.may_fail(Kind::RateLimited, "Too many requests.");
            description.may_fail(Kind::Unavailable, "The database or the limiter is away for a moment.");
        }
        if description.is_guarded() && idempotency::applies_to(method) {
            description.header::<IdempotencyKey>(
                "Idempotency-Key",
                "The same key within 24 hours gives the same answer, and runs once.",
            );
            description.may_fail(Kind::Conflict, "The first request with this idempotency key is still running.");
        }
        description.finish::<D>()
    }

    pub(crate) fn finish(self) -> Finished {
        let Self { prefix, admittance, mut paths, uncounted, .. } = self;
        // Paths are tried one after the other: a word is compared at once, and means itself before it is a parameter.
        paths.sort_by_key(|known| known.path.contains('{'));
        let free = paths.iter().filter(|_| admittance == Admittance::Free).map(|known| (known.path, Instead::Nothing));
        let uncounted = free.chain(uncounted).map(|(path, instead)| (format!("{prefix}{path}"), instead)).collect();
        let mount: Mount = Box::new(move |config| match admittance {
            Admittance::Free => mount::freely(config, prefix, &paths),
            Admittance::Counted => mount::counted::<D>(config, prefix, &paths),
            Admittance::Browsers if prefix == ROOT => mount::for_browsers_at_root::<D>(config, &paths),
            Admittance::Browsers => mount::for_browsers::<D>(config, prefix, &paths),
        });
        Finished { mount, uncounted }
    }
}

/// A path as the document has it: a parameter that stands for several parts is written there as any other.
fn shown(path: &str) -> String {
    path.replace(":.*}", "}")
}

/// A surface whose routes are declared.
pub(crate) struct Finished {
    /// What mounts it.
    pub(crate) mount: Mount,
    /// The paths where nobody is counted.
    pub(crate) uncounted: Vec<(String, Instead)>,
}

/// Mounts a surface on an application.
pub(crate) type Mount = Box<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;
