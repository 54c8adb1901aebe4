//! How much of a workspace's folder may be had, and how much it may hold.

const MIB: u64 = 1024 * 1024;

/// What one call and one workspace may take. What is above a limit is refused or, where the answer says so
/// (`truncated`), left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file that one call reads: 1 MiB.
    pub read_bytes: u64,
    /// Bytes that one call writes, as they lie in the file: 1 MiB.
    pub write_bytes: u64,
    /// Bytes of a file that grows by appending, since each time it is written anew: 16 MiB.
    pub file_bytes: u64,
    /// Entries of a folder that one call lists, and files that are offered as resources: 1000.
    pub entries: usize,
    /// Files and folders that one search finds: 1000.
    pub matches: usize,
    /// Bytes that one search for a text reads: 16 MiB.
    pub searched_bytes: u64,
    /// Files and folders in the workspace, and those that one search looks at: 100 000.
    pub files: u64,
    /// Bytes of all files of the workspace: 1 GiB.
    pub total_bytes: u64,
    /// Calls of the workspace that are worked on at a time, so that one workspace leaves threads to the others: 4, and
    /// never less than 1. The others wait.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            read_bytes: MIB,
            write_bytes: MIB,
            file_bytes: 16 * MIB,
            entries: 1000,
            matches: 1000,
            searched_bytes: 16 * MIB,
            files: 100_000,
            total_bytes: 1024 * MIB,
            at_once: 4,
        }
    }
}
