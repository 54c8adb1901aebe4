//! What goes out: envelopes that are documented by their type.

use crate::describe::{Description, Outcome};
use crate::failure::Failure;
use crate::list::Shape;
use crate::partial::Partial;
use actix_web::body::BoxBody;
use actix_web::http::header::{self, CacheControl, CacheDirective, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use mainstay_kernel::Page;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// 200 with `{"data": …}`.
#[derive(Serialize, JsonSchema)]
pub struct Data<T> {
    /// The resource.
    pub data: T,
}

/// 200 or 201 with `{"message": …, "data": …}`.
#[derive(Serialize, JsonSchema)]
pub struct Told<T> {
    /// A sentence for a person.
    pub message: String,
    /// The resource.
    pub data: T,
}

/// 201 around its content.
pub struct Created<T>(pub T);

/// 200 with its content as it is.
pub struct Plain<T>(pub T);

/// 200 with what everybody may keep for some time (RFC 9111 section 5.2.2).
pub struct Cached<T> {
    /// The content.
    pub content: T,
    /// For how many seconds.
    pub seconds: u32,
}

/// 204.
pub struct NoContent;

/// 200 with one page of a list: `{"data": […], "meta": …, "links": …}`.
#[derive(Serialize, JsonSchema)]
pub struct Listed<T> {
    /// The items of this page; with `fields`, only the named keys of each.
    #[schemars(with = "Vec<Partial<T>>")]
    pub data: Vec<T>,
    /// Where this page stands.
    pub meta: Meta,
    /// Where the other pages are.
    pub links: Links,
    #[serde(skip)]
    fields: Option<Vec<String>>,
}

/// Where a page stands in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meta {
    /// This page, from 1.
    pub current_page: i64,
    /// The number of the first item here, from 1; null on an empty page.
    pub from: Option<i64>,
    /// The last page; 1 when there is nothing.
    pub last_page: i64,
    /// Items a page.
    pub per_page: i64,
    /// The number of the last item here; null on an empty page.
    pub to: Option<i64>,
    /// How many items there are in all.
    pub total: i64,
}

/// Absolute URLs of other pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Links {
    /// The first page.
    pub first: String,
    /// The last page.
    pub last: String,
    /// The page before, if there is one.
    pub prev: Option<String>,
    /// The page after, if there is one.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// One page, shaped as it was asked for.
    pub fn new(page: Page<T>, shape: &Shape) -> Self {
        let count = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
        let (current, size, total) = (shape.page, shape.per_page, page.total);
        let before = (current - 1).saturating_mul(size);
        let last_page = total.saturating_add(size - 1).checked_div(size).unwrap_or(1).max(1);
        let some_here = count > 0;
        let meta = Meta {
            current_page: current,
            from: some_here.then_some(before.saturating_add(1)),
            last_page,
            per_page: size,
            to: some_here.then_some(before.saturating_add(count)),
            total,
        };
        let links = Links {
            first: shape.page_url(1),
            last: shape.page_url(last_page),
            prev: (current > 1).then(|| shape.page_url((current - 1).min(last_page))),
            next: (current < last_page).then(|| shape.page_url(current + 1)),
        };
        Self { data: page.items, meta, links, fields: shape.fields.clone() }
    }
}

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Some(fields) = &self.fields else { return json(HttpResponse::Ok(), &self) };
        match narrowed(&self, fields) {
            Ok(list) => json(HttpResponse::Ok(), &list),
            Err(broken) => HttpResponse::from_error(broken),
        }
    }
}

/// The list with only the named keys in each item.
fn narrowed<T: Serialize>(list: &Listed<T>, fields: &[String]) -> Result<Value, serde_json::Error> {
    let mut whole = serde_json::to_value(list)?;
    let items = whole.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten();
    for item in items.filter_map(Value::as_object_mut) {
        item.retain(|key, _| fields.iter().any(|field| field == key));
    }
    Ok(whole)
}

/// What most answers fit into, so that writing one seldom moves what was written.
const ROOM: usize = 1024;

const JSON: (HeaderName, HeaderValue) = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));

/// An answer of this content in JSON.
pub(crate) fn json(mut answer: HttpResponseBuilder, content: &impl Serialize) -> HttpResponse {
    let mut text = Vec::with_capacity(ROOM);
    match serde_json::to_writer(&mut text, content) {
        Ok(()) => answer.insert_header(JSON).body(text),
        Err(broken) => HttpResponse::from_error(broken),
    }
}

macro_rules! answers_with {
    ($status:ident: $($answer:ident),*) => { $(
        impl<T: Serialize> Responder for $answer<T> {
            type Body = BoxBody;
            fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                json(HttpResponse::$status(), &self)
            }
        }

        impl<T: JsonSchema> Outcome for $answer<T> {
            fn describe(to: &mut Description<'_>) {
                to.answer::<Self>(200, "Done.");
            }
        }
    )* };
}

answers_with!(Ok: Data, Told);

impl<T: JsonSchema> Outcome for Listed<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Self>(200, "One page.");
    }
}

impl<T: Serialize> Responder for Plain<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(HttpResponse::Ok(), &self.0)
    }
}

impl<T: Serialize> Responder for Cached<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let until = CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(self.seconds)]);
        let mut answer = HttpResponse::Ok();
        answer.insert_header(until);
        json(answer, &self.content)
    }
}

impl<T: JsonSchema> Outcome for Cached<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(200, "Done.");
    }
}

impl<T: JsonSchema> Outcome for Plain<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(200, "Done.");
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(HttpResponse::Created(), &self.0)
    }
}

impl<T: JsonSchema> Outcome for Created<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(201, "Created.");
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

impl Outcome for NoContent {
    fn describe(to: &mut Description<'_>) {
        to.empty_answer(204, "Done; there is nothing to show.");
    }
}

impl<T: Outcome> Outcome for Result<T, Failure> {
    fn describe(to: &mut Description<'_>) {
        T::describe(to);
    }
}

/// 200 with a text that is ready as it is.
pub struct Text {
    /// What it is.
    pub content_type: &'static str,
    /// The text.
    pub text: Bytes,
}

impl Responder for Text {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().content_type(self.content_type).body(self.text)
    }
}

impl Outcome for Text {
    fn describe(to: &mut Description<'_>) {
        to.text_answer(200, "As it is.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(page: i64, per_page: i64) -> Shape {
        Shape { fields: None, include: Vec::new(), url: "https://host/list?search=a".into(), page, per_page }
    }

    #[test]
    fn an_empty_page_has_no_ends_and_the_list_still_has_a_last_page() {
        let list = Listed::new(Page { items: Vec::<u8>::new(), total: 0 }, &shape(1, 25));
        assert_eq!((list.meta.from, list.meta.to, list.meta.last_page), (None, None, 1));
        assert_eq!((list.links.prev, list.links.next), (None, None));
    }

    #[test]
    fn a_middle_page_points_both_ways_and_keeps_the_query() {
        let list = Listed::new(Page { items: vec![0u8; 25], total: 250 }, &shape(2, 25));
        assert_eq!((list.meta.from, list.meta.to, list.meta.last_page), (Some(26), Some(50), 10));
        assert_eq!(list.links.next.as_deref(), Some("https://host/list?search=a&page=3"));
        assert_eq!(list.links.prev.as_deref(), Some("https://host/list?search=a&page=1"));
    }

    proptest! {
        #[test]
        fn no_page_number_overflows(page in 1i64.., per_page in 1i64..=100, total in 0i64..) {
            let list = Listed::new(Page { items: vec![0u8], total }, &shape(page, per_page));
            prop_assert!(list.meta.last_page >= 1);
        }
    }
}
