//! Lines out of pieces.

/// Bytes of a line that are kept.
const MOST: usize = 16 << 10;

/// What was read of a line that has not ended yet.
#[derive(Default)]
pub(super) struct Lines {
    unfinished: Vec<u8>,
}

impl Lines {
    /// The lines that end in this piece, cut to what is kept; an empty piece ends the last one.
    pub(super) fn take(&mut self, piece: &[u8]) -> Vec<Vec<u8>> {
        if piece.is_empty() {
            let last = std::mem::take(&mut self.unfinished);
            return if last.is_empty() { Vec::new() } else { vec![last] };
        }
        let mut ended = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let text = part.strip_suffix(b"\n").unwrap_or(part);
            let free = MOST - self.unfinished.len();
            self.unfinished.extend_from_slice(&text[..text.len().min(free)]);
            if text.len() < part.len() {
                ended.push(std::mem::take(&mut self.unfinished));
            }
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, MOST};

    #[test]
    fn lines_are_put_together_from_pieces() {
        let mut lines = Lines::default();
        assert!(lines.take(b"hel").is_empty());
        assert_eq!(lines.take(b"lo\n\nwor"), [b"hello".to_vec(), Vec::new()]);
        assert_eq!(lines.take(b""), [b"wor".to_vec()]);
        assert!(lines.take(b"").is_empty());
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_one_is_whole() {
        let mut lines = Lines::default();
        for _ in 0..5 {
            assert!(lines.take(&[b'x'; 10_000]).is_empty());
        }
        let ended = lines.take(b"end\nnext\n");
        assert_eq!((ended[0].len(), ended[1].as_slice()), (MOST, &b"next"[..]));
    }
}
