//! Files of others, and of the host.

use crate::ground::{Ground, in_each_mode};
use mainstay_sandbox::{Bind, Ended, SandboxError};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

in_each_mode!(
    another_sites_files_are_not_there,
    a_symbolic_link_in_its_own_files_leads_nowhere,
    a_symbolic_link_is_neither_bound_nor_bound_over,
    the_hosts_passwords_are_not_there,
    the_homes_of_the_host_are_not_there,
    only_what_is_allowed_is_at_the_root,
    private_keys_of_the_host_are_not_there,
    a_release_cannot_be_changed,
    the_systems_programs_cannot_be_changed,
    the_root_directory_cannot_be_filled,
    there_are_only_harmless_devices,
    a_device_cannot_be_made,
    no_descriptor_of_the_host_is_open,
    the_root_of_the_first_process_leads_nowhere,
    a_change_of_the_root_is_refused,
    the_temporary_directory_holds_so_much_and_no_more,
    a_file_grows_to_its_limit_and_no_further,
    a_writable_directory_is_written_as_its_user_and_mask,
);

fn another_sites_files_are_not_there(ground: &Ground) {
    let other = ground.owned_directory("other");
    let secret = other.join("secret");
    fs::write(&secret, "theirs").unwrap();
    ground.own(&secret);
    let own = ground.owned_directory("own");
    fs::write(own.join("mine"), "mine").unwrap();
    ground.own(&own.join("mine"));
    let code = format!(
        "attempt(lambda: open('{}').read())\nattempt(lambda: open('/data/mine').read())\n\
         attempt(lambda: open('/data/../../{}').read())",
        secret.display(),
        secret.display()
    );
    let mut spec = ground.python(&code);
    spec.binds = vec![Bind::writable(&own, "/data")];
    assert_eq!(ground.run(&spec).said, "ENOENT\nok mine\nENOENT");
}

fn a_symbolic_link_in_its_own_files_leads_nowhere(ground: &Ground) {
    let own = ground.owned_directory("own");
    symlink("/etc/shadow", own.join("shadow")).unwrap();
    symlink(ground.directory.path(), own.join("host")).unwrap();
    let mut spec = ground.python(
        "attempt(lambda: open('/data/shadow').read())\n\
        attempt(lambda: os.listdir('/data/host/'))",
    );
    spec.binds = vec![Bind::writable(&own, "/data")];
    assert_eq!(ground.run(&spec).said, "ENOENT\nENOENT");
}

fn a_symbolic_link_is_neither_bound_nor_bound_over(ground: &Ground) {
    let own = ground.owned_directory("own");
    symlink("/etc", own.join("link")).unwrap();
    let from_link = Bind::read_only(own.join("link"), "/data");
    let over_link = Bind::read_only(ground.directory.path(), "/data/link");
    let root = Bind::read_only(ground.directory.path(), "/");
    for binds in [vec![from_link], vec![root], vec![Bind::writable(&own, "/data"), over_link]] {
        let mut spec = ground.python("print('ran')");
        spec.binds = binds;
        assert!(matches!(ground.start(&spec), Err(SandboxError::NotMade { .. })));
    }
}

fn the_hosts_passwords_are_not_there(ground: &Ground) {
    assert!(fs::metadata("/etc/shadow").is_ok(), "the host has some");
    assert_eq!(ground.says("attempt(lambda: open('/etc/shadow').read())"), "ENOENT");
    let users = ground.says("print([line.split(':')[0] for line in open('/etc/passwd')])");
    assert_eq!(users, "['site', 'nobody']");
}

fn the_homes_of_the_host_are_not_there(ground: &Ground) {
    assert_eq!(
        ground.says(
            "attempt(lambda: os.listdir('/root'))\n\
        attempt(lambda: os.listdir('/home'))"
        ),
        "ENOENT\nok []"
    );
}

fn only_what_is_allowed_is_at_the_root(ground: &Ground) {
    let said = ground.says("print(*sorted(set(os.listdir('/')) - {'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'}))");
    assert_eq!(said, "dev etc home proc run tmp usr var");
}

