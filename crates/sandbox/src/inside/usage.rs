//! What the processes of a box use, as `/proc` of the box tells (`proc_pid_stat(5)`, `proc_pid_statm(5)`).

use crate::message::Usage;
use std::fs;
use std::path::Path;

/// What they use now. A process that ends meanwhile is not counted.
pub(super) fn now() -> Usage {
    let mut usage = Usage::default();
    let Ok(processes) = fs::read_dir("/proc") else { return usage };
    let ticks = rustix::param::clock_ticks_per_second();
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    for process in processes.flatten() {
        let name = process.file_name();
        let Some(number) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let path = process.path();
        // What an ended process took is told of the one that waited for it.
        usage.cpu_micros += processor_ticks(&path).unwrap_or(0).saturating_mul(1_000_000) / ticks.max(1);
        // This process is 1.
        if number != 1 {
            usage.processes += 1;
            usage.rss_bytes += resident_pages(&path).unwrap_or(0).saturating_mul(page);
        }
    }
    usage
}

/// User and system time, its own and that of the children it waited for: fields 14 to 17.
fn processor_ticks(process: &Path) -> Option<u64> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The second field is a name in parentheses that may hold anything.
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(4);
    fields.map(|field| field.parse::<u64>().ok()).sum()
}

/// Pages that it holds and does not share with files.
fn resident_pages(process: &Path) -> Option<u64> {
    let statm = fs::read_to_string(process.join("statm")).ok()?;
    let mut fields = statm.split_whitespace().skip(1).map(|field| field.parse::<u64>().ok());
    let (resident, shared) = (fields.next()??, fields.next()??);
    Some(resident.saturating_sub(shared))
}

#[cfg(test)]
mod tests {
    use super::{processor_ticks, resident_pages};
    use std::fs;

    #[test]
    fn a_process_whose_name_holds_a_parenthesis_is_counted_right() {
        let directory = tempfile::tempdir().unwrap();
        let stat = "7 (a) 1 (b) S 1 7 7 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7";
        fs::write(directory.path().join("stat"), stat).unwrap();
        fs::write(directory.path().join("statm"), "900 500 200 1 0 300 0\n").unwrap();
        assert_eq!(processor_ticks(directory.path()), Some(127));
        assert_eq!(resident_pages(directory.path()), Some(300));
    }
}
