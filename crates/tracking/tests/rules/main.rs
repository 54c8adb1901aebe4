//! The rules of tracking, on both databases and with a clock that stands still.

mod seo;
