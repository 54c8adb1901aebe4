//! Who may do what in a project: the matrix of the contract (identity §12.1), and who comes and goes.

use crate::crew::{Crew, NIL, PROJECT, refused, wrong_fields};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const LOW: &str = "INSUFFICIENT_ROLE";
const OUT: &str = "NOT_PROJECT_MEMBER";

/// A method, a path below the project, a body, and what it means for the owner, an admin, a member and an outsider: a
/// status where they may, a code where they may not. `#` stands for who asks, `nil` for what nothing is called.
type Rule = (&'static str, &'static str, &'static str, [&'static str; 4]);

const MATRIX: &[Rule] = &[
    ("GET", "", "", ["200", "200", "200", OUT]),
    ("PATCH", "", r#"{"name": "New #"}"#, ["200", "200", LOW, OUT]),
    ("GET", "/members", "", ["200", "200", "200", OUT]),
    ("POST", "/members", r#"{"email": "no-such-#@example.org"}"#, ["USER_NOT_FOUND", "USER_NOT_FOUND", LOW, OUT]),
    ("PATCH", "/members/nil", "{}", ["MEMBER_NOT_FOUND", "MEMBER_NOT_FOUND", LOW, OUT]),
    ("DELETE", "/members/nil", "", ["MEMBER_NOT_FOUND", "MEMBER_NOT_FOUND", LOW, OUT]),
    ("GET", "/permissions", "", ["200", "200", "200", OUT]),
    ("POST", "/permissions", r#"{"key": "can_#", "display_name": "Can"}"#, ["201", "201", LOW, OUT]),
    ("PATCH", "/permissions/nil", "{}", ["PERMISSION_NOT_FOUND", "PERMISSION_NOT_FOUND", LOW, OUT]),
    ("DELETE", "/permissions/nil", "", ["PERMISSION_NOT_FOUND", "PERMISSION_NOT_FOUND", LOW, OUT]),
    ("GET", "/invites", "", ["200", "200", LOW, OUT]),
    ("POST", "/invites", r#"{"email": "guest-#@example.org"}"#, ["201", "201", LOW, OUT]),
    ("DELETE", "/invites/nil", "", ["INVITE_NOT_FOUND", "INVITE_NOT_FOUND", LOW, OUT]),
    ("POST", "/transfer-ownership", r#"{"new_owner_id": "nil"}"#, ["NOT_A_MEMBER", LOW, LOW, OUT]),
    ("DELETE", "", "", ["", LOW, LOW, OUT]),
];

#[test]
fn what_one_may_do_in_a_project_goes_by_ones_role_there() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let people = [&crew.owner, &crew.admin, &crew.member, &crew.outsider];
        for (method, below, body, expected) in MATRIX {
            for (at, (person, wanted)) in people.into_iter().zip(expected).enumerate() {
                if wanted.is_empty() {
                    continue;
                }
                let below = below.replace("nil", NIL);
                let body = body.replace('#', &at.to_string()).replace("nil", NIL);
                let mut call = person.call(method, &crew.path(&below));
                if !body.is_empty() {
                    call = call.body("application/json", body);
                }
                let answer = call.await;
                let told = if answer.status < 300 { answer.status.to_string() } else { answer.text("/code") };
                assert_eq!(told, *wanted, "{answer:?}");
            }
        }
    });
}

#[test]
fn everyone_joins_a_public_project_once_with_its_default_permissions() {
    on_each_gateway(async |gateway| {
        let crew = Crew::public(gateway).await;
        let _ = crew.permit("read_docs", true).await;
        let _ = crew.permit("can_deploy", false).await;
        let joined = crew.outsider.call("POST", &crew.path("/join")).await.is(200);
        assert_eq!(joined.fields(""), ["created_at", "id", "permissions", "role", "user", "user_id"]);
        assert_eq!((joined.text("/role"), joined.text("/user/email")), ("member".into(), crew.outsider.email.clone()));
        assert_eq!(joined.at("/permissions"), json!(["read_docs"]));
        assert_eq!(joined.json(), crew.seat(&crew.outsider).await);
        for member in [&crew.owner, &crew.outsider] {
            let _ = refused(member.call("POST", &crew.path("/join/")), 400, "ALREADY_MEMBER").await;
        }
        let private = Crew::private(gateway).await;
        let _ = refused(private.outsider.call("POST", &private.path("/join")), 403, "PROJECT_PRIVATE").await;
        let _ = refused(private.member.call("POST", &private.path("/join")), 400, "ALREADY_MEMBER").await;
        let _ = refused(private.member.call("POST", "/projects/no-such/join"), 404, "PROJECT_NOT_FOUND").await;
    });
}

#[test]
fn everyone_leaves_but_the_owner() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let leave = crew.path("/leave");
        let _ = refused(crew.owner.delete(&leave), 400, "OWNER_CANNOT_LEAVE").await;
        let _ = refused(crew.outsider.delete(&leave), 403, OUT).await;
        let _ = refused(crew.outsider.delete("/projects/no-such/leave"), 404, "PROJECT_NOT_FOUND").await;
        for person in [&crew.admin, &crew.member] {
            assert_eq!(person.delete(&leave).await.is(200).fields(""), ["message"]);
            let _ = refused(person.get(&crew.path("")), 403, OUT).await;
            let _ = refused(person.delete(&leave), 403, OUT).await;
        }
    });
}

#[test]
fn the_owner_hands_a_project_over_to_a_member_and_becomes_an_admin() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path("/transfer-ownership");
        let to = |id: &str| json!({ "new_owner_id": id });
        let _ = refused(crew.owner.post(&path, &to(&crew.owner.id)), 400, "CANNOT_TRANSFER_TO_SELF").await;
        let _ = refused(crew.owner.post(&path, &to(&crew.outsider.id)), 400, "NOT_A_MEMBER").await;
        let _ = refused(crew.admin.post(&path, &to(&crew.admin.id)), 403, LOW).await;
        for body in [json!({}), to("x"), json!({ "new_owner_id": 7 }), json!({ "new_owner_id": null })] {
            assert_eq!(wrong_fields(crew.owner.post(&path, &body)).await, ["new_owner_id"]);
        }
        let handed = crew.owner.post(&path, &to(&crew.member.id)).await.is(200);
        assert_eq!(
            (handed.fields(""), handed.text("/owner_id")),
            (PROJECT.map(str::to_owned).into(), crew.member.id.clone())
        );
        assert_eq!(crew.owner.get(&crew.path("")).await.is(200).text("/role"), "admin");
        assert_eq!(crew.member.get(&crew.path("")).await.is(200).text("/role"), "owner");
        let _ = refused(crew.owner.post(&path, &to(&crew.owner.id)), 403, LOW).await;
        let seat = crew.seat(&crew.owner).await["id"].as_str().expect("an id").to_owned();
        let back = crew.member.post(&path, &to(&seat)).await.is(200);
        assert_eq!(back.text("/owner_id"), crew.owner.id, "the id of a seat is understood too");
        let _ = crew.member.delete(&crew.path("/leave")).await.is(200);
    });
}
