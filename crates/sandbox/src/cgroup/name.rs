//! What the groups of boxes are called.

use crate::process;
use std::fmt;
use std::io;

const PREFIX: &str = "mainstay-box-";

/// The name of a box's group. It tells what somebody has to know who finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    /// The process that made the box, and ends with it.
    pub(super) keeper: u32,
    /// When that process was started: its number is given to another one later.
    pub(super) start: u64,
    /// What the box may take, in thousandths of a processor.
    pub(super) cpu: u32,
}

impl Name {
    /// Of the box that this process makes.
    pub(super) fn of_this_process(cpu: u32) -> io::Result<Self> {
        let keeper = std::process::id();
        Ok(Self { keeper, start: process::start_time(keeper)?, cpu })
    }

    /// `None` when it is somebody else's group.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix(PREFIX)?.splitn(3, '-');
        let (keeper, start) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { keeper, start, cpu: parts.next()?.parse().ok()? })
    }

    /// Whether the process that made it is gone.
    pub(super) fn is_left(self) -> bool {
        process::start_time(self.keeper).ok() != Some(self.start)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keeper, start, cpu } = self;
        write!(f, "{PREFIX}{keeper}-{start}-{cpu}")
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_is_read_as_it_was_written_and_nobody_elses_is() {
        let name = Name { keeper: 7, start: 99, cpu: 500 };
        assert_eq!(Name::parse(&name.to_string()), Some(name));
        for other in ["mainstay-box-7-99", "mainstay-box-7-99-x", "box-7-99-500", "mainstay-box--9-99-500"] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_group_is_left_when_its_makers_number_is_another_processs_by_now() {
        let name = Name::of_this_process(500).unwrap();
        assert!(!name.is_left());
        assert!(Name { start: name.start + 1, ..name }.is_left());
    }
}
