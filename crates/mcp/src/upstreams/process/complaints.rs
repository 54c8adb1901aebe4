//! What a process says on its standard error.

use futures_util::StreamExt as _;
use std::time::Duration;
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// Bytes of a line that are taken; the rest of it is passed over.
const MOST_BYTES: usize = 4096;
/// Lines of a second that are shown; the others are passed over.
const MOST_LINES: u32 = 100;
const SECOND: Duration = Duration::from_secs(1);

/// Reads all that the process says, so that it never has to wait, and shows some of it to whoever looks for faults.
pub(super) fn read(complaints: ChildStderr) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut lines = FramedRead::new(complaints, LinesCodec::new_with_max_length(MOST_BYTES));
        let mut window = (Instant::now(), 0);
        // After a fault the codec says once that there is nothing, and goes on.
        let mut was_fault = false;
        loop {
            match lines.next().await {
                Some(Ok(line)) if may_show(&mut window) => tracing::debug!(%line, "an MCP server says"),
                Some(Err(LinesCodecError::Io(fault))) if fault.kind() != std::io::ErrorKind::InvalidData => return,
                Some(Err(_)) => was_fault = true,
                Some(Ok(_)) => {}
                None if was_fault => was_fault = false,
                None => return,
            }
        }
    })
}

fn may_show((since, shown): &mut (Instant, u32)) -> bool {
    if since.elapsed() >= SECOND {
        (*since, *shown) = (Instant::now(), 0);
    }
    *shown += 1;
    *shown <= MOST_LINES
}
