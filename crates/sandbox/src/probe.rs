//! What boxes of this machine are made of.

use crate::error::SandboxError;
use crate::launcher::Launcher;
use crate::report::{Applied, Level};
use crate::spec::{Identity, Spec};
use serde::{Deserialize, Serialize};
use std::process::Stdio;

/// What this machine and this user offer, found by making a box. Nothing of it is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// How far boxes part tenants from each other and from the host.
    pub level: Level,
    /// What the box was made of; `None` if there was none.
    pub applied: Option<Applied>,
    /// Why there was none.
    pub reason: Option<String>,
}

impl Capabilities {
    /// Makes a box by this launcher and looks. The identity is that of nobody else; it is of use to a privileged
    /// launcher only, which needs it.
    pub fn probe(launcher: &Launcher, identity: Option<Identity>) -> Self {
        match try_out(launcher, identity) {
            Ok(applied) => Self { level: applied.level(), applied: Some(applied), reason: None },
            Err(fault) => Self { level: Level::None, applied: None, reason: Some(fault.to_string()) },
        }
    }
}

fn try_out(launcher: &Launcher, identity: Option<Identity>) -> Result<Applied, SandboxError> {
    let (mut command, mut control) = launcher.command()?;
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    drop(command);
    let applied = control.start(&Spec { identity, ..Spec::new("/bin/true") }).map(|started| started.applied);
    let report = applied.and_then(|applied| Ok((applied, control.report()?)));
    child.wait()?;
    match report? {
        (applied, report) if report.is_success() => Ok(applied),
        (_, report) => {
            let reason = format!("a program that does nothing ended with {:?}", report.ended);
            Err(SandboxError::NotStarted { reason, errno: None })
        }
    }
}
