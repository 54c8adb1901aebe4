//! Whether a program is well.

use super::line;
use crate::driver::Kept;
use crate::sites::{HealthCheck, HealthKind};
use http::Request;
use http::header::{CONNECTION, HOST, USER_AGENT};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::io;
use std::time::Duration;

/// Asks a program. Why it is not well, in a sentence's end.
pub(super) async fn ask(kept: &dyn Kept, port: u16, check: &HealthCheck) -> Result<(), String> {
    let patience = Duration::from_secs(check.timeout_seconds.into());
    let asked = async {
        match check.kind {
            HealthKind::Tcp => kept.connect(port).await.map(drop).map_err(|cause| unreachable(port, &cause)),
            HealthKind::Http => get(kept, port, &check.path).await,
        }
    };
    let late = || format!("did not answer within {} s", check.timeout_seconds);
    tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| Err(late()))
}

fn unreachable(port: u16, _: &io::Error) -> String {
    format!("does not listen on the port {port}, which the variable PORT tells it")
}

async fn get(kept: &dyn Kept, port: u16, path: &str) -> Result<(), String> {
    let stream = kept.connect(port).await.map_err(|cause| unreachable(port, &cause))?;
    let broken = |_: hyper::Error| format!("broke off when asked for {path}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let request = Request::get(path)
        .header(HOST, "localhost")
        .header(USER_AGENT, "mainstay-health")
        .header(CONNECTION, "close")
        .body(line::empty())
        .map_err(|_| format!("cannot be asked for {path}"))?;
    let asking = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status();
        let is_well = status.is_success() || status.is_redirection();
        if is_well { Ok(()) } else { Err(format!("answers {path} with {}", status.as_u16())) }
    };
    tokio::select! {
        answered = asking => answered,
        // It ends with its answer, which is there by then; that it goes on being polled is what matters.
        () = async { let _ = connection.await; std::future::pending::<()>().await } => Ok(()),
    }
}
