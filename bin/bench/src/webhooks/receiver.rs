//! The receiver of deliveries: a process of its own that answers at once and remembers what arrived. It is kept as cheap as
//! it can be, since it runs on the cores of the gateway that is measured.

mod book;
mod incoming;

use crate::server::{Server, free_address};
use book::{Book, SILENCE};
use clap::Args;
use incoming::Incoming;
use mainstay_kernel::{Clock as _, SystemClock};
use std::cell::RefCell;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

pub(crate) use book::{Arrival, Tally};

/// What the receiver's process is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1
    #[arg(long)]
    port: u16,
}

/// Starts a receiver in a process of its own, with its output in the file `log`.
///
/// # Errors
/// When it does not start.
pub(crate) fn start(log: &Path) -> anyhow::Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["receiver", "--port", &address.port().to_string()]);
    Server::start(&mut command, address, "/health", log)
}

/// Serves until the process is ended.
///
/// # Errors
/// When the port is in use.
pub(crate) fn serve(options: &Options) -> anyhow::Result<()> {
    let runtime = crate::exchange::runtime()?;
    LocalSet::new().block_on(&runtime, async {
        listen(TcpListener::bind(("127.0.0.1", options.port)).await?).await?;
        Ok(())
    })
}

/// Answers whoever calls, on the calling thread alone.
async fn listen(listener: TcpListener) -> std::io::Result<()> {
    let book = Rc::new(RefCell::new(Book::default()));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let book = Rc::clone(&book);
        // Who breaks off a conversation takes nothing along that was to be counted.
        tokio::task::spawn_local(async move { drop(converse(stream, &book).await) });
    }
}

async fn converse(mut stream: TcpStream, book: &RefCell<Book>) -> anyhow::Result<()> {
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        let Some(incoming) = Incoming::read(&buffer)? else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let answer = book.borrow_mut().answer(&incoming, SystemClock.now());
        let length = incoming.length;
        buffer.drain(..length);
        if answer != SILENCE {
            stream.write_all(&answer).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream as Caller};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    /// A receiver in a thread of this process.
    fn receiving() -> SocketAddr {
        let (sender, address) = mpsc::channel();
        thread::spawn(move || {
            let runtime = crate::exchange::runtime().expect("a runtime");
            LocalSet::new().block_on(&runtime, async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                sender.send(listener.local_addr().expect("an address")).expect("somebody waits");
                listen(listener).await
            })
        });
        address.recv().expect("an address")
    }

    fn said(caller: &mut Caller, text: &str) -> std::io::Result<String> {
        caller.set_read_timeout(Some(Duration::from_millis(300)))?;
        caller.write_all(text.as_bytes())?;
        let mut answer = [0; 1024];
        let read = caller.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
    }

    #[test]
    fn deliveries_on_one_connection_are_answered_and_counted() {
        let mut caller = Caller::connect(receiving()).expect("a connection");
        let body = r#"{"data":{"sent":"1790000000000000"}}"#;
        let head = format!("POST /e/3 HTTP/1.1\r\nWebhook-Id: evt_1\r\nContent-Length: {}\r\n\r\n", body.len());
        for _ in 0..2 {
            let answer = said(&mut caller, &format!("{head}{body}")).expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        }
        let tally = said(&mut caller, "GET /tally HTTP/1.1\r\n\r\n").expect("a tally");
        assert!(tally.contains(r#""arrived":1,"again":1"#), "{tally}");
    }

    #[test]
    fn who_asks_for_it_hangs_and_nobody_else() {
        let address = receiving();
        let mut caller = Caller::connect(address).expect("a connection");
        assert!(said(&mut caller, "POST /hang HTTP/1.1\r\nContent-Length: 0\r\n\r\n").is_err());
        let mut other = Caller::connect(address).expect("a connection");
        let tally = said(&mut other, "GET /tally HTTP/1.1\r\n\r\n").expect("a tally");
        assert!(tally.contains(r#""hanging":1"#), "{tally}");
    }
}