fn private_keys_of_the_host_are_not_there(ground: &Ground) {
    assert_eq!(
        ground.says(
            "attempt(lambda: os.listdir('/etc/ssl/private'))\n\
        print(len(os.listdir('/etc/ssl/certs')) > 0)"
        ),
        "ENOENT\nTrue"
    );
}

fn a_release_cannot_be_changed(ground: &Ground) {
    let release = ground.owned_directory("release");
    fs::write(release.join("app.js"), "1").unwrap();
    ground.own(&release.join("app.js"));
    let mut spec = ground.python(
        "attempt(lambda: open('/app/new', 'w'))\nattempt(lambda: open('/app/app.js', 'a'))\n\
         attempt(lambda: os.unlink('/app/app.js'))\nattempt(lambda: os.chmod('/app/app.js', 0o777))\n\
         attempt(lambda: open('/app/app.js').read())",
    );
    spec.binds = vec![Bind::read_only(&release, "/app")];
    // The first of two walls answers; a read-only mount has a word of its own for changed permissions.
    let said = ground.run(&spec).said;
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[..3].iter().all(|line| ["EROFS", "EACCES"].contains(line)), "{said}");
    assert_eq!(lines[3..], ["EROFS", "ok 1"], "{said}");
}

fn the_systems_programs_cannot_be_changed(ground: &Ground) {
    let said = ground.says(
        "attempt(lambda: os.utime('/usr/bin/env'))\nattempt(lambda: os.chmod('/usr', 0o777))\n\
         attempt(lambda: os.chmod('/', 0o777))\nattempt(lambda: os.chmod('/etc', 0o777))\n\
         attempt(lambda: os.chmod('/dev', 0o777))",
    );
    assert_eq!(said, "EROFS\nEROFS\nEROFS\nEROFS\nEROFS");
}

fn the_root_directory_cannot_be_filled(ground: &Ground) {
    for place in ["/", "/etc/", "/dev/", "/var/", "/run/", "/home/"] {
        let said = ground.says(&format!("attempt(lambda: os.mkdir('{place}new'))"));
        assert!(["EROFS", "EACCES"].contains(&said.as_str()), "{place}: {said}");
    }
}

fn there_are_only_harmless_devices(ground: &Ground) {
    let said = ground.says("print(*sorted(os.listdir('/dev')))");
    assert_eq!(said, "fd full null random shm stderr stdin stdout urandom zero");
    let said = ground.says(
        "attempt(lambda: open('/dev/mem'))\nattempt(lambda: open('/dev/vda'))\n\
        attempt(lambda: open('/dev/tty'))",
    );
    assert_eq!(said, "ENOENT\nENOENT\nENOENT");
    assert_eq!(
        ground.says(
            "attempt(lambda: open('/dev/null', 'w').write('x'))\n\
        print(len(open('/dev/urandom', 'rb').read(9)))"
        ),
        "ok 1\n9"
    );
}

fn a_device_cannot_be_made(ground: &Ground) {
    let code = "import stat\nattempt(lambda: os.mknod('/tmp/mem', stat.S_IFCHR | 0o666, os.makedev(1, 1)))\n\
                attempt(lambda: os.mknod('/tmp/disk', stat.S_IFBLK | 0o666, os.makedev(254, 0)))\n\
                attempt(lambda: os.mkfifo('/tmp/pipe'))";
    let said = ground.says(code);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[..2].iter().all(|line| ["EPERM", "EACCES"].contains(line)), "{said}");
    assert_eq!(lines[2].trim(), "ok", "a pipe is no device");
}

fn no_descriptor_of_the_host_is_open(ground: &Ground) {
    let (reader, _writer) = std::io::pipe().unwrap();
    // As left open by a careless caller.
    rustix::io::fcntl_setfd(&reader, rustix::io::FdFlags::empty()).unwrap();
    let said = ground.says(
        "print(*[n for n in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + n) and int(n) > 2])\n\
        print(os.readlink('/proc/self/fd/0'))\nattempt(lambda: os.listdir('/proc/self/fd/1/..'))",
    );
    assert_eq!(said, "/dev/null\nENOTDIR", "what is listed is gone with the list");
}

