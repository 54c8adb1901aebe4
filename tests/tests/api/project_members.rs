//! `/projects/{slug}/members`.

use crate::crew::{Crew, NIL, is_instant, refused, wrong_fields};
use mainstay_testkit::gateway::{Actor as _, Person, on_each_gateway};
use serde_json::{Value, json};

const MEMBER: [&str; 6] = ["created_at", "id", "permissions", "role", "user", "user_id"];

#[test]
fn members_are_listed_with_exactly_these_fields_to_members_alone() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        for path in [crew.path("/members"), crew.path("/members/")] {
            let listed = crew.member.get(&path).await.is(200);
            assert_eq!(listed.json().as_array().map(Vec::len), Some(3));
            assert_eq!(
                (listed.fields("/0"), listed.fields("/0/user")),
                (MEMBER.map(str::to_owned).into(), user_fields())
            );
            let roles = [listed.text("/0/role"), listed.text("/1/role"), listed.text("/2/role")];
            assert_eq!(roles, ["owner", "admin", "member"]);
            assert_eq!(
                (listed.text("/0/user_id"), listed.text("/0/user/id")),
                (crew.owner.id.clone(), crew.owner.id.clone())
            );
            assert_eq!(listed.text("/0/user/email"), crew.owner.email);
            assert_eq!(listed.text("/0/user/display_name"), "owner");
            assert!(is_instant(&listed.text("/0/created_at")) && listed.text("/0/id") != crew.owner.id);
        }
        let _ = refused(crew.outsider.get(&crew.path("/members")), 403, "NOT_PROJECT_MEMBER").await;
        let _ = refused(crew.outsider.get("/projects/no-such/members"), 404, "PROJECT_NOT_FOUND").await;
    });
}

fn user_fields() -> Vec<String> {
    ["display_name", "email", "id"].map(str::to_owned).into()
}

#[test]
fn a_person_is_added_at_once_with_what_is_said_or_the_defaults() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let _ = crew.permit("z_default", true).await;
        let _ = crew.permit("can_deploy", false).await;
        let (ada, eve) = (gateway.person("ada").await, gateway.person("eve").await);
        let added =
            crew.admin.post(&crew.path("/members"), &json!({ "email": ada.email.to_uppercase() })).await.is(201);
        assert_eq!((added.fields(""), added.text("/role")), (MEMBER.map(str::to_owned).into(), "member".to_owned()));
        assert_eq!((added.at("/permissions"), added.text("/user_id")), (json!(["z_default"]), ada.id.clone()));
        assert_eq!(ada.get(&crew.path("")).await.is(200).text("/role"), "member");
        let body =
            json!({ "email": eve.email, "role": "admin", "permissions": ["z_default", "can_deploy", "z_default"] });
        let added = crew.owner.post(&crew.path("/members/"), &body).await.is(201);
        assert_eq!(added.text("/role"), "admin");
        assert_eq!(added.at("/permissions"), json!(["can_deploy", "z_default"]), "sorted, each once");
    });
}

#[test]
fn whom_one_cannot_add_is_said() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path("/members");
        let email = &crew.outsider.email;
        let known = json!({ "email": crew.member.email });
        let _ = refused(crew.owner.post(&path, &known), 400, "ALREADY_MEMBER").await;
        let _ =
            refused(crew.owner.post(&path, &json!({ "email": "no-such@example.org" })), 404, "USER_NOT_FOUND").await;
        let admin = json!({ "email": email, "role": "admin" });
        let told = refused(crew.admin.post(&path, &admin), 403, "ONLY_OWNER_ASSIGNS_ADMIN").await;
        assert_eq!(told.text("/error"), "Only owner can assign admin role");
        for (body, field) in [
            (json!({}), "email"),
            (json!({ "email": "no address" }), "email"),
            (json!({ "email": 7 }), "email"),
            (json!({ "email": email, "role": "owner" }), "role"),
            (json!({ "email": email, "role": "king" }), "role"),
            (json!({ "email": email, "role": 7 }), "role"),
            (json!({ "email": email, "permissions": ["unknown"] }), "permissions.0"),
            (json!({ "email": email, "permissions": "unknown" }), "permissions"),
        ] {
            assert_eq!(wrong_fields(crew.owner.post(&path, &body)).await, [field], "{body}");
        }
        let _ = refused(crew.outsider.get(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
    });
}

