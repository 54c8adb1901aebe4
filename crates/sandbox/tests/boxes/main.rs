//! Boxes, tried by programs that want out of them; each as root and as an ordinary user.

#![allow(clippy::unwrap_used, reason = "tests")]

mod carried;
mod files;
mod ground;
mod keeping;
mod kernel;
mod lifetime;
mod limits;
mod network;
mod ordinary;
mod processes;
mod program;
