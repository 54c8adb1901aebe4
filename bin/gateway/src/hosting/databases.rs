//! `/api/databases`: what programs of sites keep their data in.

mod answer;
mod backups;
mod detach;
mod dto;
mod query;
mod request;
mod schedule;
mod update;

use super::ids::OpaqueId;
use super::if_match::IfMatch;
use super::live_url::LiveUrls;
use super::sites::actor;
use super::slices::Sliced;
use actix_web::web;
use answer::{DatabaseAnswer, MadeDatabase};
use detach::{Detach, Ending};
use dto::{ActedDatabaseResponse, CredentialsResponse, DatabaseResponse, GoingDatabaseResponse};
use mainstay_edge::{Accepted, Can, Doc, Failure, Hosting, PathIds, Plain, Rejection, Sensitive, Surface, Valid};
use mainstay_hosting::DatabaseId;
use mainstay_hosting::databases::{DatabaseAction, DatabaseService};
use mainstay_kernel::{Kind, Principal};
use query::DatabasesQuery;
use request::CreateDatabaseRequest;
use update::{UpdateDatabaseRequest, Wanted};

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "The newest first. Those that are being deleted are left out unless `status=DELETING` asks for them. No password \
        is shown.";
    surface.get("", list, doc("listDatabases", "List all databases", text, &[]));
    let text = "Makes a database and opens it. Its password is shown in this answer, and by \
        `GET /api/databases/{id}/credentials`. Programs of the site `siteId` are given `DATABASE_URL`. If it cannot be made, \
        nothing of it is left.";
    surface.post("", create, doc("createDatabase", "Create a database", text, CREATE_FAILS));
    surface.get("/{id}", get, doc("getDatabase", "Get database details", "No password is shown.", &[]));
    let text = "With `action`, does something: `start`, `stop`, `restart` (ends its connections), `backup`, `restore` (of \
        `backupId`, with `confirm`, the database's name), `rotateCredentials` (the answer shows the new password), or `delete` \
        (with `confirm`). What is so already is answered with `changed: false`. Without `action`, changes fields: \
        `attachedSites` are all the sites whose programs are given it, from their next start on; `extensions` are added to those \
        it has; `backupSchedule` says when backups are made by themselves; `maxSizeMb` how large it may be.";
    surface.patch("/{id}", update, doc("updateDatabase", "Update or trigger action", text, UPDATE_FAILS));
    let text = "It takes no connections at once; then a last backup is made. For three days it can be restored; then nothing of \
        it is left, no backup either. Once it is being deleted, `purge=true` has that come at once.";
    surface.delete("/{id}", delete, doc("deleteDatabase", "Delete a database", text, DELETE_FAILS));
    let fails = &[(Kind::Conflict, "`NOT_DELETING`, `BUSY`, or `NAME_TAKEN` by another database meanwhile.")];
    surface.post("/{id}/restore", restore, doc("restoreDatabase", "Undo a deletion", "", fails));
    let text = "Takes the scopes `secrets:read` and `databases:write`, and is told.";
    surface.get("/{id}/credentials", credentials, doc("getDatabaseCredentials", "Show what opens it", text, &[]));
    backups::declare(surface);
}

const CREATE_FAILS: &[(Kind, &str)] = &[
    (Kind::Conflict, "`NAME_TAKEN`: you have a database of this name."),
    (Kind::LimitReached, "`QUOTA_EXCEEDED`: your plan allows no further database."),
    (Kind::Unavailable, "`DATABASE_SERVER_AWAY`: nothing was made."),
];
const UPDATE_FAILS: &[(Kind, &str)] = &[
    (
        Kind::Conflict,
        "`NAME_TAKEN`, `DELETING`, `BUSY`, `IN_USE`, `USELESS_BACKUP`, `CHANGED` (no longer as `If-Match` says).",
    ),
    (Kind::Unavailable, "`DATABASE_SERVER_AWAY`: it is done as soon as the server answers."),
];
const DELETE_FAILS: &[(Kind, &str)] = &[(
    Kind::Conflict,
    "`IN_USE`: running sites use it, and `detach=true` was not said. `BUSY`: somebody is at it. `NOT_DELETING`: with `purge=true`.",
)];

const fn doc(
    id: &'static str,
    summary: &'static str,
    text: &'static str,
    fails: &'static [(Kind, &'static str)],
) -> Doc {
    Doc { id, tag: "Databases", summary, text, fails }
}

crate::permissions::permissions! {
    DatabasesRead = "databases:read",
    DatabasesWrite = "databases:write",
    DatabasesDelete = "databases:delete",
}

type Databases = web::Data<dyn DatabaseService>;
type Urls = web::Data<LiveUrls>;

