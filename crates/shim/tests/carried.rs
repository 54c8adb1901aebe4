//! The program that is carried makes boxes.

use mainstay_sandbox::{Capabilities, Identity};

#[test]
fn the_program_that_is_carried_makes_boxes_as_this_executable_would() {
    let launcher = mainstay_shim::launcher().expect("programs are run from memory here");
    let identity = rustix::process::geteuid().is_root().then_some(Identity { uid: 299_998, gid: 299_998 });
    let found = Capabilities::probe(&launcher, identity);
    let by_file = Capabilities::probe(&mainstay_sandbox::Launcher::at(env!("MAINSTAY_SHIM")), identity);
    assert_eq!(found, by_file);
}
