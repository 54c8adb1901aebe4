//! What actions are called.

use mainstay_hosting::sites::Action;

/// Every action, as requests name it.
pub(super) const ALL: [&str; 6] = ["start", "stop", "restart", "deploy", "rollback", "delete"];

/// The name of an action.
pub(super) const fn name(action: &Action) -> &'static str {
    match action {
        Action::Start => "start",
        Action::Stop => "stop",
        Action::Restart => "restart",
        Action::Deploy(_) => "deploy",
        Action::RollBack(_) => "rollback",
    }
}