/// What comes of a change: 200, or a status with a code and, where the contract fixes it, a text.
type Outcome = (u16, &'static str, &'static str);

const DONE: Outcome = (200, "", "");
const LOW: Outcome = (403, "INSUFFICIENT_ROLE", "");
const OWN: Outcome = (403, "CANNOT_CHANGE_OWN_ROLE", "Cannot change your own role");
const OWNERS: Outcome = (400, "CANNOT_CHANGE_OWNER_ROLE", "Cannot change owner role");
const OWNER: Outcome = (403, "ADMIN_CANNOT_EDIT_OWNER", "");
const ADMIN: Outcome = (403, "ADMIN_CANNOT_EDIT_ADMIN", "");
const ASSIGN: Outcome = (403, "ONLY_OWNER_ASSIGNS_ADMIN", "Only owner can assign admin role");

async fn change(actor: &Person, path: &str, body: &Value, (status, code, text): Outcome) {
    let answer = actor.patch(path, body).await.is(status);
    if status == 200 {
        assert_eq!(answer.fields(""), MEMBER);
        return;
    }
    assert_eq!(answer.text("/code"), code, "{answer:?}");
    assert!(text.is_empty() || answer.text("/error") == text, "{answer:?}");
}

#[test]
fn who_changes_what_of_whom_goes_by_the_matrix() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let _ = crew.permit("can_deploy", false).await;
        let (other_admin, other_member) = (gateway.person("admin2").await, gateway.person("member2").await);
        let _ = (crew.add(&other_admin, "admin").await, crew.add(&other_member, "member").await);
        let (owner, admin) = (crew.seat_path(&crew.owner).await, crew.seat_path(&crew.admin).await);
        let (second, member) = (crew.seat_path(&other_admin).await, crew.seat_path(&other_member).await);
        let plain = crew.seat_path(&crew.member).await;
        // For each actor: the target, and what comes of making it an admin, of making it a member, of its permissions.
        let matrix = [
            (&crew.owner, &owner, [OWN, OWN, DONE]),
            (&crew.owner, &second, [DONE, DONE, DONE]),
            (&crew.owner, &member, [DONE, DONE, DONE]),
            (&crew.admin, &owner, [OWNERS, OWNERS, OWNER]),
            (&crew.admin, &second, [ADMIN, ADMIN, ADMIN]),
            (&crew.admin, &member, [ASSIGN, DONE, DONE]),
            (&crew.admin, &admin, [OWN, OWN, DONE]),
            (&crew.member, &owner, [LOW, LOW, LOW]),
            (&crew.member, &second, [LOW, LOW, LOW]),
            (&crew.member, &member, [LOW, LOW, LOW]),
            (&crew.member, &plain, [LOW, LOW, LOW]),
        ];
        for (actor, target, [to_admin, to_member, permissions]) in matrix {
            change(actor, target, &json!({ "role": "admin" }), to_admin).await;
            change(actor, target, &json!({ "role": "member" }), to_member).await;
            change(actor, target, &json!({ "permissions": ["can_deploy"] }), permissions).await;
            if *target == second {
                change(&crew.owner, target, &json!({ "role": "admin", "permissions": [] }), DONE).await;
            }
        }
        let roles = [crew.seat(&crew.owner).await, crew.seat(&other_admin).await, crew.seat(&other_member).await];
        assert_eq!(roles.each_ref().map(|seat| seat["role"].clone()), ["owner", "admin", "member"]);
        assert_eq!(crew.seat(&crew.member).await["permissions"], json!([]));
    });
}

