//! What can be asked of a series.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, IsoSeconds, Rejection};
use mainstay_entitlements::usage::series::{Grouping, Interval, MOST_GROUPS, SeriesQuery};
use mainstay_kernel::{FieldError, Kind, Timestamp};
use std::collections::HashMap;
use std::future::{Ready, ready};

/// What the member of the metadata is named behind.
const METADATA: &str = "metadata.";
/// How many groups are told of where nobody says.
const USUAL_GROUPS: usize = 10;

/// A question that can be read.
pub(super) struct SeriesRequest {
    pub(super) query: SeriesQuery,
}

/// A question as it came, and what is wrong with it. What is empty counts as absent.
struct Asked {
    pairs: HashMap<String, String>,
    wrong: Vec<FieldError>,
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let pairs = pairs.map(web::Query::into_inner).unwrap_or_default();
        Self { pairs: pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect(), wrong: Vec::new() }
    }

    /// A parameter as it can be read; if it is there and cannot, that is wrong.
    fn read<T>(&mut self, name: &str, read: fn(&str) -> Option<T>, due: &str) -> Option<T> {
        let text = self.pairs.get(name)?;
        let value = read(text);
        if value.is_none() {
            self.wrong.push(FieldError::new(name, "format", format!("The {name} must be {due}.")));
        }
        value
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, Timestamp::parse, "in ISO 8601, such as 2026-01-15 or 2026-01-15T10:30:00Z")
    }

    fn feature(&mut self) -> String {
        self.pairs.remove("feature").unwrap_or_else(|| {
            self.wrong.push(FieldError::new("feature", "required", "The feature field is required."));
            String::new()
        })
    }

    fn grouping(&mut self) -> Option<Grouping> {
        let member = |text: &str| text.strip_prefix(METADATA).map(str::to_owned);
        let member = self.read("group_by", member, "metadata. and the name of a member");
        let most = self.read("groups", |text| text.parse().ok(), "a whole number");
        member.map(|member| Grouping { member, most: most.unwrap_or(USUAL_GROUPS) })
    }
}

impl FromRequest for SeriesRequest {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut asked = Asked::of(request);
        let (feature, from, to) = (asked.feature(), asked.time("from"), asked.time("to"));
        let interval = asked.read("interval", Interval::named, "hour, day or month").unwrap_or_default();
        let grouping = asked.grouping();
        let wrong = asked.wrong;
        ready(if wrong.is_empty() {
            Ok(Self { query: SeriesQuery { feature, from, to, interval, grouping } })
        } else {
            Err(Rejection::Invalid(wrong).into())
        })
    }
}

impl Argument for SeriesRequest {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<String>("feature", "The feature's code. Required.");
        to.query_parameter::<IsoSeconds>(
            "from",
            "A time in the first interval; if absent, 30 days before the end for hours and days, 12 months for months.",
        );
        to.query_parameter::<IsoSeconds>(
            "to",
            "The time before which the last interval begins; if absent, the last is the one going on.",
        );
        let names = Interval::ALL.map(|interval| interval.name().to_owned());
        to.query_choice("interval", "How long an interval is; `day` if absent.", names.to_vec());
        to.query_parameter::<String>(
            "group_by",
            "`metadata.` and a member of the metadata, by which uses are told apart.",
        );
        to.query_parameter::<u32>("groups", &format!("How many groups are told of, 1 to {MOST_GROUPS}; 10 if absent."));
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}
