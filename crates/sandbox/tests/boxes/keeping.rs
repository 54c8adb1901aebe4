//! Boxes that outlive who asked for them.

use crate::ground::{Ground, Mode, executable, in_each_mode};
use crate::lifetime::{alive, until, word};
use mainstay_sandbox::Spec;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// A keeper's directory, and who started it.
struct Kept<'a> {
    ground: &'a Ground,
    directory: PathBuf,
    starter: Child,
    /// What the starter said: the keeper's number.
    said: String,
}

impl<'a> Kept<'a> {
    fn start(ground: &'a Ground, spec: &Spec) -> Self {
        let place = ground.directory.path().join("keeper");
        if !place.exists() {
            ground.launchers_directory("keeper");
        }
        let directory = place.join("one");
        let mut command = Command::new(executable());
        ground.become_user(&mut command);
        command.arg("keep").arg(&directory).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut starter = command.spawn().unwrap();
        starter.stdin.take().unwrap().write_all(&serde_json::to_vec(spec).unwrap()).unwrap();
        let mut said = String::new();
        BufReader::new(starter.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        Self { ground, directory, starter, said: said.trim().to_owned() }
    }

    fn keeper(&self) -> i32 {
        self.said.parse().unwrap_or_else(|_| panic!("{}", self.said))
    }

    /// The starter dies as it may.
    fn orphan(&mut self) {
        self.starter.kill().unwrap();
        self.starter.wait().unwrap();
    }

    /// What the keeper says to somebody who finds it, as the user who started it.
    fn ask(&self, question: &[&str]) -> String {
        let mut command = Command::new(executable());
        self.ground.become_user(&mut command);
        let output = command.arg("ask").arg(&self.directory).args(question).output().unwrap();
        let text = if output.status.success() { output.stdout } else { output.stderr };
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    fn json(&self) -> Value {
        let said = self.ask(&["status"]);
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"))
    }

    fn has_ended(&self) -> bool {
        self.directory.join("exit.json").exists() && !self.directory.join("instance.json").exists()
    }

    fn lines(&self) -> Vec<Value> {
        let mut files: Vec<_> =
            fs::read_dir(self.directory.join("logs")).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn messages(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.lines().iter().map(|line| (text(&line["stream"]), text(&line["message"]))).collect()
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let _ = self.starter.kill();
        let _ = self.starter.wait();
        if !self.has_ended() {
            self.ask(&["kill"]);
            until(|| self.has_ended());
        }
    }
}

fn is_there(process: i32) -> bool {
    // Nobody may have waited for one that has ended, where the first process of the machine does not.
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn kill(process: i32) {
    rustix::process::kill_process(rustix::process::Pid::from_raw(process).unwrap(), rustix::process::Signal::KILL)
        .unwrap();
}

in_each_mode!(
    a_site_keeps_answering_when_its_starter_was_killed,
    who_does_not_end_in_time_is_killed,
    who_ends_in_time_ends_as_it_likes,
    with_its_keeper_ends_the_box,
    how_a_program_ended_is_known_afterwards,
    a_program_that_used_up_its_memory_is_known_for_it,
    a_flood_of_lines_is_thinned,
    a_program_prints_also_by_the_name_of_its_output,
    nobody_else_finds_a_keeper,
    there_is_one_keeper_in_a_directory,
    a_keeper_whose_program_is_not_there_leaves_nothing,
);

fn a_site_keeps_answering_when_its_starter_was_killed(ground: &Ground) {
    let spec = ground
        .spec("/usr/bin/python3", &["-m", "http.server", "--bind", "127.0.0.1", "--directory", "/usr/share", "8080"]);
    let mut kept = Kept::start(ground, &spec);
    kept.orphan();
    assert!(until(|| kept.ask(&["get", "8080"]).starts_with("HTTP/1.0 200")), "{}", kept.ask(&["get", "8080"]));
    assert!(kept.ask(&["get", "8081"]).contains("Refused"));
    let status = kept.json();
    assert_eq!(status["running"], true);
    assert!(status["rssBytes"].as_u64().unwrap() > 1 << 20 && status["cpuMicros"].as_u64().unwrap() > 0, "{status}");
    // It said so on its standard error.
    assert!(until(|| kept.messages().iter().any(|(stream, line)| stream == "stderr" && line.contains("GET / HTTP"))));
}

fn who_does_not_end_in_time_is_killed(ground: &Ground) {
    let word = word();
    let mut kept = Kept::start(
        ground,
        &ground.shell(&format!("trap '' TERM; (setsid sleep {word} &); echo deaf; while true; do sleep 0.1; done")),
    );
    kept.orphan();
    assert!(until(|| kept.messages().len() == 1 && alive(&word) == 1));
    let start = Instant::now();
    assert_eq!(kept.ask(&["stop", "1"]), "taken");
    assert!(until(|| kept.has_ended()));
    assert!(start.elapsed().as_secs_f64() > 0.9, "it had its time");
    let exit = kept.json();
    assert_eq!(
        (exit["signal"].as_i64(), exit["code"].as_i64(), &exit["oomKilled"]),
        (Some(9), None, &Value::Bool(false))
    );
    assert_eq!(alive(&word), 0);
}

fn who_ends_in_time_ends_as_it_likes(ground: &Ground) {
    let mut kept =
        Kept::start(ground, &ground.shell("trap 'echo bye; exit 5' TERM; echo up; while true; do sleep 0.05; done"));
    kept.orphan();
    assert!(until(|| !kept.messages().is_empty()));
    kept.ask(&["stop", "30"]);
    assert!(until(|| kept.has_ended()));
    assert_eq!(kept.json()["code"], 5);
    assert_eq!(kept.messages().last().unwrap().1, "bye", "what it said last is kept");
}

fn with_its_keeper_ends_the_box(ground: &Ground) {
    let word = word();
    let mut kept =
        Kept::start(ground, &ground.shell(&format!("trap '' TERM HUP; (setsid sleep {word} &) ; sleep {word}")));
    kept.orphan();
    assert!(until(|| alive(&word) == 2));
    let keeper = kept.keeper();
    kill(keeper);
    assert!(until(|| alive(&word) == 0 && !is_there(keeper)));
    assert_eq!(kept.ask(&["status"]), "lost");
    mainstay_sandbox::sweep();
    // Another one may take its place.
    let again = Kept::start(ground, &ground.shell("sleep 20"));
    assert_ne!(again.keeper(), keeper);
    assert_eq!(again.json()["running"], true);
    fs::create_dir_all(&kept.directory).unwrap();
}

fn how_a_program_ended_is_known_afterwards(ground: &Ground) {
    let kept = Kept::start(ground, &ground.shell("echo out; echo err >&2; printf last; exit 3"));
    assert!(until(|| kept.has_ended()));
    let exit = kept.json();
    assert_eq!(exit["code"], 3);
    assert!(exit["at"].as_u64() >= exit["startedAt"].as_u64());
    let mut messages = kept.messages();
    messages.sort();
    let expected = [("stderr", "err"), ("stdout", "last"), ("stdout", "out")];
    assert_eq!(messages, expected.map(|(stream, line)| (stream.to_owned(), line.to_owned())));
    assert!(!kept.directory.join("control.sock").exists());
}

fn a_program_that_used_up_its_memory_is_known_for_it(ground: &Ground) {
    let mut spec = ground.python(
        "for n in range(4):\n    if os.fork() == 0: break\n\
        a = bytearray(60 << 20)\nfor i in range(0, len(a), 4096): a[i] = 1\nimport time; time.sleep(3)",
    );
    spec.limits.memory_bytes = 100 << 20;
    let kept = Kept::start(ground, &spec);
    assert!(until(|| kept.has_ended()));
    assert_eq!(kept.json()["oomKilled"], true);
}

fn a_program_prints_also_by_the_name_of_its_output(ground: &Ground) {
    let kept = Kept::start(ground, &ground.shell("echo out > /dev/stdout; echo err > /dev/stderr"));
    assert!(until(|| kept.has_ended()));
    let mut messages = kept.messages();
    messages.sort();
    assert_eq!(messages, [("stderr", "err"), ("stdout", "out")].map(|(stream, line)| (stream.into(), line.into())));
}

fn a_flood_of_lines_is_thinned(ground: &Ground) {
    let kept = Kept::start(
        ground,
        &ground.shell(
            "yes | head -n 200000; head -c 100000 /dev/zero | tr '\\0' x; echo; echo end >&2; sleep 1.1; echo later",
        ),
    );
    assert!(until(|| kept.has_ended()));
    let messages = kept.messages();
    assert!(messages.len() < 1500, "{}", messages.len());
    assert!(messages.iter().any(|(_, line)| line.contains("lines left out: more than 200 a second")));
    assert_eq!(messages.last().unwrap().1, "later");
}

fn nobody_else_finds_a_keeper(ground: &Ground) {
    let kept = Kept::start(ground, &ground.shell("sleep 20"));
    let mode = |name: &str| fs::symlink_metadata(kept.directory.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("."), mode("instance.json"), mode("control.sock")), (0o700, 0o600, 0o600));
    if ground.mode == Mode::Ordinary && rustix::process::geteuid().is_root() {
        // Root can open the file; the keeper, which is there, does not answer it all the same.
        let output = Command::new(executable()).arg("ask").arg(&kept.directory).arg("status").output().unwrap();
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("TimedOut"), "{output:?}");
    }
}

fn there_is_one_keeper_in_a_directory(ground: &Ground) {
    let first = Kept::start(ground, &ground.shell("sleep 20"));
    let second = Kept::start(ground, &ground.shell("sleep 20"));
    assert!(second.said.contains("there is one already"), "{}", second.said);
    assert!(is_there(first.keeper()));
}

fn a_keeper_whose_program_is_not_there_leaves_nothing(ground: &Ground) {
    let kept = Kept::start(ground, &ground.spec("/usr/bin/no-such-program", &[]));
    assert!(kept.said.contains("not started"), "{}", kept.said);
    assert_eq!(kept.ask(&["status"]), "nothing");
    fs::write(kept.directory.join("exit.json"), "").unwrap();
}
