//! How a process is started.

use super::super::address::Address;
use mainstay_kernel::Secret;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// Becomes the server once a line is read, which is the sign that its bounds are set: from its first instruction it is
/// bound by them, and no unsafe code has to run between fork and exec. The shell reads no byte more than the line.
const BECOME: &str = "read -r _ && exec \"$@\"";

/// Where programs are looked for when this process has no `PATH` of its own.
const USUAL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What starts this process, waiting for the sign; `None` for an address that is no process.
pub(super) fn waiting(address: &Address) -> Option<Command> {
    let Address::Process { command: program, args, variables, folder } = address else { return None };
    let mut command = Command::new("/bin/sh");
    command.args(["-c", BECOME, "sh"]).arg(program).args(args);
    command.current_dir(folder);
    give_environment(&mut command, folder, variables);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    Some(command)
}

fn give_environment(command: &mut Command, folder: &Path, variables: &BTreeMap<String, Secret<String>>) {
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_else(|| USUAL_PATH.into()));
    command.env("HOME", folder).env("TMPDIR", folder).env("LANG", "C.UTF-8");
    for (name, value) in variables {
        command.env(name, value.expose());
    }
}
