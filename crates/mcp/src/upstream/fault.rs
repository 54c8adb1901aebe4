//! Why an upstream gave no answer.

use rmcp::model::ErrorData;
use std::time::Duration;

/// Why an upstream gave no answer that can be used. The sentences are shown to whoever called: they name no path, no
/// address and no credential of the installation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UpstreamFault {
    /// It answered with an error of JSON-RPC, which is passed on.
    #[error("{}", .0.message)]
    Refused(ErrorData),
    /// It cannot be reached: the process does not start or went away, the address does not answer.
    #[error("The server cannot be reached: {0}.")]
    Away(String),
    /// What it said is not of the protocol.
    #[error("The server's answer cannot be used: {0}.")]
    Broken(String),
    /// It said more than is taken.
    #[error("The server's answer is larger than {most} bytes.")]
    TooLarge {
        /// The most bytes that are taken.
        most: usize,
    },
    /// It did not answer in time.
    #[error("The server did not answer within {} seconds.", .0.as_secs())]
    TimedOut(Duration),
    /// As many calls are under way as may be; another one later may get through.
    #[error("The server is busy: too many calls are under way.")]
    Busy,
}