#[test]
fn the_first_reason_to_refuse_a_change_is_the_one_that_is_told() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let king = json!({ "role": "king", "permissions": ["unknown"] });
        let no_member = crew.path(&format!("/members/{NIL}"));
        let unknown = format!("/projects/no-such/members/{NIL}");
        let _ = refused(gateway.nobody().patch(&no_member, &king), 401, "UNAUTHORIZED").await;
        let _ = refused(crew.outsider.patch(&unknown, &king), 404, "PROJECT_NOT_FOUND").await;
        let _ = refused(crew.outsider.patch(&no_member, &king), 403, "NOT_PROJECT_MEMBER").await;
        let _ = refused(crew.member.patch(&no_member, &king), 403, "INSUFFICIENT_ROLE").await;
        let _ = refused(crew.member.patch(&crew.seat_path(&crew.member).await, &king), 403, "INSUFFICIENT_ROLE").await;
        for id in [NIL, "x", &crew.member.id] {
            let path = crew.path(&format!("/members/{id}"));
            let _ = refused(crew.admin.patch(&path, &king), 404, "MEMBER_NOT_FOUND").await;
            let _ = refused(crew.admin.delete(&path), 404, "MEMBER_NOT_FOUND").await;
        }
        let (owner, admin) = (crew.seat_path(&crew.owner).await, crew.seat_path(&crew.admin).await);
        let member = crew.seat_path(&crew.member).await;
        change(&crew.owner, &owner, &king, OWN).await;
        change(&crew.admin, &admin, &king, OWN).await;
        change(&crew.admin, &owner, &king, OWNERS).await;
        change(&crew.admin, &owner, &json!({ "permissions": ["unknown"] }), OWNER).await;
        let assign = json!({ "role": "admin", "permissions": ["unknown"] });
        change(&crew.admin, &member, &assign, ASSIGN).await;
        assert_eq!(wrong_fields(crew.admin.patch(&member, &king)).await, ["role", "permissions.0"]);
        assert_eq!(wrong_fields(crew.owner.patch(&member, &json!({ "role": "owner" }))).await, ["role"]);
        assert_eq!(wrong_fields(crew.outsider.patch(&member, &json!({ "role": 7 }))).await, ["role"]);
        let elsewhere = Crew::private(gateway).await;
        let seat = elsewhere.seat(&elsewhere.member).await["id"].as_str().expect("an id").to_owned();
        let foreign = crew.path(&format!("/members/{seat}"));
        let _ = refused(crew.owner.patch(&foreign, &json!({})), 404, "MEMBER_NOT_FOUND").await;
    });
}

#[test]
fn permissions_replace_the_set_and_are_shown_sorted() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        for key in ["b", "a", "c"] {
            let _ = crew.permit(key, false).await;
        }
        let path = crew.seat_path(&crew.member).await;
        let given = crew.admin.patch(&path, &json!({ "permissions": ["c", "a", "c"] })).await.is(200);
        assert_eq!(given.at("/permissions"), json!(["a", "c"]));
        let replaced = crew.owner.patch(&path, &json!({ "role": "admin", "permissions": ["b"] })).await.is(200);
        assert_eq!((replaced.at("/permissions"), replaced.text("/role")), (json!(["b"]), "admin".to_owned()));
        let demoted = crew.owner.patch(&path, &json!({ "role": "member" })).await.is(200);
        assert_eq!(demoted.at("/permissions"), json!(["b"]), "who is demoted keeps them");
        assert_eq!(crew.owner.patch(&path, &json!({})).await.is(200).json(), demoted.json());
        assert_eq!(crew.owner.patch(&path, &json!({ "permissions": [] })).await.is(200).at("/permissions"), json!([]));
    });
}

#[test]
fn the_owner_removes_everyone_and_an_admin_plain_members() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let other = gateway.person("admin2").await;
        let _ = crew.add(&other, "admin").await;
        let (owner, admin) = (crew.seat_path(&crew.owner).await, crew.seat_path(&crew.admin).await);
        let (second, member) = (crew.seat_path(&other).await, crew.seat_path(&crew.member).await);
        for actor in [&crew.owner, &crew.admin] {
            let _ = refused(actor.delete(&owner), 400, "CANNOT_REMOVE_OWNER").await;
        }
        let _ = refused(crew.admin.delete(&admin), 400, "USE_LEAVE").await;
        let _ = refused(crew.admin.delete(&second), 403, "ADMIN_CANNOT_EDIT_ADMIN").await;
        let _ = refused(crew.member.delete(&member), 403, "INSUFFICIENT_ROLE").await;
        assert_eq!(crew.admin.delete(&member).await.is(200).fields(""), ["message"]);
        let _ = refused(crew.member.get(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
        let _ = refused(crew.admin.delete(&member), 404, "MEMBER_NOT_FOUND").await;
        let _ = crew.owner.delete(&format!("{second}/")).await.is(200);
        let _ = refused(other.get(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
    });
}
