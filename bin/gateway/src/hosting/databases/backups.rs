//! `/api/databases/{id}/backups`: made, listed, downloaded.

use super::dto::BackupResponse;
use super::{Databases, DatabasesRead, DatabasesWrite, database_id};
use crate::hosting::ids::OpaqueId;
use crate::hosting::sites::actor;
use actix_files::NamedFile;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};
use mainstay_edge::{Can, Doc, Failure, Hosting, PathIds, Plain, Sensitive, Surface};
use mainstay_hosting::databases::DatabaseAction;
use mainstay_hosting::{BackupId, HostingError};
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Databases", summary, text, fails };
    let text = "The newest first. The newest seven are kept, and of those made by a schedule as many as it says.";
    surface.get("/{id}/backups", list, doc("listDatabaseBackups", "List backups", text, &[]));
    let text = "Reads the whole database as its tenant, and restores what was read on trial.";
    let fails = &[(Kind::Conflict, "`BUSY`: somebody is at it. `DELETING`.")];
    surface.post("/{id}/backups", create, doc("createDatabaseBackup", "Make a backup", text, fails));
    let text = "What `pg_restore` reads, statements of MariaDB, or a file of Redis or SQLite. Takes the scope `databases:write`, and is told.";
    let fails = &[(Kind::Conflict, "`USELESS_BACKUP`: it is not finished, or it failed.")];
    let path = "/{id}/backups/{backupId}/download";
    surface.get(path, download, doc("downloadDatabaseBackup", "Download a backup", text, fails));
}

async fn list(
    caller: Can<DatabasesRead>,
    PathIds(id): PathIds<OpaqueId>,
    databases: Databases,
) -> Result<Plain<Vec<BackupResponse>>, Failure> {
    let found = databases.backups(caller.workspace, &database_id(id)).await?;
    Ok(Plain(found.into_iter().map(Into::into).collect()))
}

/// 201 with a backup that has ended, 202 with one that has not.
struct MadeBackup {
    status: StatusCode,
    body: BackupResponse,
}

impl Responder for MadeBackup {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::build(self.status).json(self.body)
    }
}

impl Outcome for MadeBackup {
    fn describe(to: &mut Description<'_>) {
        to.answer::<BackupResponse>(201, "It has ended: `status` says whether it is good.");
        to.answer::<BackupResponse>(202, "It is being made.");
    }
}

async fn create(
    caller: Can<DatabasesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    databases: Databases,
) -> Result<MadeBackup, Failure> {
    let by = Some(actor(&caller.principal));
    let outcome = databases.act(caller.workspace, &database_id(id), by, DatabaseAction::BackUp).await?;
    let backup = outcome.backup.ok_or(HostingError::BackupNotFound)?;
    let status = if backup.finished_at.is_some() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok(MadeBackup { status, body: backup.into() })
}

/// 200 with a file.
struct BackupFile(NamedFile);

impl Responder for BackupFile {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        self.0.into_response(request)
    }
}

impl Outcome for BackupFile {
    fn describe(to: &mut Description<'_>) {
        to.text_answer(200, "The file.");
    }
}

async fn download(
    caller: Can<DatabasesWrite>,
    PathIds((id, OpaqueId(backup))): PathIds<(OpaqueId, OpaqueId)>,
    databases: Databases,
) -> Result<Sensitive<BackupFile>, Failure> {
    let (id, backup, by) = (database_id(id), BackupId(backup), Some(actor(&caller.principal)));
    let path = databases.backup_file(caller.workspace, &id, &backup, by).await?;
    // Another node may have made it, on a disk of its own.
    let file = NamedFile::open(path).map_err(|_| HostingError::BackupNotFound)?;
    let name = DispositionParam::Filename(format!("{id}-{backup}.backup"));
    let shown = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] };
    let file = file.set_content_disposition(shown).set_content_type(mime());
    Ok(Sensitive(BackupFile(file)))
}

/// Bytes, and nothing that a browser would open.
fn mime() -> actix_web::mime::Mime {
    actix_web::mime::APPLICATION_OCTET_STREAM
}
