//! Programs that make boxes and are run from memory.

use crate::ground::{Ground, executable, in_each_mode};
use mainstay_sandbox::Launcher;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

in_each_mode!(a_program_from_memory_makes_boxes_and_nobody_changes_it,);

fn a_program_from_memory_makes_boxes_and_nobody_changes_it(ground: &Ground) {
    let launcher = Launcher::carried(&fs::read(executable()).unwrap()).unwrap();
    let (mut command, mut control) = launcher.command().unwrap();
    ground.become_user(&mut command);
    let mut child = command.spawn().unwrap();
    drop((command, launcher));
    control.start(&ground.shell("sleep 60")).unwrap();
    let program = Path::new("/proc").join(child.id().to_string()).join("exe");
    assert!(fs::read_link(&program).unwrap().starts_with("/memfd:mainstay (deleted)"));
    overwrite(&program).unwrap_err();
    drop(control);
    assert!(!child.wait().unwrap().success());
}

fn overwrite(program: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(program)?.write_all(b"else")
}

#[test]
fn what_is_no_program_is_refused_before_a_box_is_wanted() {
    Launcher::carried(b"no program").unwrap_err();
}

#[test]
fn a_program_that_makes_no_boxes_is_refused_before_a_box_is_wanted() {
    let other = fs::read("/bin/true").unwrap();
    assert_eq!(Launcher::carried(&other).unwrap_err().to_string(), "it ended at once: exit status: 0");
}
