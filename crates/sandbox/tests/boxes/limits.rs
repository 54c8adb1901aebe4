//! More than its share.

use crate::ground::{Ground, Mode, in_each_mode};
use mainstay_sandbox::{Bind, Ended};
use std::fs;
use std::path::Path;

const FORKS: &str = "import signal, time\nn = 0\ntry:\n    while n < 500:\n        if os.fork() == 0:\n            \
    time.sleep(30); os._exit(0)\n        n += 1\nexcept OSError as fault:\n    print(name(fault.errno), n)";

in_each_mode!(
    a_fork_bomb_is_bounded,
    two_boxes_do_not_take_each_others_processes,
    memory_of_one_process_is_bounded,
    memory_of_all_processes_together_is_bounded,
    open_files_are_bounded,
    limits_cannot_be_raised,
    a_dump_of_memory_is_not_written,
);

fn a_fork_bomb_is_bounded(ground: &Ground) {
    let mut spec = ground.python(FORKS);
    spec.limits.processes = 40;
    // The program is one of them.
    assert_eq!(ground.run(&spec).said, "EAGAIN 39");
}

fn two_boxes_do_not_take_each_others_processes(ground: &Ground) {
    let mut spec = ground.shell("sleep 5 & sleep 5 & sleep 5 & sleep 5 & wait");
    spec.limits.processes = 6;
    let (mut child, control) = ground.start(&spec).unwrap();
    let mut other = ground.python(FORKS);
    other.limits.processes = 6;
    assert_eq!(ground.run(&other).said, "EAGAIN 5");
    drop(control);
    child.wait().unwrap();
}

fn memory_of_one_process_is_bounded(ground: &Ground) {
    let mut spec = ground.python(
        "print('start', flush=True)\na = []\nfor n in range(400):\n    \
        a.append(bytearray(1 << 20))\n    for i in range(0, 1 << 20, 4096): a[-1][i] = 1\nprint('all')",
    );
    spec.limits.memory_bytes = 64 << 20;
    let outcome = ground.run(&spec);
    assert_eq!(outcome.said, "start", "{outcome:?}");
    match ground.mode {
        Mode::Root => assert!(outcome.report.oom_killed && outcome.report.ended == Ended::Signal(9), "{outcome:?}"),
        // What is more is not given to it.
        Mode::Ordinary => assert!(outcome.complained.contains("MemoryError"), "{outcome:?}"),
    }
}

fn memory_of_all_processes_together_is_bounded(ground: &Ground) {
    let code = "import time\nfor n in range(8):\n    if os.fork() == 0:\n        a = bytearray(30 << 20)\n        \
        for i in range(0, len(a), 4096): a[i] = 1\n        time.sleep(20); os._exit(0)\ntime.sleep(20)\n\
        print('all')";
    let mut spec = ground.python(code);
    spec.limits.memory_bytes = 100 << 20;
    let (child, mut control) = ground.start(&spec).unwrap();
    // By control groups single processes are killed, and the program goes on.
    if ground.mode == Mode::Root {
        std::thread::sleep(std::time::Duration::from_millis(1500));
        control.signal(9).unwrap();
    }
    let report = control.report().unwrap();
    drop(child.wait_with_output());
    assert!(report.oom_killed && report.ended == Ended::Signal(9), "{report:?}");
}

fn open_files_are_bounded(ground: &Ground) {
    let mut spec = ground.python(
        "f = []\ntry:\n    while True: f.append(os.open('/dev/null', 0))\n\
        except OSError as fault:\n    print(name(fault.errno), len(f))",
    );
    spec.limits.open_files = 64;
    assert_eq!(ground.run(&spec).said, "EMFILE 61");
}

fn limits_cannot_be_raised(ground: &Ground) {
    let said = ground.says(
        "import resource as r\n\
        for what in (r.RLIMIT_NPROC, r.RLIMIT_NOFILE, r.RLIMIT_FSIZE, r.RLIMIT_CORE):\n    \
        try: r.setrlimit(what, (r.RLIM_INFINITY, r.RLIM_INFINITY)); print('raised')\n    \
        except (ValueError, OSError): print('no')",
    );
    assert_eq!(said, "no\nno\nno\nno");
}

fn a_dump_of_memory_is_not_written(ground: &Ground) {
    let data = ground.owned_directory("data");
    let mut spec = ground.shell("cd /data && kill -SEGV $$");
    spec.binds = vec![Bind::writable(&data, "/data")];
    assert_eq!(ground.run(&spec).report.ended, Ended::Signal(11));
    assert_eq!(fs::read_dir(data).unwrap().count(), 0);
}

#[test]
fn the_processor_is_shared_out_by_control_groups() {
    crate::ground::with(Mode::Root, |ground| {
        let mut spec = ground
            .python("import time\nt = time.time()\nwhile time.time() - t < 1: pass\nprint(time.process_time() < 0.5)");
        spec.limits.cpu = 250;
        assert_eq!(ground.run(&spec).said, "True");
    });
}

#[test]
fn a_control_group_counts_the_processes_too() {
    crate::ground::with(Mode::Root, |ground| {
        let mut spec = ground.shell("sleep 9");
        spec.limits.processes = 33;
        let (mut child, control) = ground.start(&spec).unwrap();
        let prefix = format!("box-{}-", child.id());
        let groups = ["pids/mainstay", "unified/mainstay", "mainstay"].map(|all| Path::new("/sys/fs/cgroup").join(all));
        let groups = groups.into_iter().filter_map(|all| fs::read_dir(all).ok()).flatten().flatten();
        let mut own = groups.filter(|group| group.file_name().to_string_lossy().starts_with(&prefix));
        let most = own.next().map(|group| fs::read_to_string(group.path().join("pids.max")).unwrap());
        // Where there is none, another limit keeps them.
        assert!(most.is_none_or(|most| most.trim() == "34"), "with the first process");
        drop(control);
        child.wait().unwrap();
    });
}
