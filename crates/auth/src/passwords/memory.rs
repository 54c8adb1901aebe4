//! The memory that a hash is worked out in, kept for the next one: allocators do not give 19 MiB back that many threads
//! have freed by turns.

use argon2::Block;
use std::sync::{Arc, Mutex, PoisonError};

/// As many pieces as have ever been in use at once.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Vec<Vec<Block>>>>);

impl Memory {
    /// Lends a piece of so many blocks for some work.
    pub(super) fn lend<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let kept = self.pieces(Vec::pop);
        let mut piece = kept.unwrap_or_default();
        piece.resize(blocks, Block::new());
        let done = work(&mut piece);
        self.pieces(|pieces| pieces.push(piece));
        done
    }

    fn pieces<T>(&self, touch: impl FnOnce(&mut Vec<Vec<Block>>) -> T) -> T {
        touch(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_lent_again_and_two_at_once_are_two() {
        let memory = Memory::default();
        let first = memory.lend(8, |blocks| blocks.as_ptr());
        assert_eq!(memory.lend(8, |blocks| blocks.as_ptr()), first);
        memory.lend(8, |outer| memory.lend(8, |inner| assert_ne!(outer.as_ptr(), inner.as_ptr())));
        assert_eq!(memory.pieces(|pieces| pieces.len()), 2);
    }
}
