//! What fails.

use std::io;

/// Why there is no box, or no answer from it.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The box was not made: the step that failed, and why.
    #[error("the box was not made: {step}: {reason}")]
    NotMade {
        /// What was being done.
        step: String,
        /// What the system said.
        reason: String,
    },
    /// The box is there; its program is not to be started: not found, not executable.
    #[error("the program was not started: {reason}")]
    NotStarted {
        /// What the system said.
        reason: String,
        /// Its number for that (`errno`).
        errno: Option<i32>,
    },
    /// The program in the box does not listen on this port, or lets so many connections wait that it takes no more.
    #[error("nobody answers on port {port} of the box")]
    Refused {
        /// The port.
        port: u16,
    },
    /// The box is over, and so is what was asked of it.
    #[error("the box has ended")]
    Ended,
    /// There is no keeper in this directory, or it is gone.
    #[error("there is no keeper")]
    NoKeeper,
    /// The connection to the launcher or the keeper failed.
    #[error("the box cannot be asked: {0}")]
    Io(#[from] io::Error),
}

/// A step of making a box that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) step: String,
    pub(crate) fault: io::Error,
}

/// Says at which step something failed.
pub(crate) trait Step<T> {
    fn step(self, step: &str) -> Result<T, Failure>;
}

impl<T, E: Into<io::Error>> Step<T> for Result<T, E> {
    fn step(self, step: &str) -> Result<T, Failure> {
        self.map_err(|fault| Failure { step: step.to_owned(), fault: fault.into() })
    }
}

impl Failure {
    /// A failure that the system knows no number for.
    pub(crate) fn because(step: &str, reason: impl Into<String>) -> Self {
        Self { step: step.to_owned(), fault: io::Error::other(reason.into()) }
    }
}
