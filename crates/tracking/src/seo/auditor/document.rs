//! What stands in a page, as far as anything is checked of it.

/// The facts of a page, in its order. Texts and lists are bounded by the reader.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Document {
    /// The `lang` of the root; none when it has none.
    pub(super) lang: Option<String>,
    pub(super) titles: Vec<String>,
    pub(super) descriptions: Vec<String>,
    pub(super) has_viewport: bool,
    /// What `robots` and `googlebot` are told.
    pub(super) robots: Vec<String>,
    /// Names of the Open Graph properties that have a value.
    pub(super) open_graph: Vec<String>,
    /// The first address that others are relative to.
    pub(super) base: Option<String>,
    /// Addresses of the canonical page.
    pub(super) canonicals: Vec<String>,
    pub(super) headings: Vec<Heading>,
    pub(super) images: Vec<Image>,
    pub(super) links: Vec<Link>,
    /// Texts of `application/ld+json`.
    pub(super) structured: Vec<String>,
    /// What the page loads.
    pub(super) resources: Vec<Resource>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    /// 1 to 6.
    pub(super) level: u8,
    pub(super) text: String,
    pub(super) element: String,
}

/// An image.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Image {
    /// Whether it says what is to be seen, or that there is nothing to be.
    pub(super) is_described: bool,
    pub(super) element: String,
}

/// A link.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub(super) href: String,
    /// What is read out: its text, the texts of its images, its label.
    pub(super) text: String,
    pub(super) is_nofollow: bool,
    pub(super) element: String,
}

/// Something that is loaded into the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resource {
    pub(super) url: String,
    pub(super) element: String,
}
