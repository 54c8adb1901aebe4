//! What transactions and purchases are called outside.

use mainstay_kernel::Ids;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Characters of an id, its first letter included: 118 bits of chance.
const LENGTH: usize = 24;

/// A new id: `c`, then letters and digits.
pub(crate) fn draw(ids: &dyn Ids) -> String {
    let mut text = String::with_capacity(LENGTH);
    text.push('c');
    let mut bytes = [0; 32];
    while text.len() < LENGTH {
        ids.fill(&mut bytes);
        // Bytes of 252 and above are dropped, or the first letters would come up more often.
        let fair = bytes.iter().filter(|byte| **byte < 252);
        let letters = fair.map(|byte| char::from(ALPHABET[usize::from(byte % 36)]));
        text.extend(letters.take(LENGTH - text.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    #[test]
    fn an_id_is_a_word_of_24_letters_and_digits_that_begins_with_c() {
        let id = draw(&SystemIds);
        assert!(id.len() == 24 && id.starts_with('c'), "{id}");
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
        assert_ne!(id, draw(&SystemIds));
    }
}
