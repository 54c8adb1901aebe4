//! What the lists of this surface are narrowed by, beyond what all lists are.

use actix_web::HttpRequest;
use mainstay_edge::Rejection;
use mainstay_kernel::FieldError;
use mainstay_tracking::seo::PageUrl;

/// The parameters of a query, and what is wrong with them.
pub(super) struct Filters {
    pairs: Vec<(String, String)>,
    wrong: Vec<FieldError>,
}

impl Filters {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let pairs = serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        Self { pairs, wrong: Vec::new() }
    }

    /// The value of a parameter: the last one where there are several; one that is empty counts as absent.
    fn get(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The address of a page, in the form in which it is kept.
    pub(super) fn url(&mut self) -> Option<PageUrl> {
        let text = self.get("url")?;
        PageUrl::parse(&text).map_err(|wrong| self.wrong.push(wrong)).ok()
    }

    /// One of these words.
    pub(super) fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.get(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            self.wrong.push(FieldError::new(name, "in", format!("The {name} field must be one of {known}.")));
        }
        found
    }

    /// A sort of issue.
    pub(super) fn kind(&mut self) -> Option<String> {
        let text = self.get("type")?;
        if text.chars().count() > 64 || text.contains('\0') {
            let message = "The type field takes up to 64 characters, and no NUL.";
            self.wrong.push(FieldError::new("type", "length", message));
        }
        Some(text)
    }

    /// The number of something.
    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        let text = self.get(name)?;
        let number = text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            let message = format!("The {name} field must be a positive integer.");
            self.wrong.push(FieldError::new(name, "integer", message));
        }
        number
    }

    /// # Errors
    /// Naming every parameter that is wrong.
    pub(super) fn end(self) -> Result<(), Rejection> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.wrong)) }
    }
}

/// Declares what a list is narrowed by: the fields, how they are read, and how they are described.
macro_rules! filters {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $read:expr;)* } described by $describe:expr) => {
        $(#[$doc])*
        pub(super) struct $name {
            $(pub(super) $field: Option<$type>,)*
        }

        impl actix_web::FromRequest for $name {
            type Error = mainstay_edge::Failure;
            type Future = std::future::Ready<Result<Self, mainstay_edge::Failure>>;

            fn from_request(request: &actix_web::HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
                let mut filters = $crate::platform::seo::filters::Filters::of(request);
                $(let $field = ($read)(&mut filters);)*
                std::future::ready(filters.end().map(|()| Self { $($field),* }).map_err(Into::into))
            }
        }

        impl mainstay_edge::describe::Argument for $name {
            fn describe(to: &mut mainstay_edge::describe::Description<'_>) {
                ($describe)(to);
                to.may_fail(mainstay_kernel::Kind::Invalid, "A parameter is wrong; it is named.");
            }
        }
    };
}

pub(super) use filters;
