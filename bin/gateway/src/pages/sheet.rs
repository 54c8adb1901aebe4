//! What stands on a page, and the page itself.

use super::words::Words;
use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use mainstay_edge::{Failure, Rejection};

/// Nothing but our stylesheet, our script and our forms; nobody frames a page, and a script can make no markup out of
/// text (W3C CSP3, Trusted Types).
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The content of a page: what it says, what it asks, and where it leads.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    title: String,
    /// Good news, or where things stand.
    notice: Option<String>,
    /// What is wrong and belongs to no field.
    problem: Option<String>,
    paragraphs: Vec<String>,
    facts: Vec<(&'static str, String)>,
    /// What is to be said after the facts.
    conclusion: Option<String>,
    /// What is named one by one, before the facts.
    items: Vec<String>,
    asks: Vec<Ask>,
    links: Vec<Link>,
    /// Where the browser goes by itself from here.
    onward: Option<String>,
}

/// A form.
#[derive(Debug, Default)]
pub(super) struct Ask {
    pub(super) action: String,
    /// What it carries unseen.
    pub(super) hidden: Vec<(&'static str, String)>,
    /// Whose password is asked for, where no field says so: password managers look for it.
    pub(super) username: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) button: &'static str,
    /// Whether it stands back behind the page's purpose.
    pub(super) is_aside: bool,
}

/// One field of a form.
#[derive(Debug, Default, Clone)]
pub(super) struct Field {
    /// Its name in the form, and its `id` on the page.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The `type` of its input.
    pub(super) kind: &'static str,
    /// What a browser may fill in (HTML §4.10.18.7).
    pub(super) autocomplete: &'static str,
    pub(super) hint: &'static str,
    /// What is in it; never a secret.
    pub(super) value: String,
    /// Whether a code is copied from elsewhere.
    pub(super) is_code: bool,
    /// Whether digits are enough to type it.
    pub(super) is_digits: bool,
    pub(super) problems: Vec<String>,
}

/// A way on.
#[derive(Debug, Clone)]
pub(super) struct Link {
    to: String,
    label: String,
    is_button: bool,
}

impl Link {
    pub(super) fn new(to: impl Into<String>, label: impl Into<String>) -> Self {
        Self { to: to.into(), label: label.into(), is_button: false }
    }

    /// The way that most will take from here.
    pub(super) fn drawn_as_button(self) -> Self {
        Self { is_button: true, ..self }
    }
}

impl Sheet {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    pub(super) fn notes(self, notice: impl Into<String>) -> Self {
        Self { notice: Some(notice.into()), ..self }
    }

    pub(super) fn warns(self, problem: Option<String>) -> Self {
        Self { problem, ..self }
    }

    pub(super) fn says(mut self, paragraph: impl Into<String>) -> Self {
        self.paragraphs.push(paragraph.into());
        self
    }

    pub(super) fn tells(mut self, what: &'static str, fact: impl Into<String>) -> Self {
        self.facts.push((what, fact.into()));
        self
    }

    pub(super) fn concludes(self, conclusion: impl Into<String>) -> Self {
        Self { conclusion: Some(conclusion.into()), ..self }
    }

    pub(super) fn lists(self, items: impl Iterator<Item = impl Into<String>>) -> Self {
        Self { items: items.map(Into::into).collect(), ..self }
    }

    pub(super) fn goes_on_to(self, address: &str) -> Self {
        Self { onward: Some(address.to_owned()), ..self }
    }

    pub(super) fn asks(mut self, ask: Ask) -> Self {
        self.asks.push(ask);
        self
    }

    pub(super) fn leads(mut self, link: Link) -> Self {
        self.links.push(link);
        self
    }

    /// Whether something on it is to be put right.
    fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.asks.iter().flat_map(|ask| &ask.fields).any(|field| !field.problems.is_empty())
    }

    /// The whole page, whose forms carry this proof.
    ///
    /// # Errors
    /// When the template fails, which is our fault.
    pub(super) fn page(&self, words: &Words, brand: &str, proof: &str) -> Result<String, Failure> {
        let page = Page { sheet: self, words, brand, proof, assets: super::assets::VERSION.as_str() };
        page.render().map_err(|cause| Rejection::Panicked(format!("a page could not be written: {cause}")).into())
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'p> {
    sheet: &'p Sheet,
    words: &'p Words,
    brand: &'p str,
    proof: &'p str,
    assets: &'p str,
}

/// A page or the way to another, with what the browser is to keep.
pub(crate) struct Reply(HttpResponse);

impl Reply {
    pub(super) fn page(status: StatusCode, html: String) -> Self {
        let mut answer = HttpResponse::build(status);
        answer.content_type("text/html; charset=utf-8").insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
        answer.insert_header((header::VARY, "Accept, Cookie"));
        Self(answer.body(html))
    }

    /// Sends the browser to another page, which it is to `GET` (RFC 9110 §15.4.4).
    pub(super) fn to(path: &str) -> Self {
        Self(HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish())
    }

    /// The same, with a header that tells how long to wait.
    pub(super) fn after(mut self, seconds: Option<u64>) -> Self {
        if let Some(value) = seconds.and_then(|seconds| seconds.to_string().parse().ok()) {
            self.0.headers_mut().insert(header::RETRY_AFTER, value);
        }
        self
    }

    pub(super) fn with(mut self, set_cookie: String) -> Self {
        if let Ok(value) = header::HeaderValue::try_from(set_cookie) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    pub(super) fn into_response(self) -> HttpResponse {
        self.0
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}
