//! Ways into the kernel.

use crate::ground::{Ground, in_each_mode};

/// One raw call, by its number.
fn call(number: i64, arguments: &str) -> String {
    format!("call({number}{}{arguments})\n", if arguments.is_empty() { "" } else { ", " })
}

in_each_mode!(
    a_namespace_within_is_refused,
    none_could_be_made_even_if_the_call_were_allowed,
    the_newer_call_for_processes_looks_missing,
    a_namespace_of_another_process_is_not_entered,
    nothing_is_mounted,
    a_ring_of_io_is_refused,
    keys_are_neither_read_nor_made,
    programs_for_the_kernel_are_refused,
    files_are_not_opened_by_number,
    the_machine_cannot_be_stopped_nor_its_clock_set,
    settings_of_the_kernel_are_not_written,
    the_kernels_memory_is_not_read,
    the_control_groups_are_not_there,
    calls_of_another_abi_are_no_way_around,
);

fn a_namespace_within_is_refused(ground: &Ground) {
    let flags = [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ];
    let mut code = String::new();
    for flag in flags {
        code += &call(libc::SYS_unshare, &flag.to_string());
        code += &call(libc::SYS_clone, &format!("{flag} | 17, 0, 0, 0, 0"));
    }
    assert_eq!(ground.says(&code), ["EPERM"; 14].join("\n"));
}

fn none_could_be_made_even_if_the_call_were_allowed(ground: &Ground) {
    let said = ground.says(
        "import glob\n\
        knobs = glob.glob('/proc/sys/user/max_*_namespaces')\n\
         print({open(knob).read().strip() for knob in knobs}, len(knobs) >= 7)",
    );
    assert_eq!(said, "{'0'} True");
}

fn the_newer_call_for_processes_looks_missing(ground: &Ground) {
    assert_eq!(ground.says(&call(libc::SYS_clone3, "0, 0")), "ENOSYS");
}

fn a_namespace_of_another_process_is_not_entered(ground: &Ground) {
    assert_eq!(
        ground.says(&format!(
            "own = os.open('/proc/self/ns/net', os.O_RDONLY)\n\
        {}",
            call(libc::SYS_setns, "own, 0")
        )),
        "EPERM"
    );
}

fn nothing_is_mounted(ground: &Ground) {
    let mut code = "os.mkdir('/tmp/m')\n".to_owned();
    code += &call(libc::SYS_mount, "b'tmpfs', b'/tmp/m', b'tmpfs', 0, 0");
    code += &call(libc::SYS_mount, "b'/', b'/tmp/m', 0, 4096, 0");
    code += &call(libc::SYS_mount, "0, b'/', 0, 4096 | 32, 0");
    code += &call(libc::SYS_umount2, "b'/proc/sys', 2");
    code += &call(libc::SYS_fsopen, "b'tmpfs', 0");
    code += &call(libc::SYS_open_tree, "-100, b'/', 1");
    code += &call(libc::SYS_move_mount, "-100, b'/tmp', -100, b'/tmp/m', 0");
    code += &call(libc::SYS_mount_setattr, "-100, b'/', 0, 0, 0");
    assert_eq!(ground.says(&code), ["EPERM"; 8].join("\n"));
}

fn a_ring_of_io_is_refused(ground: &Ground) {
    assert_eq!(ground.says(&call(libc::SYS_io_uring_setup, "8, b'\\0' * 120")), "EPERM");
}

fn keys_are_neither_read_nor_made(ground: &Ground) {
    let mut code = call(libc::SYS_keyctl, "0, -3, 0");
    code += &call(libc::SYS_add_key, "b'user', b'x', b'y', 1, -3");
    code += &call(libc::SYS_request_key, "b'user', b'x', 0, 0");
    code += "attempt(lambda: open('/proc/keys').read())";
    assert_eq!(ground.says(&code), "EPERM\nEPERM\nEPERM\nEACCES");
}

fn programs_for_the_kernel_are_refused(ground: &Ground) {
    let mut code = call(libc::SYS_bpf, "0, b'\\0' * 128, 128");
    code += &call(libc::SYS_perf_event_open, "b'\\0' * 128, 0, -1, -1, 0");
    code += &call(libc::SYS_userfaultfd, "1");
    code += &call(libc::SYS_init_module, "b'', 0, b''");
    code += &call(libc::SYS_finit_module, "0, b'', 0");
    code += &call(libc::SYS_kexec_load, "0, 0, 0, 0");
    assert_eq!(ground.says(&code), ["EPERM"; 6].join("\n"));
}

fn files_are_not_opened_by_number(ground: &Ground) {
    let mut code = call(libc::SYS_open_by_handle_at, "-100, b'\\0' * 64, 0");
    code += &call(libc::SYS_name_to_handle_at, "-100, b'/', b'\\0' * 64, b'\\0' * 8, 0");
    assert_eq!(ground.says(&code), "EPERM\nEPERM");
}

fn the_machine_cannot_be_stopped_nor_its_clock_set(ground: &Ground) {
    let mut code = call(libc::SYS_reboot, "0xfee1dead, 672274793, 0x89ABCDEF, 0");
    code += &call(libc::SYS_clock_settime, "0, b'\\0' * 16");
    code += &call(libc::SYS_sethostname, "b'x', 1");
    code += &call(libc::SYS_syslog, "3, b'\\0' * 16, 16");
    code += &call(libc::SYS_swapon, "b'/tmp/x', 0");
    assert_eq!(ground.says(&code), ["EPERM"; 5].join("\n"));
}

fn settings_of_the_kernel_are_not_written(ground: &Ground) {
    let code = "for path in ['sysrq-trigger', 'sys/kernel/core_pattern', 'sys/vm/drop_caches',\
                'sys/kernel/hostname', 'sys/user/max_user_namespaces', 'sys/net/ipv4/ip_forward']:\n    \
        \
                attempt(lambda: open('/proc/' + path, 'w'))";
    let said = ground.says(code);
    let has_trigger = std::path::Path::new("/proc/sysrq-trigger").exists();
    let lines: Vec<&str> = said.lines().skip(usize::from(!has_trigger)).collect();
    assert_eq!(lines.len(), 5 + usize::from(has_trigger));
    assert!(lines.iter().all(|line| ["EROFS", "EACCES"].contains(line)), "{said}");
    assert_eq!(ground.says("print(bool(os.statvfs('/proc/sys').f_flag & os.ST_RDONLY))"), "True");
}

fn the_kernels_memory_is_not_read(ground: &Ground) {
    assert_eq!(
        ground.says(
            "for path in ['kcore', 'kallsyms', 'timer_list']:\n    \
        if os.path.exists('/proc/' + path): attempt(lambda: open('/proc/' + path).read(9))\n    \
        else: print('EACCES')"
        ),
        "EACCES\nEACCES\nEACCES"
    );
}

fn the_control_groups_are_not_there(ground: &Ground) {
    assert_eq!(
        ground.says(
            "attempt(lambda: os.listdir('/sys'))\n\
        print({line.split(':', 2)[2].strip() for line in open('/proc/self/cgroup')})"
        ),
        "ENOENT\n{'/'}"
    );
}

fn calls_of_another_abi_are_no_way_around(ground: &Ground) {
    if cfg!(target_arch = "x86_64") {
        let mut code = call(libc::SYS_io_uring_setup | 0x4000_0000, "8, b'\\0' * 120");
        code += &call(0x209 | 0x4000_0000, "16, 1, 0, 0");
        assert_eq!(ground.says(&code), "EPERM\nEPERM");
    }
}
