//! Programs of sites, kept running on this node: started, asked whether they are well, started again when they end, and
//! taken the place of without a visitor noticing.

mod backoff;
mod givens;
mod health;
mod instance;
mod launch;
mod line;
mod relay;
mod room;
mod sleep;
mod tender;
mod tending;
mod upstream;
mod users;
mod voice;
mod wanted;
mod way_out;

pub(crate) use givens::Givens;
pub use instance::{Instance, Visit};
pub use line::{Outgoing, Reply, ReplyBody, SendFault, empty, stream};
pub(crate) use room::Room;
pub(crate) use tending::RunningParts;
pub use tending::{Running, Tending};
pub use upstream::Upstream;
pub(crate) use upstream::{Offered, Upstreams};
pub(crate) use users::Users;
pub(crate) use wanted::{Unwell, Wanted};
