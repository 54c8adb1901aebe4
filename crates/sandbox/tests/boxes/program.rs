//! What the machine is found to offer.

use crate::ground::{Ground, Mode, executable, in_each_mode, with};
use mainstay_sandbox::{Capabilities, Level, SandboxError};
use std::process::Command;

in_each_mode!(what_the_machine_offers_is_what_is_found,);

fn what_the_machine_offers_is_what_is_found(ground: &Ground) {
    let mut command = Command::new(executable());
    ground.become_user(&mut command);
    let output = command.arg("219999").output().unwrap();
    let found: Capabilities = serde_json::from_slice(&output.stdout).unwrap();
    let applied = found.applied.expect("this machine has boxes");
    assert_eq!(applied.namespaces.len(), 7);
    assert_eq!((applied.seccomp, applied.own_identity), (true, ground.mode == Mode::Root));
    assert_eq!(found.level, applied.level());
    if ground.mode == Mode::Ordinary {
        assert_eq!(found.level, Level::Basic);
    }
}

#[test]
fn root_without_an_identity_makes_no_box() {
    with(Mode::Root, |ground| {
        let mut spec = ground.shell("id");
        spec.identity = None;
        assert!(matches!(ground.start(&spec), Err(SandboxError::NotMade { .. })));
        assert_eq!(Capabilities::probe(&Ground::launcher(), None).level, Level::None);
    });
}

#[test]
fn root_without_its_rights_makes_no_box() {
    with(Mode::Root, |_| {
        let mut command = Command::new("/usr/bin/setpriv");
        let output = command.arg("--bounding-set=-sys_admin").arg(executable()).arg("219998").output().unwrap();
        let found: Capabilities = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found.level, Level::None);
        assert!(found.reason.unwrap().contains("root without the rights"));
    });
}
