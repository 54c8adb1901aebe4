//! Why something was not done with a file.

use super::place::{BadPath, Place};
use std::io;

/// Why something was not done, in a sentence for whoever asked. No path of the machine is in any of them.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("The arguments do not fit: {0}.")]
    Arguments(String),
    #[error("The pattern cannot be read: {0}.")]
    Pattern(String),
    #[error("The content is not base64.")]
    NotBase64,
    #[error(transparent)]
    Path(#[from] BadPath),
    #[error("There is no file or folder `{0}`.")]
    Missing(Place),
    #[error("There is no folder `{0}`; `create_directories` makes it.")]
    NoFolder(Place),
    #[error("`{0}` is a folder.")]
    Folder(Place),
    #[error("`{0}` is not a folder.")]
    NotAFolder(Place),
    #[error("`{0}` is neither a file nor a folder.")]
    Special(Place),
    #[error("`{0}` leads out of the workspace's folder, or may not be opened.")]
    Closed(Place),
    #[error("`{0}` may only be read.")]
    ReadOnly(Place),
    #[error(
        "That is too much to read at once: the file has {size} bytes, and {most} are read at most. Ask for a part of it."
    )]
    TooLarge { size: u64, most: u64 },
    #[error("That is too much to write: {size} bytes, and {most} may be written at most.")]
    TooMuch { size: u64, most: u64 },
    #[error("The workspace is full: it may hold {files} files and folders, and {bytes} bytes.")]
    Full { files: u64, bytes: u64 },
    #[error("`{0}` cannot be read or written at present.")]
    Failed(Place),
}

impl Refusal {
    /// What an error of the operating system means for whoever named this place.
    pub(super) fn of(cause: &io::Error, place: &Place) -> Self {
        let place = place.clone();
        match cause.kind() {
            // A file where a folder would have to be: then there is nothing below it.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing(place),
            io::ErrorKind::PermissionDenied => Self::Closed(place),
            io::ErrorKind::IsADirectory => Self::Folder(place),
            _ => {
                tracing::warn!(error = %cause, "a file of a workspace cannot be used");
                Self::Failed(place)
            }
        }
    }

    /// The same, to be given to `map_err`.
    pub(super) fn at(place: &Place) -> impl Fn(io::Error) -> Self + '_ {
        |cause| Self::of(&cause, place)
    }
}