fn the_root_of_the_first_process_leads_nowhere(ground: &Ground) {
    let said = ground.says(
        "attempt(lambda: os.listdir('/proc/1/root/'))\n\
        attempt(lambda: open('/proc/1/fd/3'))\nattempt(lambda: os.readlink('/proc/1/exe'))\n\
        attempt(lambda: os.listdir('/proc/1/cwd/'))",
    );
    assert_eq!(said, "EACCES\nEACCES\nEACCES\nEACCES");
}

fn a_change_of_the_root_is_refused(ground: &Ground) {
    let said = ground.says(&format!(
        "os.mkdir('/tmp/new')\ncall({}, b'/tmp/new')\n\
        call({}, b'/tmp/new', b'/tmp/new')",
        libc::SYS_chroot,
        libc::SYS_pivot_root
    ));
    assert_eq!(said, "EPERM\nEPERM");
}

fn the_temporary_directory_holds_so_much_and_no_more(ground: &Ground) {
    let code = "written = 0\ntry:\n    with open('/tmp/fill', 'wb', buffering=0) as file:\n        \
        while written < 1 << 28:\n            \
                written += file.write(bytes(1 << 16))\nexcept OSError as fault:\n    \
                print(name(fault.errno), written)\n\
                try:\n    for n in range(1 << 20): open(f'/dev/shm/{n}', 'w').close()\n\
                except OSError as fault:\n    print(name(fault.errno), n < 5000)";
    let mut spec = ground.python(code);
    spec.tmp_bytes = 8 << 20;
    assert_eq!(ground.run(&spec).said, format!("ENOSPC {}\nENOSPC True", 8 << 20));
}

fn a_file_grows_to_its_limit_and_no_further(ground: &Ground) {
    let data = ground.owned_directory("data");
    let mut spec = ground.python(
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n\
        attempt(lambda: os.truncate(os.open('/data/a', os.O_CREAT | os.O_WRONLY), 1 << 20))\n\
        attempt(lambda: os.truncate('/data/a', (1 << 20) + 1))",
    );
    spec.binds = vec![Bind::writable(&data, "/data")];
    spec.limits.file_size_bytes = 1 << 20;
    assert_eq!(ground.run(&spec).said, "ok \nEFBIG");
    assert_eq!(fs::metadata(data.join("a")).unwrap().len(), 1 << 20);
}

fn a_writable_directory_is_written_as_its_user_and_mask(ground: &Ground) {
    let data = ground.owned_directory("data");
    let mut spec =
        ground.shell("echo new > /data/file && echo '#!/bin/sh' > /data/run && chmod 4755 /data/run && /data/run");
    spec.binds = vec![Bind::writable(&data, "/data")];
    let outcome = ground.run(&spec);
    assert_eq!(outcome.report.ended, Ended::Code(0), "{outcome:?}");
    assert_eq!(fs::metadata(data.join("file")).unwrap().permissions().mode() & 0o777, 0o600);
    spec.umask = 0o022;
    fs::remove_file(data.join("file")).unwrap();
    ground.run(&spec);
    assert_eq!(fs::metadata(data.join("file")).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn files_of_another_identity_stay_closed_to_a_box_that_is_shown_them() {
    crate::ground::with(crate::ground::Mode::Root, |ground| {
        let others = ground.directory.path().join("others");
        fs::create_dir(&others).unwrap();
        fs::set_permissions(&others, Permissions::from_mode(0o700)).unwrap();
        let mut spec = ground.python("attempt(lambda: os.listdir('/data'))");
        spec.binds = vec![Bind::writable(&others, "/data")];
        assert_eq!(ground.run(&spec).said, "EACCES");
    });
}
