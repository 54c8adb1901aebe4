//! The share of the processors that a group gets.

use std::fs;
use std::io;
use std::path::Path;

/// Microseconds in which the time of a processor is shared out.
pub(super) const PERIOD: u64 = 100_000;
/// The least that the kernel takes for a quota, in microseconds.
const LEAST: u64 = 1000;
/// How much a box counts beside another group where more is wanted of a processor than there is, in hundredths.
const WEIGHT: u64 = 12;
/// How much a group counts with version 1 of which nothing else is said.
const SHARES: u64 = 1024;
/// Where it is told that a group has processors only while nobody else wants them. Since Linux 5.15.
const IDLE: &str = "cpu.idle";

/// How much of the processors a group may take, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    quota: u64,
    /// How long that has to last.
    period: u64,
}

impl Share {
    /// So many thousandths of a processor, in each period of so many microseconds.
    pub(super) fn of(cpu: u32, period: u64) -> Self {
        Self { quota: (u64::from(cpu) * period / 1000).max(LEAST), period }
    }
}

/// What a group may take; an error where that is not bounded.
pub(super) fn get(group: &Path) -> io::Result<Share> {
    let told = match read(group, "cpu.max") {
        Ok(told) => told,
        Err(_) => format!("{} {}", read(group, "cpu.cfs_quota_us")?, read(group, "cpu.cfs_period_us")?),
    };
    let mut figures = told.split_whitespace().map_while(|figure| figure.parse().ok());
    let share = figures.next().zip(figures.next()).map(|(quota, period)| Share { quota, period });
    share.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, told))
}

/// Lets a group take this much.
pub(super) fn set(group: &Path, Share { quota, period }: Share) -> io::Result<()> {
    let (quota_file, period_file) = (group.join("cpu.cfs_quota_us"), group.join("cpu.cfs_period_us"));
    if !quota_file.exists() {
        return fs::write(group.join("cpu.max"), format!("{quota} {period}"));
    }
    let before: u64 = fs::read_to_string(&period_file)?.trim().parse().unwrap_or(period);
    // One after the other, and never more than that meanwhile.
    if period > before {
        fs::write(&period_file, period.to_string())?;
        return fs::write(quota_file, quota.to_string());
    }
    fs::write(quota_file, quota.to_string())?;
    fs::write(&period_file, period.to_string())
}

/// Has a group count as much as a box does.
pub(super) fn weigh(group: &Path) -> io::Result<()> {
    let shares = group.join("cpu.shares");
    if shares.exists() {
        return fs::write(shares, (WEIGHT * SHARES / 100).to_string());
    }
    fs::write(group.join("cpu.weight"), WEIGHT.to_string())
}

/// Whether this kernel can have a group give way.
pub(super) fn has_idle(group: &Path) -> bool {
    group.join(IDLE).exists()
}

/// Whether a group has processors only while nobody else wants them.
pub(super) fn is_idle(group: &Path) -> io::Result<bool> {
    Ok(read(group, IDLE)?.trim() == "1")
}

/// Has a group give way, or no longer.
pub(super) fn set_idle(group: &Path, is_idle: bool) -> io::Result<()> {
    fs::write(group.join(IDLE), if is_idle { "1" } else { "0" })?;
    // The kernel has a group that no longer gives way count like any other.
    if is_idle { Ok(()) } else { weigh(group) }
}

fn read(group: &Path, file: &str) -> io::Result<String> {
    fs::read_to_string(group.join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(files: &[&str]) -> tempfile::TempDir {
        let group = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(group.path().join(file), "0").unwrap();
        }
        group
    }

    #[test]
    fn a_share_is_read_as_it_was_written_in_the_words_of_both_versions() {
        for files in [&["cpu.cfs_quota_us", "cpu.cfs_period_us"][..], &["cpu.max"]] {
            let group = group(files);
            let before = get(group.path());
            assert_ne!(before.ok(), Some(Share::of(500, PERIOD)));
            for share in [Share::of(500, PERIOD), Share::of(20, 5 * PERIOD), Share::of(2000, PERIOD)] {
                set(group.path(), share).unwrap();
                assert_eq!(get(group.path()).unwrap(), share);
            }
        }
    }

    #[test]
    fn what_is_not_bounded_has_no_share() {
        let group = group(&[]);
        fs::write(group.path().join("cpu.max"), "max 100000\n").unwrap();
        assert!(get(group.path()).is_err());
    }

    #[test]
    fn who_no_longer_gives_way_counts_as_a_box_again() {
        for (file, counts) in [("cpu.shares", "122"), ("cpu.weight", "12")] {
            let group = group(&[IDLE, file]);
            set_idle(group.path(), true).unwrap();
            assert!(is_idle(group.path()).unwrap());
            set_idle(group.path(), false).unwrap();
            assert!(!is_idle(group.path()).unwrap());
            assert_eq!(read(group.path(), file).unwrap(), counts);
        }
    }
}
