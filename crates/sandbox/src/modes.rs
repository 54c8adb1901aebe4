//! The hidden modes of an executable that makes boxes.
//!
//! What has to be done between fork and exec cannot be done there without unsafe code. So the executable is started
//! again, and does it in its `main`, before there is any thread.

use crate::{inside, keeper, launching};
use rustix::stdio::{dup2_stdin, stdin};
use std::fs;
use std::io;
use std::os::unix::net::UnixStream;

/// Makes a box, as told on standard input.
pub(crate) const LAUNCH: &str = "mainstay-box-launch";
/// Is the first process of a box.
pub(crate) const INIT: &str = "mainstay-box-init";
/// Starts a keeper and goes.
pub(crate) const KEEP: &str = "mainstay-box-keep";
/// Is a keeper.
pub(crate) const KEPT: &str = "mainstay-box-kept";

/// What processes of these modes are called, instead of by the kernel's link to this executable.
pub(crate) const NAME: &str = "mainstay";

/// What a mode that could not even begin exits with.
const NOT_BEGUN: i32 = 125;

/// Does what a hidden mode asks for, and exits, if this process was started in one. To be called first in `main`,
/// before any thread or runtime is started.
pub fn run_if_asked() {
    let Some(word) = std::env::args_os().nth(1) else { return };
    let run: fn(&UnixStream) -> i32 = match word.to_str() {
        Some(LAUNCH) => launching::run,
        Some(INIT) => inside::run,
        Some(KEEP) => keeper::detach,
        Some(KEPT) => keeper::run,
        _ => return,
    };
    close_others();
    // The same for those who list threads.
    let _ = rustix::thread::set_name(c"mainstay-box");
    std::process::exit(take_control().map_or(NOT_BEGUN, |control| run(&control)))
}

/// Takes the stream on which this process is spoken to from where programs read from.
fn take_control() -> io::Result<UnixStream> {
    let control = rustix::io::fcntl_dupfd_cloexec(stdin(), 3)?;
    dup2_stdin(fs::File::open("/dev/null")?)?;
    // Who reads for as long as it takes does so.
    let control = UnixStream::from(control);
    control.set_nonblocking(false)?;
    Ok(control)
}

/// Closes whatever was left open by who started this process, but the three streams. Nothing of this process is open
/// yet.
fn close_others() {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else { return };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    // Listed first: the list is a descriptor too, closed by then.
    let numbers: Vec<i32> = numbers.filter(|number| *number > 2).collect();
    for number in numbers {
        let _ = nix::unistd::close(number);
    }
}
