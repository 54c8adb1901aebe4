//! Boxes at a terminal.
//!
//! - `mainstay-box [uid]`: what boxes of this machine are made of, as JSON; with a user of the host that is nobody
//!   else's when it is run by root.
//! - `mainstay-box keep DIRECTORY`: keeps the box of the spec (JSON) on standard input, and waits for nothing.
//! - `mainstay-box ask DIRECTORY status | stop SECONDS | kill | get PORT`: asks the keeper; `get` fetches `/` by HTTP.
//! - `mainstay-box sweep`: removes the control groups of launchers and keepers that were killed, and says how many.
//! - `mainstay-box time COUNT [uid]`: starts `/bin/true` so often in a box and plainly, and says how long that took.

use mainstay_sandbox::keeper::{self, Client, Found, Logs};
use mainstay_sandbox::{Capabilities, Identity, Launcher, SandboxError, Spec, run_if_asked, sweep};
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    run_if_asked();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["keep", directory] => keep(Path::new(directory)),
        ["ask", directory, ref question @ ..] => ask(Path::new(directory), question),
        ["sweep"] => {
            println!("{}", sweep());
            Ok(())
        }
        ["time", count] => time(count.parse()?, None),
        ["time", count, user] => time(count.parse()?, identity(user)),
        [] => probe(None),
        [user] => probe(identity(user)),
        _ => Err("see the documentation of its source".into()),
    }
}

fn identity(user: &str) -> Option<Identity> {
    user.parse().ok().map(|user| Identity { uid: user, gid: user })
}

fn probe(identity: Option<Identity>) -> Result<(), Box<dyn Error>> {
    let found = Capabilities::probe(&Launcher::this_executable(), identity);
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}

fn keep(directory: &Path) -> Result<(), Box<dyn Error>> {
    let spec: Spec = serde_json::from_reader(std::io::stdin())?;
    let logs = Logs { lines_per_second: 200, ..Logs::new(directory.join("logs")) };
    match keeper::start(&Launcher::this_executable(), directory, &logs, &spec) {
        Ok((client, _)) => println!("{}", client.pid()),
        Err(SandboxError::Ended) => println!("ended"),
        Err(fault) => println!("{fault}"),
    }
    // To be killed, as a caller may be.
    std::thread::sleep(Duration::from_mins(1));
    Ok(())
}

fn ask(directory: &Path, question: &[&str]) -> Result<(), Box<dyn Error>> {
    match keeper::find(directory)? {
        Found::Running(client) => println!("{}", answer(&client, question)?),
        Found::Ended(exit) => println!("{}", serde_json::to_string(&exit)?),
        Found::Lost => println!("lost"),
        Found::Nothing => println!("nothing"),
    }
    Ok(())
}

fn answer(client: &Client, question: &[&str]) -> Result<String, Box<dyn Error>> {
    match *question {
        ["status"] => return Ok(serde_json::to_string(&client.status()?)?),
        ["stop", seconds] => client.stop(seconds.parse()?)?,
        ["kill"] => client.kill()?,
        ["get", port] => {
            let mut connection = client.connect(port.parse()?)?;
            connection.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
            let mut answer = String::new();
            connection.read_to_string(&mut answer)?;
            return Ok(answer);
        }
        _ => return Err("it cannot be asked that".into()),
    }
    Ok("taken".to_owned())
}

fn time(count: u32, identity: Option<Identity>) -> Result<(), Box<dyn Error>> {
    let (mut plain, mut boxed) = (Vec::new(), Vec::new());
    let launcher = Launcher::this_executable();
    let spec = Spec { identity, ..Spec::new("/bin/true") };
    for _ in 0..count {
        let start = Instant::now();
        Command::new("/bin/true").status()?;
        plain.push(start.elapsed());
    }
    for _ in 0..count {
        let start = Instant::now();
        let (mut command, mut control) = launcher.command()?;
        let mut child = command.spawn()?;
        drop(command);
        control.start(&spec)?;
        let started = start.elapsed();
        control.report()?;
        child.wait()?;
        boxed.push((started, start.elapsed()));
    }
    let (started, ended): (Vec<_>, Vec<_>) = boxed.into_iter().unzip();
    for (name, times) in [("plain, to its end", plain), ("boxed, until it runs", started), ("boxed, to its end", ended)]
    {
        let (half, most) = percentiles(times);
        println!("{name}: p50 {half:?}, p95 {most:?}");
    }
    Ok(())
}

fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    (at(50), at(95))
}