const SCOPE_TO_DELETE: &str = "databases:delete";
const SCOPE_TO_SEE_SECRETS: &str = "secrets:read";

/// A database's id. What is none names nothing.
fn database_id(OpaqueId(text): OpaqueId) -> DatabaseId {
    DatabaseId(text)
}

/// What something takes beside what its route does.
fn must_hold(principal: &Principal, scope: &'static str) -> Result<(), Failure> {
    if principal.may(scope) { Ok(()) } else { Err(Rejection::MissingScope(scope).into()) }
}

async fn list(
    caller: Can<DatabasesRead>,
    asked: DatabasesQuery,
    (databases, urls): (Databases, Urls),
) -> Result<Sliced<DatabaseResponse>, Failure> {
    let DatabasesQuery { query, paging } = asked;
    let slice = databases.list(caller.workspace, query).await?;
    Ok(Sliced::new(slice.map(|shown| DatabaseResponse::new(shown, &urls)), &paging))
}

async fn create(
    caller: Can<DatabasesWrite>,
    Valid(request): Valid<CreateDatabaseRequest>,
    (databases, urls): (Databases, Urls),
) -> Result<Sensitive<MadeDatabase>, Failure> {
    let by = Some(actor(&caller.principal));
    let (shown, opening) = databases.create(caller.workspace, &caller.principal.plan, by, request.into()).await?;
    Ok(Sensitive(MadeDatabase::new(DatabaseResponse::new(shown, &urls), opening)))
}

async fn get(
    caller: Can<DatabasesRead>,
    PathIds(id): PathIds<OpaqueId>,
    (databases, urls): (Databases, Urls),
) -> Result<DatabaseAnswer, Failure> {
    let shown = databases.get(caller.workspace, &database_id(id)).await?;
    Ok(DatabaseAnswer::found(DatabaseResponse::new(shown, &urls)))
}

async fn update(
    caller: Can<DatabasesWrite>,
    (IfMatch(version), Detach(detaches)): (IfMatch, Detach),
    PathIds(id): PathIds<OpaqueId>,
    Valid(request): Valid<UpdateDatabaseRequest>,
    (databases, urls): (Databases, Urls),
) -> Result<Sensitive<DatabaseAnswer>, Failure> {
    let (id, by) = (database_id(id), Some(actor(&caller.principal)));
    let answer = match request.wanted()? {
        Wanted::Change(change) => {
            let shown = databases.change(caller.workspace, &id, (by, version), change).await?;
            DatabaseAnswer::found(DatabaseResponse::new(shown, &urls))
        }
        Wanted::Act(action, confirm) => {
            if matches!(action, DatabaseAction::Restore(_)) {
                confirm.must_name(&databases.get(caller.workspace, &id).await?.database.name)?;
            }
            let name = update::name_of(&action);
            let outcome = databases.act(caller.workspace, &id, by, action).await?;
            DatabaseAnswer::acted(ActedDatabaseResponse::new(name, outcome, &urls))
        }
        Wanted::Delete(confirm) => {
            must_hold(&caller.principal, SCOPE_TO_DELETE)?;
            confirm.must_name(&databases.get(caller.workspace, &id).await?.database.name)?;
            let shown = databases.delete(caller.workspace, &id, by, detaches).await?;
            DatabaseAnswer::gone(DatabaseResponse::new(shown, &urls))
        }
    };
    Ok(Sensitive(answer))
}

async fn delete(
    caller: Can<DatabasesDelete>,
    Ending { detaches, purges }: Ending,
    PathIds(id): PathIds<OpaqueId>,
    databases: Databases,
) -> Result<Accepted<GoingDatabaseResponse>, Failure> {
    let (id, by) = (database_id(id), Some(actor(&caller.principal)));
    let shown = if purges {
        databases.purge(caller.workspace, &id).await?
    } else {
        databases.delete(caller.workspace, &id, by, detaches).await?
    };
    Ok(Accepted(shown.into()))
}

async fn restore(
    caller: Can<DatabasesDelete>,
    PathIds(id): PathIds<OpaqueId>,
    (databases, urls): (Databases, Urls),
) -> Result<DatabaseAnswer, Failure> {
    let shown = databases.restore(caller.workspace, &database_id(id), Some(actor(&caller.principal))).await?;
    Ok(DatabaseAnswer::found(DatabaseResponse::new(shown, &urls)))
}

async fn credentials(
    caller: Can<DatabasesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    databases: Databases,
) -> Result<Sensitive<Plain<CredentialsResponse>>, Failure> {
    must_hold(&caller.principal, SCOPE_TO_SEE_SECRETS)?;
    let by = Some(actor(&caller.principal));
    let opening = databases.credentials(caller.workspace, &database_id(id), by).await?;
    Ok(Sensitive(Plain(opening.into())))
}
