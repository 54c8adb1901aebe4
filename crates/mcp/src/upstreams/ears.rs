//! Who listens to which request that is under way.

// The newest revision deprecates logs (SEP-2577); the older ones have them.
#![expect(deprecated)]

use super::errand::Errand;
use crate::upstream::Heard;
use rmcp::model::{LoggingMessageNotificationParam, ProgressNotificationParam, ProgressToken, RequestId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The requests under way on one connection that somebody listens to. They are few, and looked through one by one.
#[derive(Default)]
pub(super) struct Ears(Mutex<HashMap<RequestId, (ProgressToken, Errand)>>);

impl Ears {
    /// This request is sent with this token.
    pub(super) fn note(&self, id: RequestId, token: ProgressToken, errand: &Errand) {
        if errand.hearing().is_wanted() {
            self.all().insert(id, (token, errand.clone()));
        }
    }

    /// This request is over.
    pub(super) fn forget(&self, id: &RequestId) {
        self.all().remove(id);
    }

    /// Passes progress on to whom its token belongs; to nobody, if nobody has it.
    pub(super) fn hear_progress(&self, progress: ProgressNotificationParam) {
        let all = self.all();
        let found = all.values().find(|(token, _)| *token == progress.progress_token);
        let errand = found.map(|(_, errand)| errand.clone());
        drop(all);
        if let Some(errand) = errand {
            errand.hearing().hear(Heard::Progress(progress));
        }
    }

    /// Passes a line of log on that names no request: to the only one under way, if it is the only one.
    pub(super) fn hear_log(&self, line: LoggingMessageNotificationParam) {
        let all = self.all();
        let mut errands = all.values().map(|(_, errand)| errand.clone());
        let only = errands.next().filter(|_| errands.next().is_none());
        drop(errands);
        drop(all);
        if let Some(errand) = only {
            errand.hearing().hear(Heard::Log(line));
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<RequestId, (ProgressToken, Errand)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
