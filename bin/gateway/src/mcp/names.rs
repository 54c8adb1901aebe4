//! What tools and prompts are called where all servers are at one address.

use mainstay_mcp::ServerName;
use std::borrow::Cow;

/// Between a server's name and what it names. A server's name has no underscore, so that the first one is it.
const JOINT: &str = "__";

/// The name under which something of a server is offered.
pub(super) fn joined(server: &ServerName, name: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{server}{JOINT}{name}"))
}

/// The server and its own name for what was asked for: at the address of one server as it stands, else behind the
/// server's name.
pub(super) fn parted<'n>(only: Option<&ServerName>, name: &'n str) -> Option<(ServerName, &'n str)> {
    if let Some(server) = only {
        return Some((server.clone(), name));
    }
    let (server, own) = name.split_once(JOINT)?;
    Some((server.parse().ok()?, own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_joined_comes_apart_as_it_was(server in "[a-z][a-z0-9-]{0,10}", name in "[a-z_]{0,12}") {
            let server: ServerName = server.parse().expect("a name");
            let whole = joined(&server, &name);
            prop_assert_eq!(parted(None, &whole), Some((server.clone(), &*name)));
            prop_assert_eq!(parted(Some(&server), &name), Some((server, &*name)));
        }
    }
}
