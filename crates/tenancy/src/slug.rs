//! Slugs: a workspace's name in addresses.

use mainstay_kernel::Ids;

/// Most characters of a slug.
pub(crate) const MAX_SLUG: usize = 100;
const SUFFIX: usize = 6;
/// A made slug leaves room for a dash and a suffix.
const MAX_MADE: usize = MAX_SLUG - SUFFIX - 1;
/// The slug of a name that has no letter or digit in it.
const FALLBACK: &str = "workspace";

/// Whether the text is a slug: words of lower-case letters and digits, joined by single dashes,
/// 1 to 100 characters.
pub fn is_slug(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= MAX_SLUG && text.split('-').all(word)
}

/// The slug that a name suggests: its letters in lower case and without accents, its digits, and
/// a dash for whatever stands between. Empty when nothing of the name can stay.
pub fn slugify(name: &str) -> String {
    let mut slug = String::new();
    let mut between = false;
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = plain(letter);
        if plain.is_empty() {
            between |= !is_silent(letter);
            continue;
        }
        let dash = usize::from(between && !slug.is_empty());
        if slug.len() + dash + plain.len() > MAX_MADE {
            break;
        }
        slug.extend((dash == 1).then_some('-'));
        slug.push_str(plain);
        between = false;
    }
    slug
}

/// The slug for a name that was given none.
pub(crate) fn suggested(name: &str) -> String {
    let slug = slugify(name);
    if slug.is_empty() { FALLBACK.to_owned() } else { slug }
}

/// The same slug with a random suffix, for when it is taken.
pub(crate) fn varied(slug: &str, ids: &dyn Ids) -> String {
    format!("{slug}-{}", ids.alphanumeric(SUFFIX).to_ascii_lowercase())
}

/// Marks that belong to the word they stand in: apostrophes and combining accents.
fn is_silent(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '\u{300}'..='\u{36f}')
}

/// The lower-case letter in plain letters; empty when it has no such form.
fn plain(letter: char) -> &'static str {
    const ASCII: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
    if let Some(at) = ASCII.find(letter) {
        return &ASCII[at..=at];
    }
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ß' => "ss",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'þ' => "th",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    #[test]
    fn a_name_keeps_its_letters_without_accents() {
        let cases = [
            ("New Workspace", "new-workspace"),
            ("  Ångström & Søn, Straße 5 ", "angstrom-son-strasse-5"),
            ("O’Brien's Café", "obriens-cafe"),
            ("Cafe\u{301} Łódź", "cafe-lodz"),
            ("İstanbul", "istanbul"),
            ("--a__b--", "a-b"),
            ("the '90s", "the-90s"),
            ("東京", ""),
        ];
        for (name, slug) in cases {
            assert_eq!(slugify(name), slug, "{name}");
        }
    }

    #[test]
    fn only_words_joined_by_single_dashes_are_slugs() {
        for text in ["a", "acme-corp", "4-ever", &"a".repeat(100)] {
            assert!(is_slug(text), "{text}");
        }
        for text in ["", "-", "a-", "-a", "a--b", "Acme", "a_b", "é", "a b", &"a".repeat(101)] {
            assert!(!is_slug(text), "{text}");
        }
    }

    #[test]
    fn a_suffix_still_fits_behind_the_longest_suggestion() {
        let slug = suggested(&"æ".repeat(300));
        assert!(is_slug(&slug) && is_slug(&varied(&slug, &SystemIds)), "{slug}");
        assert_eq!(suggested("☃"), "workspace");
    }

    proptest! {
        #[test]
        fn whatever_the_name_its_slug_is_valid_or_empty(name in "\\PC*") {
            let slug = slugify(&name);
            prop_assert!(slug.is_empty() || is_slug(&slug), "{slug}");
        }

        #[test]
        fn a_slug_is_its_own_slug(name in "[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,5}") {
            prop_assert_eq!(slugify(&name), name);
        }
    }
}
