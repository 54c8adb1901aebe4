//! A person's browser: it keeps cookies, follows where it is sent, and fills in the forms that it is shown.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Nobody};
use std::collections::BTreeMap;

/// What browsers say that they take when they go to a page.
pub(crate) const TAKES_HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// One browser.
pub(crate) struct Browser {
    nobody: Nobody,
    /// Cookies by their names.
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A form on a page: where it goes, and its fields as they were shown.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(gateway: &Gateway) -> Self {
        Self { nobody: gateway.nobody(), cookies: BTreeMap::new() }
    }

    /// Goes to a page.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let call = self.nobody.get(path).header("accept", TAKES_HTML).header("cookie", self.cookie_header());
        let answer = call.await;
        self.take(&answer);
        answer
    }

    /// Sends a form as it stands.
    pub(crate) async fn send(&mut self, form: &Form) -> Answer {
        let call = self.nobody.call("POST", &form.action).header("accept", TAKES_HTML);
        let call = call.header("cookie", self.cookie_header()).header("origin", "null");
        let answer = call.body("application/x-www-form-urlencoded", form.encoded()).await;
        self.take(&answer);
        answer
    }

    /// Sends the first form of a page with these fields filled in.
    pub(crate) async fn fill(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        self.send(&form(page).with(fields)).await
    }

    /// Goes where an answer sends it, as often as it is sent on.
    pub(crate) async fn follow(&mut self, mut answer: Answer) -> Answer {
        while answer.status == 303 {
            let to = answer.header("location").expect("a redirect leads somewhere").to_owned();
            answer = self.get(&to).await;
        }
        answer
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn take(&mut self, answer: &Answer) {
        for cookie in set_cookies(answer) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The cookies that an answer sets, as it writes them.
pub(crate) fn set_cookies(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.get_all("set-cookie").iter();
    headers.map(|value| value.to_str().expect("cookies are text").to_owned()).collect()
}

/// The first form of a page.
#[track_caller]
pub(crate) fn form(page: &Answer) -> Form {
    forms(page).into_iter().next().unwrap_or_else(|| panic!("no form on {page:?}"))
}

/// The form of a page that goes to this path.
#[track_caller]
pub(crate) fn form_to(page: &Answer, action: &str) -> Form {
    let found = forms(page).into_iter().find(|form| form.action == action);
    found.unwrap_or_else(|| panic!("no form to {action} on {page:?}"))
}

/// All forms of a page.
#[track_caller]
pub(crate) fn forms(page: &Answer) -> Vec<Form> {
    let html = page.page();
    html.split("<form ")
        .skip(1)
        .map(|rest| Form::read(rest.split("</form>").next().expect("a split has parts")))
        .collect()
}

impl Form {
    fn read(html: &str) -> Self {
        let inputs = html.split("<input ").skip(1).map(|rest| rest.split('>').next().expect("a split has parts"));
        let named = |tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()));
        let action = attribute(html, "action").expect("a form goes somewhere");
        Self { action, fields: inputs.filter_map(named).collect() }
    }

    /// The same with these fields filled in.
    pub(crate) fn with(&self, fields: &[(&str, &str)]) -> Self {
        let mut filled = self.clone();
        for (name, value) in fields {
            filled.fields.insert((*name).to_owned(), (*value).to_owned());
        }
        filled
    }

    fn encoded(&self) -> String {
        let encode = |text: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let written = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
            text.bytes().map(written).collect::<String>()
        };
        let pairs = self.fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).or_else(|| tag.split_once(&format!("{name}=\"")))?;
    let text = rest.split('"').next()?;
    Some(["&#60;<", "&#62;>", "&#34;\"", "&#39;'", "&#38;&"].iter().fold(text.to_owned(), |text, pair| {
        let (from, to) = pair.split_at(5);
        text.replace(from, to)
    }))
}
