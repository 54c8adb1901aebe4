//! `/users/search`: people whom the caller may find.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_auth::{Found, SearchService};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Doc, Failure, Holds, Identity, Permission, Plain, Rejection, Surface};
use mainstay_kernel::Kind;
use mainstay_tenancy::ProjectMemberService;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Identity>) {
    let text = "Those who share a workspace or a project with the caller, by the beginning of a name or of the username; \
        and whoever's verified address `q` is exactly. Ten at most.";
    let fails = &[
        (Kind::Forbidden, "The credential does not permit this, or the project is not the caller's."),
        (Kind::NotFound, "No such project."),
    ];
    let (id, tag, summary) = ("searchPeople", "People", "Find people");
    surface.get("/search", search, Doc { id, tag, summary, text, fails });
}

/// The scope `users:read`.
enum UsersRead {}

impl Permission for UsersRead {
    const SCOPE: &'static str = "users:read";
}

/// What is searched for.
#[derive(Deserialize)]
struct SearchQuery {
    q: Option<String>,
    project_slug: Option<String>,
}

impl FromRequest for SearchQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = web::Query::<Self>::from_query(request.query_string());
        ready(read.map(web::Query::into_inner).map_err(|cause| Rejection::Malformed(cause.to_string()).into()))
    }
}

impl Argument for SearchQuery {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<String>("q", "An email, or the beginning of a name or username; 2 characters at least.");
        to.query_parameter::<String>("project_slug", "Search among the members of this project of the caller's.");
        to.may_fail(Kind::Malformed, "The query cannot be read.");
        to.may_fail(Kind::Invalid, "`q` is missing, too short or too long.");
    }
}

/// A person who was found.
#[derive(Serialize, JsonSchema)]
struct FoundResponse {
    id: Uuid,
    /// The default address.
    email: String,
    display_name: String,
    username: Option<String>,
}

impl From<Found> for FoundResponse {
    fn from(Found { id, email, display_name, username }: Found) -> Self {
        Self { id: id.0, email, display_name, username }
    }
}

async fn search(
    caller: Holds<UsersRead>,
    query: SearchQuery,
    people: web::Data<dyn SearchService>,
    members: web::Data<dyn ProjectMemberService>,
) -> Result<Plain<Vec<FoundResponse>>, Failure> {
    let (user, text) = (caller.principal.user, query.q.unwrap_or_default());
    let found = match query.project_slug {
        Some(slug) => {
            let seats = members.list(user, &slug).await?;
            people.search_among(&text, seats.into_iter().map(|member| member.user).collect()).await?
        }
        None => people.search(&text, members.circle(user).await?).await?,
    };
    Ok(Plain(found.into_iter().map(FoundResponse::from).collect()))
}
