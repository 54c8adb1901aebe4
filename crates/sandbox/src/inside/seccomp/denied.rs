//! The lists of what is denied.

use libc::c_long;

/// Calls that are denied whatever their arguments. Numbers from 424 on are the same on all architectures; those that
/// the C library's list has no name for yet are named here.
pub(super) const DENIED: &[c_long] = &[
    // Mounts and roots.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    OPEN_TREE_ATTR,
    // Namespaces. Flags of `clone` are looked at, `clone3` is not there.
    libc::SYS_unshare,
    libc::SYS_setns,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // The kernel itself, and ways to look into it.
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_lookup_dcookie,
    libc::SYS_syslog,
    libc::SYS_fanotify_init,
    // Keys, which are kept by user and not by namespace.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Work that the kernel does past these filters.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Files by number instead of by path.
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    // The machine.
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_vhangup,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_nfsservctl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
    #[cfg(target_arch = "x86_64")]
    libc::SYS__sysctl,
];

/// `open_tree_attr`, Linux 6.15.
const OPEN_TREE_ATTR: c_long = 467;

/// Calls that the x32 ABI has numbers of its own for.
pub(super) const DENIED_X32: std::ops::RangeInclusive<i64> = 512..=547;

/// Flags of `clone` by which a namespace is made; that of time is known to `clone3` and `unshare` alone.
pub(super) const CLONE_NAMESPACES: [u64; 7] = [
    flag(libc::CLONE_NEWNS),
    flag(libc::CLONE_NEWCGROUP),
    flag(libc::CLONE_NEWUTS),
    flag(libc::CLONE_NEWIPC),
    flag(libc::CLONE_NEWUSER),
    flag(libc::CLONE_NEWPID),
    flag(libc::CLONE_NEWNET),
];

/// Requests by which characters are put into a terminal as if typed: `TIOCSTI`, `TIOCLINUX`.
pub(super) const TERMINAL_INJECTIONS: [u64; 2] = [0x5412, 0x541c];

#[expect(clippy::cast_sign_loss, reason = "a set of bits")]
const fn flag(bits: libc::c_int) -> u64 {
    bits as u64
}
