//! System calls that a program is not to make: those by which a kernel is set up, looked into, or was broken into.

mod denied;

use crate::error::{Failure, Step as _};
use denied::{CLONE_NAMESPACES, DENIED, DENIED_X32, TERMINAL_INJECTIONS};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};
use std::collections::BTreeMap;
use std::io;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Marks calls of the x32 ABI, which the kernel tells apart by number alone.
const X32: i64 = 0x4000_0000;
/// Bits of a socket's type that say what it is; the others are flags.
const SOCKET_TYPE: u64 = 0xf;

/// Filters the system calls of this process and all that it starts. Calls of another architecture end the process.
pub(super) fn enforce() -> Result<(), Failure> {
    apply().map_err(io::Error::other).step("filter system calls")
}

fn apply() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    let compile = |rules, errno: i32| -> Result<BpfProgram, Box<dyn std::error::Error + Send + Sync>> {
        let answer = SeccompAction::Errno(errno.unsigned_abs());
        Ok(SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture)?.try_into()?)
    };
    // Its flags are in memory, where a filter cannot look: libraries fall back to `clone` when there is none.
    let missing = Rules::from([(libc::SYS_clone3, Vec::new())]);
    seccompiler::apply_filter(&compile(missing, libc::ENOSYS)?)?;
    seccompiler::apply_filter(&compile(denied()?, libc::EPERM)?)?;
    Ok(())
}

/// All that is denied, by the call's number.
fn denied() -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = DENIED.iter().map(|call| (*call, Vec::new())).collect();
    let ioctls = TERMINAL_INJECTIONS.iter().map(|request| rule(&[(1, SeccompCmpOp::Eq, *request)]));
    rules.insert(libc::SYS_ioctl, ioctls.collect::<Result<_, _>>()?);
    let clones = CLONE_NAMESPACES.iter().map(|flag| rule(&[(0, SeccompCmpOp::MaskedEq(*flag), *flag)]));
    rules.insert(libc::SYS_clone, clones.collect::<Result<_, _>>()?);
    rules.insert(libc::SYS_socket, sockets()?);
    if cfg!(target_arch = "x86_64") {
        let doubles: Rules = rules.iter().map(|(call, rules)| (call | X32, rules.clone())).collect();
        rules.extend(doubles);
        rules.extend(DENIED_X32.map(|call| (call | X32, Vec::new())));
    }
    Ok(rules)
}

/// Only local sockets, the internet's (not raw ones), and the kernel's list of interfaces, which runtimes read.
fn sockets() -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let [local, internet, internet6, netlink] =
        [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK].map(|domain| u64::from(domain.unsigned_abs()));
    let raw = u64::from(libc::SOCK_RAW.unsigned_abs());
    let route = u64::from(libc::NETLINK_ROUTE.unsigned_abs());
    let other = [local, internet, internet6, netlink].map(|domain| (0, SeccompCmpOp::Ne, domain));
    Ok(vec![
        rule(&other)?,
        rule(&[(0, SeccompCmpOp::Eq, internet), (1, SeccompCmpOp::MaskedEq(SOCKET_TYPE), raw)])?,
        rule(&[(0, SeccompCmpOp::Eq, internet6), (1, SeccompCmpOp::MaskedEq(SOCKET_TYPE), raw)])?,
        rule(&[(0, SeccompCmpOp::Eq, netlink), (2, SeccompCmpOp::Ne, route)])?,
    ])
}

/// A rule of which all conditions hold, each of the lower half of an argument: the kernel reads no more of these.
fn rule(conditions: &[(u8, SeccompCmpOp, u64)]) -> Result<SeccompRule, seccompiler::BackendError> {
    let conditions = conditions
        .iter()
        .map(|(argument, is, value)| SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, is.clone(), *value));
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn calls_of_the_x32_abi_are_denied_with_the_others() {
        let rules = super::denied().unwrap();
        assert!(rules.contains_key(&libc::SYS_ptrace) && rules.contains_key(&libc::SYS_socket));
        if cfg!(target_arch = "x86_64") {
            assert!(rules.contains_key(&(libc::SYS_mount | super::X32)));
        }
    }
}
