//! The share of the processors that a group may take.

use std::fs;
use std::io;
use std::path::Path;

/// The least that the kernel takes for a quota, in microseconds.
const LEAST: u64 = 1000;

/// Lets a group take so many thousandths of a processor, in each period of so many microseconds.
pub(super) fn set(group: &Path, cpu: u32, period: u64) -> io::Result<()> {
    let quota = (u64::from(cpu) * period / 1000).max(LEAST);
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
