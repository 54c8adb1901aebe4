//! What keeps the programs of sites running. It outlives the gateway, as it should, and may not outlive the bench.

use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Which process keeps the program of a folder: the gateway writes it there.
const INSTANCE: &str = "instance.json";
/// How often is looked whether they have ended.
const LOOK: Duration = Duration::from_millis(50);

/// A process that keeps a program. Its number alone is given to another one later.
#[derive(Debug, Deserialize)]
struct Keeper {
    pid: u32,
    start_time: u64,
}

/// Waits until every program below `dir` has ended, and no longer than this.
pub(crate) fn await_end(dir: &Path, patience: Duration) {
    await_end_of(dir, |_| true, patience);
}

/// Waits until every program below `dir` has ended whose files are where `is_meant`, and no longer than this.
pub(crate) fn await_end_of(dir: &Path, is_meant: impl Fn(&Path) -> bool, patience: Duration) {
    let since = Instant::now();
    while !alive_of(dir, &is_meant).is_empty() && since.elapsed() < patience {
        thread::sleep(LOOK);
    }
}

/// Kills every program below `dir`.
pub(crate) fn kill(dir: &Path) {
    let left = alive(dir);
    if !left.is_empty() {
        eprintln!("Programs that have not ended are killed: {}.", left.len());
    }
    for keeper in left {
        // One that is gone by now leaves nothing to do.
        let _ = Command::new("kill").args(["-KILL", &keeper.pid.to_string()]).status();
    }
}

fn alive(dir: &Path) -> Vec<Keeper> {
    alive_of(dir, |_| true)
}

fn alive_of(dir: &Path, is_meant: impl Fn(&Path) -> bool) -> Vec<Keeper> {
    let mut files = Vec::new();
    collect(dir, &mut files);
    files.retain(|file| is_meant(file));
    let keepers = files.iter().filter_map(|file| serde_json::from_slice::<Keeper>(&fs::read(file).ok()?).ok());
    keepers.filter(Keeper::is_alive).collect()
}

/// What vanishes while it is looked at is what is waited for.
fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&entry.path(), files),
            Ok(_) if entry.file_name() == INSTANCE => files.push(entry.path()),
            _ => {}
        }
    }
}

impl Keeper {
    fn is_alive(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        start_time(&stat) == Some(self.start_time)
    }
}

/// When a process was started, in ticks since the machine was, as proc(5) has it; none for one that is over already.
fn start_time(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let is_over = fields.starts_with('Z');
    fields.split(' ').nth(19).filter(|_| !is_over)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(child: u32) -> (tempfile::TempDir, u64) {
        let dir = tempfile::tempdir().expect("a directory");
        let inner = dir.path().join("hosting/a");
        fs::create_dir_all(&inner).expect("directories");
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).expect("a process");
        let start_time = start_time(&stat).expect("a time");
        let text = format!(r#"{{"pid": {child}, "start_time": {start_time}, "boot_id": "x"}}"#);
        fs::write(inner.join(INSTANCE), text).expect("written");
        (dir, start_time)
    }

    #[test]
    fn what_does_not_end_by_itself_is_killed() {
        let mut child = Command::new("sleep").arg("600").spawn().expect("sleep");
        let (dir, _) = told_of(child.id());
        await_end(dir.path(), Duration::from_millis(1));
        kill(dir.path());
        assert!(!child.wait().expect("an end").success());
        assert!(alive(dir.path()).is_empty());
    }

    #[test]
    fn another_process_with_the_same_number_is_left_alone() {
        let (dir, start_time) = told_of(std::process::id());
        assert_eq!(alive(dir.path()).len(), 1);
        let other = Keeper { pid: std::process::id(), start_time: start_time + 1 };
        assert!(!other.is_alive());
    }
}
