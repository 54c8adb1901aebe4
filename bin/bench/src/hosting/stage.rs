//! A gateway with the sites that it hosts.

use super::keepers;
use crate::exchange::{self, Answer};
use crate::gateway::Installation;
use crate::interrupt;
use crate::request::Request;
use crate::server::Server;
use crate::stage::{Database, Ground, directory};
use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SITES: &str = "/api/sites";
/// How long the gateway is asked to wait for a site to be settled, in seconds: less than an answer may take at all.
const WAIT: u32 = 25;
/// How long programs may take to end: somewhat longer than the gateway gives them.
const ENDING: Duration = Duration::from_secs(15);

/// A gateway, running, with its sites. It is stopped before its database goes.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    /// The gateway.
    pub(crate) gateway: Server,
    key: String,
    sites: Vec<Site>,
    installation: Installation,
    dir: PathBuf,
    _database: Database<'a>,
}

/// A site that is live.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// What visitors call it.
    pub(crate) host: String,
    /// The deployment that made it.
    pub(crate) first: String,
    id: String,
    name: String,
}

impl<'a> Stage<'a> {
    /// Sets up an installation called `name` without sites and starts it.
    ///
    /// # Errors
    /// When any of this fails.
    pub(crate) fn start(ground: Ground<'a>, name: &str) -> anyhow::Result<Self> {
        let Ground { engine, program, home } = ground;
        let database = engine.create(home, name)?;
        let dir = directory(home, engine, name);
        let installation = Installation::new(program, dir.clone(), database.url.clone())?;
        let owner = installation.set_up()?;
        let gateway = installation.start()?;
        let key = owner.mint(gateway.address, 1)?.pop().context("there is no key")?;
        Ok(Self { gateway, key, sites: Vec::new(), installation, dir, _database: database })
    }

    /// Where something else of this stage may lie.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Why no programs are kept here, if so.
    ///
    /// # Errors
    /// When the gateway does not tell.
    pub(crate) fn why_no_programs(&self) -> anyhow::Result<Option<String>> {
        let offer = json_of(&self.ask(&mut Request::get("/api/hosting/capabilities", Some(&self.key)))?, 200)?;
        let driver = &offer["drivers"][0];
        let reason = driver["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        Ok((driver["programs"] != true).then(|| format!("this gateway keeps no programs running{reason}")))
    }

    /// Makes a site and waits until it is live.
    ///
    /// # Errors
    /// When it does not come to life.
    pub(crate) fn make(&mut self, wanted: &Value) -> anyhow::Result<Site> {
        interrupt::check()?;
        let mut request = Request::post(&format!("{SITES}?wait={WAIT}"), Some(&self.key), &wanted.to_string());
        let made = json_of(&self.ask(&mut request)?, 201)?;
        let text = |at: &str| made.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let host = text("/liveUrl").and_then(|url| host_of(&url).map(str::to_owned));
        let (id, name) = text("/id").zip(text("/name")).context("the new site has no id")?;
        let first = text("/lastDeployment/id").context("the new site has no deployment")?;
        let site = Site { id, name, first, host: host.context("the new site is nowhere")? };
        self.sites.push(site.clone());
        self.ensure_live(&site, &made)?;
        Ok(site)
    }

    /// Deploys a site anew, waits until that is live, and gives the deployment.
    ///
    /// # Errors
    /// When it does not come to life.
    pub(crate) fn deploy(&self, site: &Site) -> anyhow::Result<String> {
        self.act(site, &json!({ "action": "deploy" }))
    }

    /// Goes back to what a deployment came to, and waits until that is live.
    ///
    /// # Errors
    /// When it does not come to life.
    pub(crate) fn roll_back(&self, site: &Site, deployment: &str) -> anyhow::Result<()> {
        self.act(site, &json!({ "action": "rollback", "deploymentId": deployment })).map(drop)
    }

    fn act(&self, site: &Site, action: &Value) -> anyhow::Result<String> {
        interrupt::check()?;
        let path = format!("{SITES}/{}?wait={WAIT}", site.id);
        let done = json_of(&self.ask(&mut Request::patch(&path, &self.key, &action.to_string()))?, 200)?;
        self.ensure_live(site, &done)?;
        let deployment = done["lastDeployment"]["id"].as_str();
        deployment.map(str::to_owned).context("the site has no deployment")
    }

    fn ensure_live(&self, site: &Site, told: &Value) -> anyhow::Result<()> {
        if told["status"] == "RUNNING" && told["lastDeployment"]["status"] == "LIVE" {
            return Ok(());
        }
        let path = format!("{SITES}/{}/deployments?limit=1", site.id);
        let newest = json_of(&self.ask(&mut Request::get(&path, Some(&self.key)))?, 200)?;
        let deployment = &newest[0];
        bail!("{} is {}, its deployment {}: {}", site.name, told["status"], deployment["status"], deployment["error"])
    }

    /// What a visitor of a site sees.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub(crate) fn visit(&self, site: &Site) -> anyhow::Result<Answer> {
        self.ask(&mut Request::get_of(&site.host, "/"))
    }

    /// Has the gateway killed and started anew, and tells when that began. It answers then; its sites need not.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start_anew(&mut self) -> anyhow::Result<Instant> {
        self.gateway.stop();
        let began = Instant::now();
        self.gateway = self.installation.start()?;
        Ok(began)
    }

    /// Ends a site, and waits until its program is gone or killed.
    ///
    /// # Errors
    /// When the gateway refuses.
    pub(crate) fn end(&mut self, site: &Site) -> anyhow::Result<()> {
        self.delete(site)?;
        self.sites.retain(|own| own.id != site.id);
        let is_its = |file: &Path| file.iter().any(|part| part.to_str() == Some(&site.id));
        keepers::await_end_of(&self.dir, is_its, ENDING);
        Ok(())
    }

    fn ask(&self, request: &mut Request) -> anyhow::Result<Answer> {
        exchange::ask(self.gateway.address, request)
    }

    fn delete(&self, site: &Site) -> anyhow::Result<()> {
        let body = json!({ "action": "delete", "confirm": site.name }).to_string();
        let path = format!("{SITES}/{}", site.id);
        json_of(&self.ask(&mut Request::patch(&path, &self.key, &body))?, 202).map(drop)
    }
}

impl Drop for Stage<'_> {
    /// Programs would outlive the gateway.
    fn drop(&mut self) {
        // What a gateway that has stopped answering does not end is ended behind it.
        if self.sites.iter().try_for_each(|site| self.delete(site)).is_ok() {
            keepers::await_end(&self.dir, ENDING);
        }
        self.gateway.stop();
        keepers::kill(&self.dir);
    }
}

fn json_of(answer: &Answer, status: u16) -> anyhow::Result<Value> {
    let text = String::from_utf8_lossy(&answer.body);
    ensure!(answer.status == status, "the gateway refused: {} {text}", answer.status);
    serde_json::from_str(&text).with_context(|| format!("the gateway answered no JSON: {text}"))
}

/// The host of an address, without a port.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split([':', '/']).next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_what_stands_between_scheme_and_port() {
        for (url, host) in [("http://a.localhost:8080", "a.localhost"), ("https://a.example/", "a.example")] {
            assert_eq!(host_of(url), Some(host));
        }
        assert_eq!((host_of("a.localhost"), host_of("http://:1")), (None, None));
    }
}
