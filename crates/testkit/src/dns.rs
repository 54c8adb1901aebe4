//! A name server of this machine that knows the texts it is told, and nothing else.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, TXT};
use hickory_proto::rr::{RData, Record, RecordType};
use mainstay_kernel::{Ids as _, SystemIds};
use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What stands at a name.
#[derive(Clone)]
enum Told {
    Texts(Vec<String>),
    /// Whoever asks waits in vain.
    Silence,
}

type Names = Arc<Mutex<HashMap<String, Told>>>;

/// The one of this process.
static SHARED: LazyLock<TestDns> = LazyLock::new(TestDns::start);

/// A name server that answers over UDP (RFC 1035 section 4.2.1).
pub struct TestDns {
    address: SocketAddr,
    names: Names,
}

impl TestDns {
    /// The one that all gateways of this process ask.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        let (address, names) = (socket.local_addr().expect("an address"), Names::default());
        let known = Arc::clone(&names);
        thread::spawn(move || serve(&socket, &known));
        Self { address, names }
    }

    /// Where it is asked.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets these texts stand at a name, in place of those that do.
    pub fn tell(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.names().insert(name.to_lowercase(), Told::Texts(texts));
    }

    /// Leaves whoever asks for a name without an answer.
    pub fn keep_silent_of(&self, name: &str) {
        self.names().insert(name.to_lowercase(), Told::Silence);
    }

    /// A domain that nobody has claimed yet.
    pub fn fresh_domain() -> String {
        format!("d{}.example", SystemIds.alphanumeric(24).to_ascii_lowercase())
    }

    fn names(&self) -> MutexGuard<'_, HashMap<String, Told>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(socket: &UdpSocket, names: &Names) {
    let mut question = [0; 4096];
    while let Ok((length, asker)) = socket.recv_from(&mut question) {
        let answer = Message::from_vec(&question[..length]).ok().and_then(|asked| answer(&asked, names));
        if let Some(bytes) = answer.and_then(|answer| answer.to_vec().ok()) {
            let _ = socket.send_to(&bytes, asker);
        }
    }
}

fn answer(asked: &Message, names: &Names) -> Option<Message> {
    let query = asked.queries.first()?.clone();
    let name = query.name.to_lowercase().to_ascii();
    if query.query_type == RecordType::A {
        // Everything is on this machine.
        let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
        answer.add_answer(Record::from_rdata(query.name.clone(), 60, RData::A(A::new(127, 0, 0, 1))));
        answer.add_query(query);
        return Some(answer);
    }
    let told = names.lock().unwrap_or_else(PoisonError::into_inner).get(name.trim_end_matches('.')).cloned();
    let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
    answer.metadata.authoritative = true;
    match told {
        Some(Told::Silence) => return None,
        // Its host has an address, and therefore is a name.
        None if query.query_type == RecordType::AAAA => {}
        None => answer.metadata.response_code = ResponseCode::NXDomain,
        Some(Told::Texts(texts)) => {
            for text in texts {
                let data = RData::TXT(TXT::new(vec![text]));
                answer.add_answer(Record::from_rdata(query.name.clone(), 60, data));
            }
        }
    }
    answer.add_query(query);
    Some(answer)
}
