//! The query of a list, the same for every resource.

mod query;

use crate::describe::{Argument, Description};
use crate::failure::Failure;
use crate::iso::IsoSeconds;
use crate::public_url::PublicUrl;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_kernel::{Kind, Listing};
use query::Query;
use std::future::{Ready, ready};
use std::marker::PhantomData;

/// What a resource's list can be asked, beyond what all lists can.
pub trait Listable: 'static {
    /// A column to sort by.
    type Column: Copy;
    /// A value of the filter `status`.
    type Status: Copy;
    /// The columns by their wire names.
    const COLUMNS: &'static [(&'static str, Self::Column)];
    /// The values of `status` by their wire names.
    const STATUSES: &'static [(&'static str, Self::Status)];
    /// The relations that `include` can name.
    const INCLUDES: &'static [&'static str] = &[];
}

/// A list's query, checked.
pub struct List<R: Listable> {
    /// Page, order, spans and search.
    pub listing: Listing<R::Column>,
    /// The filter `status`.
    pub status: Option<R::Status>,
    /// How the answer is to be shaped.
    pub shape: Shape,
    resource: PhantomData<R>,
}

/// Which keys and relations an answer shows, and where its other pages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The keys to show; all when none are named.
    pub fields: Option<Vec<String>>,
    /// The relations to add.
    pub include: Vec<String>,
    /// The list's URL with its query, but for the page.
    pub(crate) url: String,
    pub(crate) page: i64,
    pub(crate) per_page: i64,
}

impl Shape {
    /// Whether a relation is to be added.
    pub fn includes(&self, relation: &str) -> bool {
        self.include.iter().any(|name| name == relation)
    }

    /// The URL of another page of the same list.
    pub(crate) fn page_url(&self, page: i64) -> String {
        let joint = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{joint}page={page}", self.url)
    }
}

impl<R: Listable> FromRequest for List<R> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl<R: Listable> List<R> {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let query = Query::parse(request.query_string());
        let (listing, status) = query.listing::<R>()?;
        let path_and_query = query.without_page(request.path());
        let shape = Shape {
            fields: query.names("fields"),
            include: query.names("include").unwrap_or_default(),
            url: match request.app_data::<web::Data<PublicUrl>>() {
                Some(public_url) => public_url.join(&path_and_query),
                None => path_and_query,
            },
            page: listing.page.page(),
            per_page: listing.page.per_page(),
        };
        Ok(Self { listing, status, shape, resource: PhantomData })
    }
}

impl<R: Listable> Argument for List<R> {
    fn describe(to: &mut Description<'_>) {
        let names = |pairs: &mut dyn Iterator<Item = &'static str>| pairs.collect::<Vec<_>>().join(", ");
        let columns = names(&mut R::COLUMNS.iter().map(|(name, _)| *name));
        to.query_parameter::<i64>("page", "The page, from 1.");
        to.query_parameter::<i64>("per_page", "Items a page: 25 unless said otherwise, 100 at most.");
        let sort = format!("Columns to sort by, separated by commas, each with `-` before it to descend: {columns}.");
        to.query_parameter::<String>("sort", &sort);
        for (name, what) in [
            ("created_after", "Only what was created then or later (ISO 8601)."),
            ("created_before", "Only what was created then or earlier (ISO 8601)."),
            ("updated_after", "Only what was last changed then or later (ISO 8601)."),
            ("updated_before", "Only what was last changed then or earlier (ISO 8601)."),
        ] {
            to.query_parameter::<IsoSeconds>(name, what);
        }
        for (name, what) in [
            ("search", "Only what has this text in its name, whatever the case."),
            ("fields", "The keys to show, separated by commas."),
        ] {
            to.query_parameter::<String>(name, what);
        }
        if !R::STATUSES.is_empty() {
            let statuses = R::STATUSES.iter().map(|(name, _)| (*name).to_owned()).collect();
            to.query_choice("status", "Only what is in this state.", statuses);
        }
        if !R::INCLUDES.is_empty() {
            let relations = R::INCLUDES.join(", ");
            to.query_parameter::<String>("include", &format!("Relations to add, separated by commas: {relations}."));
        }
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}
