//! What programs may well expect works.

use crate::ground::{Ground, in_each_mode};
use mainstay_sandbox::{Bind, Ended, Network, SandboxError, Spec};

in_each_mode!(
    an_ordinary_python_program_runs,
    threads_run,
    node_runs_in_half_a_gibibyte,
    it_starts_where_it_was_told_with_nothing_to_read,
    a_program_that_is_not_there_is_told_apart_from_one_that_fails,
    a_large_environment_reaches_it,
    a_working_directory_that_is_not_there_is_told,
);

fn an_ordinary_python_program_runs(ground: &Ground) {
    let code = "import subprocess, tempfile, json, ssl, sqlite3, multiprocessing\n\
        with tempfile.NamedTemporaryFile() as f: f.write(b'x')\n\
                print(subprocess.run(['sh', '-c', 'echo $((6 * 7))'], capture_output=True, text=True).stdout.strip())\n\
                \
                print(ssl.create_default_context().cert_store_stats()['x509_ca'] > 0)\n\
                lock = multiprocessing.Lock()\nprint(os.cpu_count() > 0, lock.acquire())";
    assert_eq!(ground.says(code), "42\nTrue\nTrue True");
}

fn threads_run(ground: &Ground) {
    let code = "import threading\nn = []\n\
        ts = [threading.Thread(target=lambda: n.append(1)) for _ in range(20)]\n[t.start() for t in ts]\n\
        [t.join() for t in ts]\nprint(len(n))";
    assert_eq!(ground.says(code), "20");
}

fn node_runs_in_half_a_gibibyte(ground: &Ground) {
    let mut spec = ground.spec("node", &["-e", include_str!("server.js")]);
    spec.limits.memory_bytes = 512 << 20;
    "shop".clone_into(&mut spec.hostname);
    spec.env.insert("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned());
    let outcome = ground.run(&spec);
    assert_eq!(outcome.said, "hello 1 shop", "{outcome:?}");
}

fn it_starts_where_it_was_told_with_nothing_to_read(ground: &Ground) {
    let mut spec = ground.shell("pwd; cat; whoami; hostname; umask");
    spec.cwd = "/tmp".into();
    assert_eq!(ground.run(&spec).said, "/tmp\nsite\nbox\n0077");
}

fn a_program_that_is_not_there_is_told_apart_from_one_that_fails(ground: &Ground) {
    let missing = ground.start(&ground.spec("/usr/bin/no-such-program", &[]));
    assert!(matches!(missing, Err(SandboxError::NotStarted { errno: Some(libc::ENOENT), .. })), "{:?}", missing.err());
    let unfit = ground.start(&ground.spec("/etc/passwd", &[]));
    assert!(matches!(unfit, Err(SandboxError::NotStarted { errno: Some(libc::EACCES), .. })), "{:?}", unfit.err());
    assert_eq!(ground.run(&ground.shell("exit 127")).report.ended, Ended::Code(127));
}

fn a_large_environment_reaches_it(ground: &Ground) {
    let mut spec = ground.shell("echo ${#A99}");
    spec.env = (0..100).map(|n| (format!("A{n}"), "v".repeat(10_000))).collect();
    spec.network = Network::None;
    assert_eq!(ground.run(&spec).said, "10000");
}

fn a_working_directory_that_is_not_there_is_told(ground: &Ground) {
    let release = ground.owned_directory("release");
    std::fs::create_dir(release.join("site")).unwrap();
    std::os::unix::fs::symlink("site", release.join("link")).unwrap();
    let mut spec = ground.shell("pwd -P");
    spec.binds = vec![Bind::read_only(&release, "/app")];
    spec.cwd = "/app/link".into();
    assert_eq!(ground.run(&spec).said, "/app/site");
    spec.cwd = "/app/missing".into();
    let fault = ground.start(&spec).unwrap_err().to_string();
    assert!(fault.contains("its working directory"), "{fault}");
}

#[test]
fn what_a_spec_holds_in_secret_is_not_printed() {
    let mut spec = Spec::new("/bin/true");
    spec.env.insert("PASSWORD".to_owned(), "hunter2".to_owned());
    assert!(!format!("{spec:?}").contains("hunter2"));
}
