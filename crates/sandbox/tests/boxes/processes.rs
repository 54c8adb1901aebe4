//! Processes of others, and more rights than given.

use crate::ground::{Ground, in_each_mode};
use std::process::Command;

in_each_mode!(
    the_hosts_processes_are_not_seen,
    the_environment_is_what_was_given_and_that_of_others_is_not_seen,
    a_process_of_the_host_cannot_be_signalled,
    the_first_process_is_neither_killed_nor_looked_into,
    another_process_cannot_be_traced,
    a_setuid_program_gives_no_rights,
    it_cannot_become_another_user,
    it_has_no_capability_and_gains_none,
    its_map_of_users_is_one_and_cannot_be_changed,
    it_has_no_terminal,
);

fn the_hosts_processes_are_not_seen(ground: &Ground) {
    let said = ground.says(
        "print(*[p for p in sorted(os.listdir('/proc')) if p.isdigit()])\n\
        print(os.getpid(), os.getppid())",
    );
    assert_eq!(said, "1 2\n2 1");
}

fn the_environment_is_what_was_given_and_that_of_others_is_not_seen(ground: &Ground) {
    let mut spec = ground.python(
        "import glob\nprint(sorted(os.environ))\n\
        for p in sorted(glob.glob('/proc/[0-9]*/environ')): attempt(lambda: open(p).read().strip('\\0'))",
    );
    spec.env.insert("PASSWORD".to_owned(), "ours".to_owned());
    // Python adds this one itself, having found no locale.
    let said = ground.run(&spec).said.replace("'LC_CTYPE', ", "");
    assert_eq!(said, "['PASSWORD']\nEACCES\nok PASSWORD=ours");
}

fn a_process_of_the_host_cannot_be_signalled(ground: &Ground) {
    let mut victim = Command::new("/bin/sleep").arg("60").spawn().unwrap();
    let said = ground.says(&format!("attempt(lambda: os.kill({}, 9))", victim.id()));
    assert_eq!(said, "ESRCH");
    // All that it can reach is itself.
    ground.run(&ground.python("os.kill(-1, 9)"));
    assert!(victim.try_wait().unwrap().is_none());
    victim.kill().unwrap();
    victim.wait().unwrap();
}

fn the_first_process_is_neither_killed_nor_looked_into(ground: &Ground) {
    let code = format!(
        "attempt(lambda: os.kill(1, 9))\nimport time; time.sleep(0.05)\n\
            attempt(lambda: os.listdir('/proc/1/map_files'))\n\
         attempt(lambda: open('/proc/1/mem', 'rb'))\ncall({}, 16, 1, 0, 0)",
        libc::SYS_ptrace
    );
    assert_eq!(ground.says(&code), "ok \nEACCES\nEACCES\nEPERM");
}

fn another_process_cannot_be_traced(ground: &Ground) {
    let code = format!(
        "child = os.fork()\nif child == 0:\n    import time; time.sleep(9)\ncall({}, 16, child, 0, 0)\n\
         call({}, child, 0, 0, 0, 0, 0)\ncall({}, child, 0, 0, 0, 0, 0)\npid = os.pidfd_open(child)\n\
         call({}, pid, 0, 0)\nos.kill(child, 9)",
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd
    );
    assert_eq!(ground.says(&code), "EPERM\nEPERM\nEPERM\nEPERM");
}

fn a_setuid_program_gives_no_rights(ground: &Ground) {
    // The program is there, belongs to root and has its bit; from outside, it would run as root.
    let said = ground.says(
        "import stat, subprocess\n\
        print(bool(os.stat('/usr/bin/su').st_mode & stat.S_ISUID))\n\
        tried = subprocess.run(['/usr/bin/su', '-c', 'id -u'], capture_output=True, stdin=subprocess.DEVNULL)\n\
         print(tried.returncode != 0)\n\
        print(bool(os.statvfs('/usr/bin/su').f_flag & os.ST_NOSUID))",
    );
    assert_eq!(said, "True\nTrue\nTrue");
}

fn it_cannot_become_another_user(ground: &Ground) {
    let said = ground.says(
        "print(os.getuid(), os.getgid())\nattempt(lambda: os.setuid(0))\n\
        attempt(lambda: os.setgid(0))\nattempt(lambda: os.setgroups([0]))\n\
        attempt(lambda: os.setuid(65534))",
    );
    assert_eq!(said, "1000 1000\nEINVAL\nEINVAL\nEPERM\nEINVAL", "there is nobody else to become");
}

fn it_has_no_capability_and_gains_none(ground: &Ground) {
    let code = "names = ('Cap', 'NoNewPrivs', 'Seccomp:')\n\
                print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith(names)])";
    let said = ground.says(code);
    assert_eq!(said, format!("{0} {0} {0} {0} {0} 1 2", "0000000000000000"));
}

fn its_map_of_users_is_one_and_cannot_be_changed(ground: &Ground) {
    let said = ground.says(
        "print(open('/proc/self/uid_map').read().split()[::2])\n\
        print(open('/proc/self/setgroups').read().strip())\n\
        attempt(lambda: open('/proc/self/uid_map', 'w').write('0 0 1'))",
    );
    assert!(said.starts_with("['1000', '1']\ndeny\n"), "{said}");
    assert!(said.ends_with("EACCES") || said.ends_with("EPERM"), "{said}");
}

fn it_has_no_terminal(ground: &Ground) {
    let said = ground.says(
        "attempt(lambda: os.open('/dev/tty', os.O_RDWR))\nprint(os.getsid(0) in (0, 1))\n\
        import fcntl\nattempt(lambda: fcntl.ioctl(0, 0x5412, b'x'))",
    );
    assert_eq!(said, "ENOENT\nTrue\nEPERM");
}

#[test]
fn a_box_of_root_is_another_user_on_the_host() {
    crate::ground::with(crate::ground::Mode::Root, |ground| {
        let (mut child, control) = ground.start(&ground.shell("sleep 9")).unwrap();
        let launcher = child.id();
        let children = std::fs::read_to_string(format!("/proc/{launcher}/task/{launcher}/children")).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", children.trim())).unwrap();
        let users = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
        assert!(users.split_whitespace().all(|user| user.parse::<u32>().unwrap() >= 210_000), "{users}");
        assert!(status.lines().any(|line| line.trim_end() == "Groups:"), "it is in no other group");
        drop(control);
        child.wait().unwrap();
    });
}
