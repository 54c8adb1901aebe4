//! The letters that people get.

use crate::house::House;
use mainstay_auth::{Letter, Post};
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_store::jobs::{self, Claim, Handler, NewJob};
use serde_json::{Value, json};
use std::time::Duration;

const QUEUE: &str = "test.letters";

/// Puts letters on a queue, as they are.
pub(crate) struct Postbox;

impl Post for Postbox {
    fn job(&self, letter: Letter, now: Timestamp) -> NewJob {
        let (name, to, about) = match letter {
            Letter::SignUpCode { to, code } => ("sign_up_code", to, code.expose().clone()),
            Letter::AddressCode { to, code } => ("address_code", to, code.expose().clone()),
            Letter::PasswordReset { to, token } => ("password_reset", to, token.expose().clone()),
            Letter::PasswordChanged { to } => ("password_changed", to, String::new()),
            Letter::DefaultAddressChanged { to, new_address } => ("default_address_changed", to, new_address),
            Letter::SecondFactorOn { to, at } => ("second_factor_on", to, at.to_string()),
            Letter::SecondFactorOff { to, at } => ("second_factor_off", to, at.to_string()),
            Letter::AccountDeleted { to, at } => ("account_deleted", to, at.to_string()),
            Letter::NewDevice { to, device, address, at: _ } => ("new_device", to, format!("{device} from {address}")),
        };
        let payload = json!({ "name": name, "to": to, "about": about });
        NewJob { queue: QUEUE, unique_key: None, payload, run_at: now }
    }
}

/// A letter that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) to: String,
    /// The code, token or address in it.
    pub(crate) about: String,
}

impl House {
    /// The letters since the last time, oldest first.
    pub(crate) async fn letters(&self) -> Vec<Received> {
        let text = |payload: &Value, field: &str| payload[field].as_str().expect("a text").to_owned();
        let read = |payload: Value| Received {
            name: text(&payload, "name"),
            to: text(&payload, "to"),
            about: text(&payload, "about"),
        };
        self.take_jobs(QUEUE).await.into_iter().map(read).collect()
    }

    /// The only letter since the last time.
    pub(crate) async fn letter(&self) -> Received {
        let [letter] = self.letters().await.try_into().expect("one letter");
        letter
    }

    /// Does the jobs that wait for this worker.
    pub(crate) async fn work(&self, worker: &dyn Handler) -> usize {
        let waiting = self.take_jobs(worker.queue()).await;
        for payload in &waiting {
            worker.run(payload).await.expect("the job is done");
        }
        waiting.len()
    }

    async fn take_jobs(&self, queue: &'static str) -> Vec<Value> {
        let (jobs, now) = (jobs::open(&self.database), self.clock.now());
        let claim = Claim { queue, worker: "test".to_owned(), most: 100, lease: Duration::from_mins(1) };
        let waiting = jobs.claim(claim, now).await.expect("jobs");
        for job in &waiting {
            jobs.complete(job).await.expect("the job ends");
        }
        waiting.into_iter().map(|job| job.payload).collect()
    }
}
