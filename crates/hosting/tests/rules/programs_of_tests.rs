//! Programs that only pretend to be some: each is a task of this process.

use async_trait::async_trait;
use mainstay_hosting::driver::{Charge, DriverFault, Exit, Found, Kept, Pulse, Usage};
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Those that were started, also before the installation was.
#[derive(Default)]
pub(crate) struct Programs {
    all: Mutex<HashMap<PathBuf, Arc<Program>>>,
    started: AtomicUsize,
}

/// A program. `page FILE` answers with a file of its release, `serve TEXT` answers with a text, in which `$NAME` is a variable, and with the status 500 once it is sick;
/// `sick TEXT` is from the start; `exit CODE` ends at once.
struct Program {
    address: Option<SocketAddr>,
    is_sick: Arc<AtomicBool>,
    is_slowed: AtomicBool,
    exit: Mutex<Option<Exit>>,
    task: Option<JoinHandle<()>>,
    looks: AtomicU64,
}

impl Programs {
    pub(crate) async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault> {
        self.started.fetch_add(1, Ordering::SeqCst);
        // As a keeper has it: what runs can be found as long as its folder is there.
        std::fs::create_dir_all(&charge.own).expect("a folder");
        let command = charge.command.rsplit("; ").next().expect("a command");
        let command = command.strip_prefix("exec ").unwrap_or(command);
        let (word, text) = command.split_once(' ').ok_or_else(|| DriverFault("nobody understands this".to_owned()))?;
        let filled = |text: &str| {
            let fill = |text: String, (name, value): (&String, &mainstay_kernel::Secret<String>)| {
                text.replace(&format!("${name}"), value.expose())
            };
            charge.variables.iter().fold(text.to_owned(), fill)
        };
        let program = match word {
            "page" => {
                let page = std::fs::read_to_string(charge.release.join(text)).expect("a page");
                Program::answering(false, page).await
            }
            "serve" => Program::answering(false, filled(text)).await,
            "sick" => Program::answering(true, filled(text)).await,
            "exit" => Program::ended(text.parse().expect("a status")),
            _ => return Err(DriverFault("nobody understands this".to_owned())),
        };
        let program = Arc::new(program);
        self.all.lock().expect("a lock").insert(charge.own, Arc::clone(&program));
        Ok(program)
    }

    pub(crate) fn find(&self, own: &Path) -> Found {
        let all = self.all.lock().expect("a lock");
        match all.get(own).filter(|program| program.runs()) {
            Some(program) => Found::Running(Arc::clone(program) as Arc<dyn Kept>),
            None => Found::Gone,
        }
    }

    /// How many run.
    pub(crate) fn running(&self) -> usize {
        self.all.lock().expect("a lock").values().filter(|program| program.runs()).count()
    }

    /// How many were ever started.
    pub(crate) fn started(&self) -> usize {
        self.started.load(Ordering::SeqCst)
    }

    /// Lets all of them fall sick.
    pub(crate) fn sicken(&self) {
        for program in self.all.lock().expect("a lock").values() {
            program.is_sick.store(true, Ordering::SeqCst);
        }
    }

    /// Slows all of them down, or no longer.
    pub(crate) fn slow(&self, is_slowed: bool) {
        for program in self.all.lock().expect("a lock").values() {
            program.is_slowed.store(is_slowed, Ordering::SeqCst);
        }
    }

    /// Ends all of them, as a machine does that is short of memory.
    pub(crate) fn kill(&self) {
        for program in self.all.lock().expect("a lock").values() {
            program.end(Exit { code: None, signal: Some(9), oom_killed: true, at: 0 });
        }
    }
}

impl Program {
    async fn answering(is_sick: bool, text: String) -> Self {
        let is_sick = Arc::new(AtomicBool::new(is_sick));
        let told = Arc::clone(&is_sick);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            // With the program its connections end.
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(answer(stream, Arc::clone(&told), text.clone()));
            }
        });
        let is_slowed = AtomicBool::default();
        Self {
            address: Some(address),
            is_sick,
            is_slowed,
            exit: Mutex::default(),
            task: Some(task),
            looks: AtomicU64::default(),
        }
    }

    fn ended(code: i32) -> Self {
        let exit = Exit { code: Some(code), signal: None, oom_killed: false, at: 0 };
        Self {
            address: None,
            is_sick: Arc::default(),
            is_slowed: AtomicBool::default(),
            exit: Mutex::new(Some(exit)),
            task: None,
            looks: AtomicU64::default(),
        }
    }

    fn runs(&self) -> bool {
        self.exit.lock().expect("a lock").is_none()
    }

    fn end(&self, exit: Exit) {
        self.exit.lock().expect("a lock").get_or_insert(exit);
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn answer(mut stream: TcpStream, is_sick: Arc<AtomicBool>, text: String) {
    let mut request = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut request).await {
        if request.ends_with(b"\r\n\r\n") {
            let status = if is_sick.load(Ordering::SeqCst) { "500 Sick" } else { "200 OK" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{text}", text.len());
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
            request.clear();
        }
    }
}

#[async_trait]
impl Kept for Program {
    async fn connect(&self, _: u16) -> io::Result<TcpStream> {
        match self.address.filter(|_| self.runs()) {
            Some(address) => TcpStream::connect(address).await,
            None => Err(ErrorKind::ConnectionRefused.into()),
        }
    }

    async fn door(&self) -> io::Result<Option<TcpListener>> {
        Ok(None)
    }

    async fn pulse(&self) -> Pulse {
        let exit = *self.exit.lock().expect("a lock");
        exit.map_or(Pulse::Runs, Pulse::Ended)
    }

    fn usage(&self) -> Option<Usage> {
        // A second more each time that somebody looks.
        let looks = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        Some(Usage { cpu_micros: looks * 1_000_000, memory_bytes: 3 << 20, processes: Some(2) })
    }

    fn is_slowed(&self) -> bool {
        self.is_slowed.load(Ordering::SeqCst)
    }

    async fn stop(&self, _: Duration) -> io::Result<()> {
        self.end(Exit { code: None, signal: Some(15), oom_killed: false, at: 0 });
        Ok(())
    }
}
