//! Databases in answers, with the headers that go with them.

use super::dto::{ActedDatabaseResponse, DatabaseResponse, MadeDatabaseResponse};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};
use mainstay_hosting::databases::Credentials;

/// 201 with a database and what opens it, and where it is.
pub(super) struct MadeDatabase(MadeDatabaseResponse);

impl MadeDatabase {
    pub(super) fn new(mut database: DatabaseResponse, opening: Credentials) -> Self {
        let password = database.open(opening);
        Self(MadeDatabaseResponse { database, password })
    }
}

/// 200 with a database that is settled, 202 with one that is not.
pub(super) struct DatabaseAnswer {
    status: StatusCode,
    body: ActedDatabaseResponse,
}

impl DatabaseAnswer {
    /// A database that nothing was done with.
    pub(super) fn found(database: DatabaseResponse) -> Self {
        Self { status: StatusCode::OK, body: ActedDatabaseResponse::of(database) }
    }

    /// A database that goes.
    pub(super) fn gone(database: DatabaseResponse) -> Self {
        let body = ActedDatabaseResponse {
            action: Some("delete"),
            changed: Some(true),
            ..ActedDatabaseResponse::of(database)
        };
        Self { status: StatusCode::ACCEPTED, body }
    }

    /// A database that something was done with.
    pub(super) fn acted(body: ActedDatabaseResponse) -> Self {
        let status = if body.database.is_settled() { StatusCode::OK } else { StatusCode::ACCEPTED };
        Self { status, body }
    }
}

impl Responder for MadeDatabase {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let (etag, location) = (self.0.database.etag(), self.0.database.url().to_owned());
        HttpResponse::Created().insert_header((ETAG, etag)).insert_header((LOCATION, location)).json(self.0)
    }
}

impl Outcome for MadeDatabase {
    fn describe(to: &mut Description<'_>) {
        to.answer::<MadeDatabaseResponse>(201, "Created, with its password. `Location` says where it is.");
    }
}

impl Responder for DatabaseAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let etag = self.body.database.etag();
        HttpResponse::build(self.status).insert_header((ETAG, etag)).json(self.body)
    }
}

impl Outcome for DatabaseAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<ActedDatabaseResponse>(200, "Done. `ETag` is its version.");
        to.answer::<ActedDatabaseResponse>(202, "Taken on, and not done yet.");
    }
}
