//! What can be wrong with a program that runs.

use super::Tender;
use crate::running::health;
use crate::running::instance::Instance;
use crate::running::room;
use crate::running::wanted::Wanted;
use std::time::Duration;

/// The shortest time between two questions whether a program is still well.
const SHORTEST_INTERVAL: u16 = 5;
/// How often in a row a program may fail to answer before it is started anew.
const MOST_MISSES: u32 = 3;
/// How often it is looked at how much the files of a program take.
const WEIGHING: Duration = Duration::from_secs(10);
/// What the log of a program tells that is slowed down.
const SLOWED: &str = "The program writes more to the disk than it may, and gets little processor time \
                      until it has written less for a while";

impl Tender {
    /// Why a program that runs is to be started anew, if so.
    pub(super) async fn complaint(&mut self, instance: &Instance, wanted: &Wanted) -> Option<String> {
        self.tell_whether_slowed(instance, wanted).await;
        match self.ask(instance, wanted).await {
            Some(why) => Some(format!("was not well {MOST_MISSES} times: it {why}")),
            None => self.weigh(wanted).await,
        }
    }

    /// Tells the log of a program that it is slowed down, and that it no longer is.
    async fn tell_whether_slowed(&mut self, instance: &Instance, wanted: &Wanted) {
        let is_slowed = instance.kept.is_slowed();
        if is_slowed != self.is_slowed {
            let text = if is_slowed { SLOWED } else { "The program is no longer slowed down" };
            self.say(wanted, text.to_owned()).await;
            self.is_slowed = is_slowed;
        }
    }

    /// Looks at how much the files of a program take when it is time to, which is not before it could remove some. What is
    /// too much, if so.
    async fn weigh(&mut self, wanted: &Wanted) -> Option<String> {
        let now = self.now();
        if now.since(*self.weighed.get_or_insert(now)) < WEIGHING {
            return None;
        }
        let rooms = self.ground.launch.rooms(wanted).await;
        let overfull = room::overfull(rooms, 1).await;
        self.weighed = Some(self.now());
        overfull.map(|room| format!("has more files than the {} MiB of {}", room.most_mb, room.of))
    }

    /// Asks a program whether it is well when it is time to. Why it is to be started anew, if so.
    async fn ask(&mut self, instance: &Instance, wanted: &Wanted) -> Option<String> {
        let check = &wanted.settings.health_check;
        let interval = Duration::from_secs(check.interval_seconds.max(SHORTEST_INTERVAL).into());
        if self.asked.is_some_and(|asked| self.now().since(asked) < interval) {
            return None;
        }
        self.asked = Some(self.now());
        let why = health::ask(&*instance.kept, instance.port, check).await.err();
        self.misses = if why.is_some() { self.misses + 1 } else { 0 };
        why.filter(|_| self.misses >= MOST_MISSES)
    }
}
