//! What is to be stored of batches, and what comes of each.

use super::{Batch, NewMessage, Outcome};
use crate::model::EndpointId;
use crate::publishing::model::Published;
use crate::roster::{Roster, Said};
use mainstay_kernel::WorkspaceId;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A message that was published before.
pub(super) struct Earlier {
    pub(super) event_type: String,
    pub(super) channels: Vec<String>,
    pub(super) body: String,
    /// How many are told of it.
    pub(super) endpoints: usize,
}

impl Earlier {
    /// Whether it said the same, whenever that was.
    fn says(&self, message: &NewMessage) -> bool {
        let body: Map<String, Value> = serde_json::from_str(&self.body).unwrap_or_default();
        let same_data = body.get("data") == Some(&message.data);
        same_data && self.event_type == message.event_type && self.channels == message.channels.to_texts()
    }
}

/// A message to be stored, and who hears it.
pub(super) struct Fresh<'b> {
    pub(super) batch: &'b Batch,
    pub(super) message: &'b NewMessage,
    pub(super) hearing: Vec<EndpointId>,
}

impl Fresh<'_> {
    fn says(&self, message: &NewMessage) -> bool {
        let own = self.message;
        own.data == message.data && own.event_type == message.event_type && own.channels == message.channels
    }
}

/// Whether an event is told for the first time.
enum Standing {
    New,
    Same { endpoints: usize },
    Taken,
}

/// Takes one batch after another.
pub(super) struct Plan<'b> {
    earlier: HashMap<(WorkspaceId, String), Earlier>,
    /// What is to be stored so far.
    pub(super) fresh: Vec<Fresh<'b>>,
    /// Where in `fresh` the events stand whose ids their applications chose.
    named: HashMap<(WorkspaceId, &'b str), usize>,
}

impl<'b> Plan<'b> {
    pub(super) fn new(earlier: HashMap<(WorkspaceId, String), Earlier>) -> Self {
        Self { earlier, fresh: Vec::new(), named: HashMap::new() }
    }

    /// Takes a batch, all of it or nothing.
    pub(super) fn admit(&mut self, batch: &'b Batch, roster: Option<&Arc<Roster>>) -> Outcome {
        let standing = |message: &'b NewMessage| (message, self.standing(batch.workspace, message));
        let standings: Vec<_> = batch.messages.iter().map(standing).collect();
        if let Some((taken, _)) = standings.iter().find(|(_, standing)| matches!(standing, Standing::Taken)) {
            return Outcome::Taken(taken.event_id.clone());
        }
        let (mut published, mut told) = (Vec::with_capacity(standings.len()), BTreeSet::new());
        for (message, standing) in standings {
            let endpoints = if let Standing::Same { endpoints } = standing {
                endpoints
            } else {
                let said = Said { name: &message.event_type, channels: &message.channels, data: &message.data };
                let hearing: Vec<_> = roster.map(|roster| roster.hearing(said).collect()).unwrap_or_default();
                told.extend(hearing.iter().copied());
                self.add(Fresh { batch, message, hearing })
            };
            let (id, name) = (message.event_id.clone(), message.event_type.clone());
            published.push(Published { id, name, is_duplicate: !matches!(standing, Standing::New), endpoints });
        }
        Outcome::Stored { published, endpoints: told.into_iter().collect() }
    }

    fn standing(&self, workspace: WorkspaceId, message: &NewMessage) -> Standing {
        if message.is_drawn {
            return Standing::New;
        }
        let (says_same, endpoints) = if let Some(earlier) = self.earlier.get(&(workspace, message.event_id.clone())) {
            (earlier.says(message), earlier.endpoints)
        } else if let Some(at) = self.named.get(&(workspace, message.event_id.as_str())) {
            (self.fresh[*at].says(message), self.fresh[*at].hearing.len())
        } else {
            return Standing::New;
        };
        if says_same { Standing::Same { endpoints } } else { Standing::Taken }
    }

    /// Gives how many hear it.
    fn add(&mut self, fresh: Fresh<'b>) -> usize {
        if !fresh.message.is_drawn {
            self.named.insert((fresh.batch.workspace, fresh.message.event_id.as_str()), self.fresh.len());
        }
        let endpoints = fresh.hearing.len();
        self.fresh.push(fresh);
        endpoints
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Channels;
    use mainstay_kernel::Timestamp;
    use serde_json::json;

    fn batch(workspace: i64, ids: &[(&str, i64)]) -> Batch {
        let message = |(id, data): &(&str, i64)| NewMessage {
            event_id: (*id).to_owned(),
            is_drawn: false,
            event_type: "post.created".to_owned(),
            channels: Channels::default(),
            data: json!({ "n": data }),
            body: json!({ "data": { "n": data } }).to_string(),
        };
        let messages = ids.iter().map(message).collect();
        Batch { workspace: WorkspaceId(workspace), messages, now: Timestamp::default() }
    }

    fn is_repeated(outcome: Outcome) -> Vec<bool> {
        match outcome {
            Outcome::Stored { published, .. } => published.iter().map(|published| published.is_duplicate).collect(),
            Outcome::Taken(id) => panic!("{id} is taken"),
        }
    }

    #[test]
    fn batches_in_one_transaction_know_of_each_other() {
        let batches = [batch(1, &[("a", 1), ("b", 1)]), batch(1, &[("b", 1), ("c", 1)]), batch(2, &[("a", 2)])];
        let mut plan = Plan::new(HashMap::new());
        let repeated: Vec<_> = batches.iter().map(|batch| is_repeated(plan.admit(batch, None))).collect();
        assert_eq!(repeated, [vec![false, false], vec![true, false], vec![false]]);
        assert_eq!(plan.fresh.len(), 4);
    }

    #[test]
    fn a_batch_with_an_id_that_said_something_else_adds_nothing() {
        let earlier =
            Earlier { event_type: "post.created".into(), channels: Vec::new(), body: "{}".into(), endpoints: 1 };
        let (first, second) = (batch(1, &[("a", 1)]), batch(1, &[("d", 1), ("a", 2)]));
        let third = batch(1, &[("e", 1), ("old", 1)]);
        let mut plan = Plan::new(HashMap::from([((WorkspaceId(1), "old".to_owned()), earlier)]));
        assert_eq!(is_repeated(plan.admit(&first, None)), [false]);
        assert!(matches!(plan.admit(&second, None), Outcome::Taken(id) if id == "a"));
        assert!(matches!(plan.admit(&third, None), Outcome::Taken(id) if id == "old"));
        assert_eq!(plan.fresh.len(), 1);
    }
}
