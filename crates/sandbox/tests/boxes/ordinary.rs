//! What programs may well expect works.

use crate::ground::in_each_mode;
use mainstay_sandbox::{Ended, Network, SandboxError, Spec};

in_each_mode! {
    fn an_ordinary_python_program_runs(ground) {
        let code = "import subprocess, tempfile, json, ssl, sqlite3, multiprocessing\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x')\n\
                    print(subprocess.run(['sh', '-c', 'echo $((6 * 7))'], capture_output=True, text=True).stdout.strip())\n\
                    print(ssl.create_default_context().cert_store_stats()['x509_ca'] > 0)\nlock = multiprocessing.Lock()\nprint(os.cpu_count() > 0, lock.acquire())";
        assert_eq!(ground.says(code), "42\nTrue\nTrue True");
    }

    fn threads_run(ground) {
        let code = "import threading\nn = []\nts = [threading.Thread(target=lambda: n.append(1)) for _ in range(20)]\n[t.start() for t in ts]\n[t.join() for t in ts]\nprint(len(n))";
        assert_eq!(ground.says(code), "20");
    }

    fn node_runs_in_half_a_gibibyte(ground) {
        let code = "const {Worker} = require('worker_threads'); const http = require('http'); const fs = require('fs'); fs.writeFileSync('/tmp/a', 'b');\
                    const server = http.createServer((q, a) => a.end('hello')).listen(8080, '127.0.0.1', () => {\
                    http.get('http://localhost:8080', a => a.on('data', d => { new Worker('require(\"worker_threads\").parentPort.postMessage(1)', {eval: true})\
                    .on('message', m => { console.log(String(d), m, require('os').hostname()); server.close(); }); })); });";
        let mut spec = ground.spec("node", &["-e", code]);
        spec.limits.memory_bytes = 512 << 20;
        spec.hostname = "shop".to_owned();
        spec.env.insert("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned());
        let outcome = ground.run(&spec);
        assert_eq!(outcome.said, "hello 1 shop", "{outcome:?}");
    }

    fn it_starts_where_it_was_told_with_nothing_to_read(ground) {
        let mut spec = ground.shell("pwd; cat; whoami; hostname; umask");
        spec.cwd = "/tmp".into();
        assert_eq!(ground.run(&spec).said, "/tmp\nsite\nbox\n0077");
    }

    fn a_program_that_is_not_there_is_told_apart_from_one_that_fails(ground) {
        let missing = ground.start(&ground.spec("/usr/bin/no-such-program", &[]));
        assert!(matches!(missing, Err(SandboxError::NotStarted { errno: Some(libc::ENOENT), .. })), "{:?}", missing.err());
        let unfit = ground.start(&ground.spec("/etc/passwd", &[]));
        assert!(matches!(unfit, Err(SandboxError::NotStarted { errno: Some(libc::EACCES), .. })), "{:?}", unfit.err());
        assert_eq!(ground.run(&ground.shell("exit 127")).report.ended, Ended::Code(127));
    }

    fn a_large_environment_reaches_it(ground) {
        let mut spec = ground.shell("echo ${#A99}");
        spec.env = (0..100).map(|n| (format!("A{n}"), "v".repeat(10_000))).collect();
        spec.network = Network::None;
        assert_eq!(ground.run(&spec).said, "10000");
    }
}

#[test]
fn what_a_spec_holds_in_secret_is_not_printed() {
    let mut spec = Spec::new("/bin/true");
    spec.env.insert("PASSWORD".to_owned(), "hunter2".to_owned());
    assert!(!format!("{spec:?}").contains("hunter2"));
}
