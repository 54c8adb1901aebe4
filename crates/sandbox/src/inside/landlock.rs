//! Landlock: what may be done with files, once more and apart from mounts; which ports may be listened on; and nobody
//! outside to signal or to find by an abstract name.

use crate::error::{Failure, Step as _};
use crate::spec::{Access, Ports, Spec};
use ::landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, NetPort, PathBeneath, PathFd,
    Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use std::io;
use std::path::Path;

/// The newest that is asked for; what a kernel does not know of it is left out.
const NEWEST: ABI = ABI::V7;

/// Enforces it as far as the kernel can; gives the ABI that was reached.
pub(super) fn enforce(spec: &Spec) -> Result<Option<u32>, Failure> {
    restrict(spec).map_err(io::Error::other).step("enforce Landlock")
}

fn restrict(spec: &Spec) -> Result<Option<u32>, RulesetError> {
    let (read, all) = (AccessFs::from_read(NEWEST), AccessFs::from_all(NEWEST));
    // Making a device needs a right that nobody has here; it is not granted either.
    let write = all & !(AccessFs::MakeChar | AccessFs::MakeBlock);
    let mut ruleset = Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?;
    ruleset = ruleset.scope(Scope::from_all(NEWEST))?;
    if let Ports::Only(_) = spec.ports {
        ruleset = ruleset.handle_access(AccessNet::BindTcp)?;
    }
    let mut created = ruleset.create()?;
    if let Ok(root) = PathFd::new("/") {
        created = created.add_rule(PathBeneath::new(root, read))?;
    }
    let writable = spec.binds.iter().filter(|bind| bind.access == Access::Writable).map(|bind| bind.to.as_path());
    let memory = ["/tmp", "/dev/shm"].into_iter().map(Path::new);
    created = created.add_rules(path_beneath_rules(writable.chain(memory), write))?;
    let device = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev;
    created = created.add_rules(path_beneath_rules(["/dev"], device))?;
    if let Ports::Only(ports) = &spec.ports {
        for port in ports {
            created = created.add_rule(NetPort::new(*port, AccessNet::BindTcp))?;
        }
    }
    let status = created.restrict_self()?;
    Ok(match status.landlock {
        LandlockStatus::Available { effective_abi, .. } if status.ruleset != RulesetStatus::NotEnforced => {
            Some((effective_abi as i32).unsigned_abs().min((NEWEST as i32).unsigned_abs()))
        }
        _ => None,
    })
}
