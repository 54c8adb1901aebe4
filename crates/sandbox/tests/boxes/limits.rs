//! More than its share.

use crate::ground::{Ground, Mode, in_each_mode};
use crate::lifetime::HIERARCHIES;
use mainstay_sandbox::{Arbiter, Bind, Ended};
use std::fs;
use std::time::{Duration, Instant};

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

/// A setting of the group of the box that this process made; `None` where there is none.
fn setting(keeper: u32, file: &str) -> Option<String> {
    let groups = HIERARCHIES.iter().filter_map(|all| fs::read_dir(all).ok()).flatten().flatten();
    let prefix = format!("mainstay-box-{keeper}-");
    let mut own = groups.filter(|group| group.file_name().to_string_lossy().starts_with(&prefix));
    own.find_map(|group| fs::read_to_string(group.path().join(file)).ok()).map(|text| text.trim().to_owned())
}

#[test]
fn a_control_group_counts_the_processes_too() {
    crate::ground::with(Mode::Root, |ground| {
        let mut spec = ground.shell("sleep 9");
        spec.limits.processes = 33;
        let (mut child, control) = ground.start(&spec).unwrap();
        // Where there is none, another limit keeps them.
        assert!(setting(child.id(), "pids.max").is_none_or(|most| most == "34"), "with the first process");
        drop(control);
        child.wait().unwrap();
    });
}

/// Looks again and again until the box of this process gives way, or no longer does, where its kernel has that.
fn until_it_gives_way(arbiter: &mut Arbiter, keeper: u32, gives_way: &str) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(arbiter.look());
        if setting(keeper, "cpu.idle").is_none_or(|idle| idle == gives_way) {
            return true;
        }
    }
    false
}

#[test]
fn who_takes_all_it_may_gives_way_until_it_takes_less() {
    crate::ground::with(Mode::Root, |ground| {
        let mut greedy = ground.shell("while [ ! -e /data/enough ]; do :; done; sleep 120");
        let data = ground.owned_directory("data");
        greedy.binds = vec![Bind::writable(&data, "/data")];
        greedy.limits.cpu = 30;
        let (mut child, control) = ground.start(&greedy).unwrap();
        let (mut modest, other) = ground.start(&ground.shell("sleep 240")).unwrap();
        let mut arbiter = Arbiter::default();
        assert!(until_it_gives_way(&mut arbiter, child.id(), "1"));
        assert!(setting(modest.id(), "cpu.idle").is_none_or(|idle| idle == "0"), "its neighbour does not");
        fs::write(data.join("enough"), "").unwrap();
        // By another one, as after a restart.
        assert!(until_it_gives_way(&mut Arbiter::default(), child.id(), "0"));
        drop((control, other));
        child.wait().unwrap();
        modest.wait().unwrap();
    });
}

#[test]
fn who_writes_without_end_is_slowed_down() {
    crate::ground::with(Mode::Root, |ground| {
        let mut filler = ground.shell("while :; do dd if=/dev/zero of=/data/full bs=1M; rm -f /data/full; done 2>&-");
        let data = ground.owned_directory("data");
        filler.binds = vec![Bind::writable(&data, "/data")];
        filler.limits.memory_bytes = 128 << 20;
        let (mut child, control) = ground.start(&filler).unwrap();
        let (keeper, begun, mut arbiter) = (child.id(), Instant::now(), Arbiter::default());
        // A disk that is memory takes in whatever comes.
        let has_disk = rustix::fs::statfs(&data).unwrap().f_type != libc::TMPFS_MAGIC;
        let can_be = has_disk && setting(keeper, "cpu.idle").is_some();
        while can_be && !arbiter.slowed().any(|slowed| slowed == keeper) {
            std::thread::sleep(arbiter.look());
            assert!(begun.elapsed() < Duration::from_mins(1), "it writes on");
        }
        drop(control);
        child.wait().unwrap();
    });
}
