//! One transaction for many callers.
//!
//! SQLite's writer groups by itself. On PostgreSQL each transaction is several messages to the server and a wait for its
//! disk: those who come while one is under way share the next.

use crate::error::{StoreError, StoreResult};
use crate::idempotency;
use futures_util::future::BoxFuture;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// What is done with everything that gathered: an outcome for each, in their order.
type Work<I, O> = dyn Fn(Vec<I>) -> BoxFuture<'static, StoreResult<Vec<O>>> + Send + Sync;

/// Gathers what callers want done while the same is being done for those before them.
pub struct Gather<I, O> {
    work: Box<Work<I, O>>,
    /// Most at once.
    most: usize,
    /// Where it is done: a caller's own runtime may end before those of others do.
    runtime: Handle,
    waiting: Mutex<Waiting<I, O>>,
}

type Answer<O> = oneshot::Sender<StoreResult<O>>;

struct Waiting<I, O> {
    /// In the order they came.
    callers: Vec<(I, Answer<O>)>,
    /// Whether somebody sees to them.
    is_attended: bool,
}

impl<I: Clone + Send + 'static, O: Send + 'static> Gather<I, O> {
    /// Does `work` with at most so many at once, on the runtime that this is called on.
    pub fn new(
        most: usize,
        work: impl Fn(Vec<I>) -> BoxFuture<'static, StoreResult<Vec<O>>> + Send + Sync + 'static,
    ) -> Self {
        let waiting = Mutex::new(Waiting { callers: Vec::new(), is_attended: false });
        Self { work: Box::new(work), most, runtime: Handle::current(), waiting }
    }

    /// Has it done with others. Where that fails, it is done once more alone: nobody fails because of somebody else.
    /// It is done even if the caller does not wait for it. What runs on behalf of an idempotent request, which its own
    /// transaction marks, is done alone.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn run(self: &Arc<Self>, wanted: I) -> StoreResult<O> {
        if idempotency::current().is_some() {
            return self.alone(wanted).await;
        }
        let (answer, answered) = oneshot::channel();
        let is_attended = {
            let mut waiting = self.waiting();
            waiting.callers.push((wanted, answer));
            mem::replace(&mut waiting.is_attended, true)
        };
        if !is_attended {
            self.runtime.spawn(Arc::clone(self).attend());
        }
        answered.await.unwrap_or_else(|_| Err(given_up()))
    }

    /// Works until nobody waits any more.
    async fn attend(self: Arc<Self>) {
        let attending = Attending(&self);
        while let Some(callers) = self.next() {
            let (wanted, answers): (Vec<_>, Vec<_>) = callers.into_iter().unzip();
            self.answer(wanted, answers).await;
        }
        mem::forget(attending);
    }

    async fn answer(&self, wanted: Vec<I>, answers: Vec<Answer<O>>) {
        // Who hung up is told nothing.
        let tell = |answer: Answer<O>, outcome| drop(answer.send(outcome));
        match (self.work)(wanted.clone()).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    tell(answer, Ok(outcome));
                }
            }
            // That concerns all of them, and asking again for each would take long.
            Err(StoreError::Unavailable(why)) => {
                for answer in answers {
                    tell(answer, Err(StoreError::Unavailable(why.clone())));
                }
            }
            Err(cause) if answers.len() == 1 => {
                for (answer, cause) in answers.into_iter().zip([cause]) {
                    tell(answer, Err(cause));
                }
            }
            Err(_) => {
                for (answer, one) in answers.into_iter().zip(wanted) {
                    tell(answer, self.alone(one).await);
                }
            }
        }
    }

    async fn alone(&self, wanted: I) -> StoreResult<O> {
        (self.work)(vec![wanted]).await?.pop().ok_or_else(given_up)
    }

    /// Those whose turn it is; none ends the attendance.
    fn next(&self) -> Option<Vec<(I, Answer<O>)>> {
        let mut waiting = self.waiting();
        let count = waiting.callers.len().min(self.most);
        waiting.is_attended = count > 0;
        (count > 0).then(|| waiting.callers.drain(..count).collect())
    }
}

impl<I, O> Gather<I, O> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<I, O>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody sees to those who wait. If they panic, all who wait are told, and the next to come starts anew.
struct Attending<'g, I, O>(&'g Gather<I, O>);

impl<I, O> Drop for Attending<'_, I, O> {
    fn drop(&mut self) {
        *self.0.waiting() = Waiting { callers: Vec::new(), is_attended: false };
    }
}

fn given_up() -> StoreError {
    StoreError::Unavailable("the work was given up".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    /// Doubles numbers, three at most at once. A 13 fails whatever it is done with, a 99 panics.
    fn doubling(groups: &Arc<Mutex<Vec<usize>>>) -> Arc<Gather<i32, i32>> {
        let groups = Arc::clone(groups);
        Arc::new(Gather::new(3, move |wanted: Vec<i32>| {
            groups.lock().expect("no panic").push(wanted.len());
            async move {
                assert!(!wanted.contains(&99), "on purpose");
                if wanted.contains(&13) {
                    return Err(StoreError::MissingReference);
                }
                Ok(wanted.iter().map(|number| number * 2).collect())
            }
            .boxed()
        }))
    }

    #[tokio::test]
    async fn those_who_come_meanwhile_are_seen_to_together_and_each_gets_their_own_outcome() {
        let groups = Arc::default();
        let gather = doubling(&groups);
        let outcomes = join_all((0..8).map(|number| gather.run(number))).await;
        let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.expect("done")).collect();
        assert_eq!(outcomes, [0, 2, 4, 6, 8, 10, 12, 14]);
        assert_eq!(*groups.lock().expect("no panic"), [3, 3, 2]);
    }

    #[tokio::test]
    async fn who_fails_fails_alone() {
        let groups = Arc::default();
        let gather = doubling(&groups);
        let outcomes = join_all([1, 13, 2].map(|number| gather.run(number))).await;
        assert!(matches!(outcomes[..], [Ok(2), Err(StoreError::MissingReference), Ok(4)]), "{outcomes:?}");
    }

    #[tokio::test]
    async fn after_a_panic_those_who_waited_are_told_and_others_are_seen_to() {
        let groups = Arc::default();
        let gather = doubling(&groups);
        let outcomes = join_all([1, 99, 2, 3].map(|number| gather.run(number))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Unavailable(_)))), "{outcomes:?}");
        assert_eq!(gather.run(4).await.expect("done"), 8);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_done_all_the_same() {
        let groups = Arc::default();
        let gather = doubling(&groups);
        assert!(gather.run(0).now_or_never().is_none(), "it is not done yet");
        assert_eq!(gather.run(1).await.expect("done"), 2);
        assert_eq!(*groups.lock().expect("no panic"), [2]);
    }
}
