//! By what numbers can be told apart.

/// Something that hits and visits differ in. Its number is what the database knows it by, and never given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Dimension {
    /// Nothing: all of a day.
    All = 0,
    /// The hour of the day in which the visit began; its word is that number.
    Hour = 1,
    /// The host that the visit began on.
    Host = 2,
    /// The paths that were seen.
    Page = 3,
    /// The path that was seen first.
    EntryPage = 4,
    /// The page that led here.
    Referrer = 5,
    /// Who led here: `utm_source`, or the referrer's site.
    Source = 6,
    /// `utm_medium`.
    Medium = 7,
    /// `utm_campaign`.
    Campaign = 8,
    /// `utm_term`.
    Term = 9,
    /// `utm_content`.
    Content = 10,
    /// The country, as ISO 3166-1 alpha-2 has it.
    Country = 11,
    /// Desktop, mobile, tablet or other.
    Device = 12,
    /// The browser.
    Browser = 13,
    /// The operating system.
    Os = 14,
    /// The events that were told of, but for page views.
    Event = 15,
    /// The properties that events had, by their names.
    Property = 16,
    /// The values of properties.
    Value = 17,
    /// Why hits were taken for a bot's.
    BotReason = 18,
    /// What bots call themselves.
    BotAgent = 19,
    /// The goals that were reached, by their ids. It only marks who reached them.
    Goal = 20,
}

impl Dimension {
    /// What belongs to a whole visit, from its beginning.
    pub(crate) const OF_VISIT: [Self; 12] = [
        Self::Host,
        Self::EntryPage,
        Self::Referrer,
        Self::Source,
        Self::Medium,
        Self::Campaign,
        Self::Term,
        Self::Content,
        Self::Country,
        Self::Device,
        Self::Browser,
        Self::Os,
    ];

    /// The number that the database knows it by.
    pub(crate) const fn number(self) -> i32 {
        self as i32
    }
}

/// Between a property's name and its value, in the word of [`Dimension::Value`]. No name has it in it.
pub(crate) const BETWEEN: char = '\u{1f}';

/// The word of a property's value.
pub fn value_word(name: &str, value: &str) -> String {
    format!("{name}{BETWEEN}{value}")
}
