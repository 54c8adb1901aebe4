//! How a box ends, and that nothing of it is left.

use crate::ground::{Ground, in_each_mode};
use mainstay_sandbox::{Ended, sweep};
use std::fs;
use std::io::Read as _;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Programs with this word among their arguments, on the host.
pub(crate) fn alive(word: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).split('\0').any(|argument| argument == word)).count()
}

/// So many seconds as nobody else sleeps.
pub(crate) fn word() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1000);
    format!("60.{}{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn until(what: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        if what() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Where the groups of boxes may be.
pub(crate) const HIERARCHIES: [&str; 6] = [
    "/sys/fs/cgroup/memory",
    "/sys/fs/cgroup/cpu",
    "/sys/fs/cgroup/cpuacct",
    "/sys/fs/cgroup/pids",
    "/sys/fs/cgroup/unified",
    "/sys/fs/cgroup",
];

fn cgroups_of(pid: u32) -> usize {
    let groups = HIERARCHIES.iter().filter_map(|all| fs::read_dir(all).ok()).flatten().flatten();
    groups.filter(|group| group.file_name().to_string_lossy().starts_with(&format!("mainstay-box-{pid}-"))).count()
}

fn wait_for_a_word(child: &mut Child) {
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
}

/// A program with daemons of their own sessions, of which one has no parent any more.
fn daemons(word: &str) -> String {
    format!(
        "for n in 1 2 3 4 5; do (setsid sleep {word} &) ; done; \
         setsid sh -c 'trap \"\" TERM HUP; sleep {word}' & echo x; "
    )
}

in_each_mode!(
    the_programs_own_status_is_told,
    daemons_are_gone_when_the_program_ends,
    a_killed_launcher_takes_everything_along,
    a_box_ends_when_nobody_holds_it_any_more,
    a_box_that_ended_has_left_no_control_group_and_no_mount,
    a_sweep_leaves_boxes_that_run,
    a_signal_is_passed_on_to_the_program,
    what_a_box_uses_is_told,
);

fn the_programs_own_status_is_told(ground: &Ground) {
    for (code, ended, status) in [
        ("exit 0", Ended::Code(0), 0),
        ("exit 41", Ended::Code(41), 41),
        ("kill -TERM $$", Ended::Signal(15), 143),
        ("exit 143", Ended::Code(143), 143),
    ] {
        let outcome = ground.run(&ground.shell(code));
        assert_eq!((outcome.report.ended, outcome.status, outcome.report.oom_killed), (ended, status, false));
    }
}

fn daemons_are_gone_when_the_program_ends(ground: &Ground) {
    let word = word();
    let outcome = ground.run(&ground.shell(&format!("{} sleep 0.2; exit 3", daemons(&word))));
    assert_eq!(outcome.report.ended, Ended::Code(3));
    assert_eq!(alive(&word), 0);
}

fn a_killed_launcher_takes_everything_along(ground: &Ground) {
    let word = word();
    let (mut child, control) = ground.start(&ground.shell(&format!("{} sleep {word}", daemons(&word)))).unwrap();
    wait_for_a_word(&mut child);
    assert!(until(|| alive(&word) >= 7), "they run");
    let launcher = child.id();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap().lines().count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(until(|| alive(&word) == 0), "they are gone");
    assert!(fs::read_to_string("/proc/self/mountinfo").unwrap().lines().count() <= mounts);
    // Nobody was left to remove it.
    sweep();
    assert_eq!(cgroups_of(launcher), 0);
    drop(control);
}

fn a_box_ends_when_nobody_holds_it_any_more(ground: &Ground) {
    let word = word();
    let (mut child, control) = ground.start(&ground.shell(&format!("{} sleep {word}", daemons(&word)))).unwrap();
    wait_for_a_word(&mut child);
    drop(control);
    assert_eq!(child.wait().unwrap().code(), Some(137));
    assert_eq!((alive(&word), cgroups_of(child.id())), (0, 0));
}

fn a_box_that_ended_has_left_no_control_group_and_no_mount(ground: &Ground) {
    let (child, mut control) = ground.start(&ground.shell("true")).unwrap();
    let launcher = child.id();
    control.report().unwrap();
    assert_eq!(cgroups_of(launcher), 0);
    drop(child.wait_with_output());
    assert!(
        !fs::read_to_string("/proc/self/mountinfo").unwrap().contains("nr_inodes=4096,mode=755"),
        "the host sees no box's root"
    );
}

fn a_sweep_leaves_boxes_that_run(ground: &Ground) {
    let (mut child, mut control) = ground.start(&ground.shell("echo x; sleep 0.3")).unwrap();
    wait_for_a_word(&mut child);
    let before = cgroups_of(child.id());
    sweep();
    assert_eq!(cgroups_of(child.id()), before);
    assert!(control.report().unwrap().is_success());
    child.wait().unwrap();
}

fn a_signal_is_passed_on_to_the_program(ground: &Ground) {
    let (mut child, mut control) =
        ground.start(&ground.shell("trap 'exit 7' TERM; echo x; while true; do sleep 0.05; done")).unwrap();
    wait_for_a_word(&mut child);
    control.signal(15).unwrap();
    assert_eq!(control.report().unwrap().ended, Ended::Code(7));
    child.wait().unwrap();
}

fn what_a_box_uses_is_told(ground: &Ground) {
    let (mut child, mut control) = ground
        .start(&ground.python(
            "a = bytearray(50 << 20)\n\
        for i in range(0, len(a), 4096): a[i] = 1\nprint('x', flush=True)\n\
        import time; time.sleep(5)",
        ))
        .unwrap();
    wait_for_a_word(&mut child);
    let usage = control.usage().unwrap();
    assert!(
        (50 << 20..100 << 20).contains(&usage.rss_bytes) && usage.cpu_micros > 0 && usage.processes == 1,
        "{usage:?}"
    );
    drop(control);
    child.wait().unwrap();
}
