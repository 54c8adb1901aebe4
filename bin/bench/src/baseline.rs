//! What Mainstay is compared with: actix-web and nothing else, answering the bytes that Mainstay answered.

use crate::exchange::Answer;
use crate::server::{Server, free_address};
use crate::work::{Work, Worker};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, error, guard, web};
use anyhow::Context as _;
use clap::{Args, ValueEnum as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the baseline's process is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1
    #[arg(long)]
    port: u16,
    /// File with the bytes of every answer
    #[arg(long)]
    body_file: PathBuf,
    /// Content type of every answer
    #[arg(long)]
    content_type: String,
    /// Status of the answers to POST
    #[arg(long)]
    status: u16,
    /// What is done for every POST first
    #[arg(long, value_enum)]
    work: Work,
    /// Database for durable work
    #[arg(long)]
    commit_to: Option<String>,
}

#[derive(Debug, Clone)]
struct Bare {
    status: StatusCode,
    content_type: HeaderValue,
    body: Bytes,
    worker: Worker,
}

/// Starts a baseline in a process of its own, with its files in `dir`, that gives `answer`, to a POST when it has done the
/// `work`, the durable kind on the database at `commit_to`.
///
/// # Errors
/// When it does not start.
pub(crate) fn start(dir: &Path, answer: &Answer, work: Work, commit_to: Option<&str>) -> anyhow::Result<Server> {
    let body = dir.join("body");
    std::fs::write(&body, &answer.body)?;
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("baseline").arg("--body-file").arg(body);
    command.args(["--port", &address.port().to_string(), "--status", &answer.status.to_string()]);
    command.args(["--content-type", &answer.content_type]);
    let work = work.to_possible_value().context("no work is hidden")?;
    command.args(["--work", work.get_name()]);
    if let Some(url) = commit_to {
        command.args(["--commit-to", url]);
    }
    Server::start(&mut command, address, "/", &dir.join("log"))
}

/// Serves until the process is ended, with as many workers as actix-web takes by itself.
///
/// # Errors
/// When the port is in use, the file is missing or the database is away.
pub(crate) fn serve(options: &Options) -> anyhow::Result<()> {
    let bare = Bare {
        status: StatusCode::from_u16(options.status)?,
        content_type: HeaderValue::from_str(&options.content_type)?,
        body: std::fs::read(&options.body_file).context("the body cannot be read")?.into(),
        worker: Worker::start(options.work, options.commit_to.as_deref())?,
    };
    let app = move || {
        // Whatever the path: to look for parameters in it is no part of what is compared.
        let writes = web::scope("").guard(guard::Post()).default_service(web::post().to(write));
        App::new().app_data(Data::new(bare.clone())).service(writes).default_service(web::get().to(read))
    };
    actix_web::rt::System::new().block_on(HttpServer::new(app).bind(("127.0.0.1", options.port))?.run())?;
    Ok(())
}

async fn read(bare: Data<Bare>) -> HttpResponse {
    bare.answer(StatusCode::OK)
}

async fn write(bare: Data<Bare>, body: Bytes) -> actix_web::Result<HttpResponse> {
    bare.worker.work(&body).await.map_err(error::ErrorInternalServerError)?;
    Ok(bare.answer(bare.status))
}

impl Bare {
    fn answer(&self, status: StatusCode) -> HttpResponse {
        HttpResponse::build(status).insert_header((CONTENT_TYPE, self.content_type.clone())).body(self.body.clone())
    }
}
