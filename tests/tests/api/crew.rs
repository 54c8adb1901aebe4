//! A project with people in it, for the tests about projects.

use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Person};
use serde_json::{Value, json};

/// What the identity API shows of a project when it is made or changed.
pub(crate) const PROJECT: [&str; 7] = ["created_at", "description", "id", "is_public", "name", "owner_id", "slug"];

/// Which nobody has.
pub(crate) const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// An owner, an admin and a plain member of a project, and somebody outside. None of them is in a workspace but the
/// owner, whose personal one the project is in.
pub(crate) struct Crew {
    pub(crate) owner: Person,
    pub(crate) admin: Person,
    pub(crate) member: Person,
    pub(crate) outsider: Person,
    slug: String,
}

impl Crew {
    /// Of a private project.
    pub(crate) async fn private(gateway: &Gateway) -> Self {
        Self::gather(gateway, false).await
    }

    /// Of a public project.
    pub(crate) async fn public(gateway: &Gateway) -> Self {
        Self::gather(gateway, true).await
    }

    async fn gather(gateway: &Gateway, is_public: bool) -> Self {
        let owner = gateway.person("owner").await;
        let made = owner.post("/projects/", &json!({ "name": "Rocket", "is_public": is_public })).await.is(201);
        let (admin, member) = (gateway.person("admin").await, gateway.person("member").await);
        let outsider = gateway.person("outsider").await;
        let crew = Self { owner, admin, member, outsider, slug: made.text("/slug") };
        let _ = crew.add(&crew.admin, "admin").await;
        let _ = crew.add(&crew.member, "member").await;
        crew
    }

    /// The path of the project, and what lies below it.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/projects/{}{below}", self.slug)
    }

    /// The slug of the project.
    pub(crate) fn slug(&self) -> &str {
        &self.slug
    }

    /// The owner adds a person; gives the id of the seat.
    pub(crate) async fn add(&self, person: &Person, role: &str) -> String {
        let body = json!({ "email": person.email, "role": role });
        self.owner.post(&self.path("/members"), &body).await.is(201).text("/id")
    }

    /// A person's seat, as the owner sees it in the list.
    pub(crate) async fn seat(&self, person: &Person) -> Value {
        let members = self.owner.get(&self.path("/members")).await.is(200).json();
        let found = members.as_array().expect("a list").iter().find(|member| member["user_id"] == person.id);
        found.unwrap_or_else(|| panic!("no seat of {} in {members}", person.email)).clone()
    }

    /// The path of a person's seat.
    pub(crate) async fn seat_path(&self, person: &Person) -> String {
        self.path(&format!("/members/{}", self.seat(person).await["id"].as_str().expect("an id")))
    }

    /// The owner makes a permission; gives its id.
    pub(crate) async fn permit(&self, key: &str, is_default: bool) -> String {
        let body = json!({ "key": key, "display_name": "Permitted", "is_default": is_default });
        self.owner.post(&self.path("/permissions"), &body).await.is(201).text("/id")
    }
}

/// The answer of a call that is refused with this status and code in the identity dialect.
pub(crate) async fn refused(call: Call, status: u16, code: &str) -> Answer {
    let answer = call.await.is(status);
    assert_eq!(answer.fields(""), ["code", "error"]);
    assert_eq!(answer.text("/code"), code, "{answer:?}");
    answer
}

/// The fields that a call is refused for, with 422, in the order they are told.
pub(crate) async fn wrong_fields(call: Call) -> Vec<String> {
    let answer = call.await.is(422);
    assert_eq!(
        (answer.fields(""), answer.fields("/errors/0")),
        (texts(&["errors"]), texts(&["field", "message", "rule"]))
    );
    let errors = answer.at("/errors");
    errors.as_array().expect("a list").iter().map(|wrong| wrong["field"].as_str().expect("a name").to_owned()).collect()
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Whether a text is an instant as the identity API writes it: `2026-01-15T10:30:00.000Z`.
pub(crate) fn is_instant(text: &str) -> bool {
    let shape: String = text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect();
    shape == "9999-99-99T99:99:99.999Z"
}
