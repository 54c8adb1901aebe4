//! `/api/credits`: in the dialect of hosting, a file a resource, its wire types beside it.

pub(crate) mod credits;
mod ids;
mod pages;

pub(crate) use credits::StripeHook;
