//! What a line of a process is.

use rmcp::model::ServerJsonRpcMessage;

/// What a line is.
#[derive(Debug)]
pub(super) enum Line {
    Message(Box<ServerJsonRpcMessage>),
    /// Something that a program prints which takes its standard output for a screen; the official clients pass over it.
    Noise,
    /// Meant as a message, and none.
    Broken,
}

/// What this line is.
pub(super) fn read(line: &str) -> Line {
    match serde_json::from_str(line) {
        Ok(message) => Line::Message(Box::new(message)),
        Err(_) if line.contains("\"jsonrpc\"") => Line::Broken,
        Err(_) => Line::Noise,
    }
}
