//! `/api/v1/workspaces/{id}/invites`.

use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, Tenant, on_each_gateway};
use serde_json::{Value, json};

const INVITE: [&str; 7] = ["created_at", "email", "expires_at", "id", "is_expired", "redirect_url", "role"];

async fn invite(tenant: &Tenant, email: &str, role: &str) {
    let _ = tenant.owner.post(&tenant.path("/invites"), &json!({ "email": email, "role": role })).await.is(201);
}

#[test]
fn an_invite_is_made_and_shown_without_its_token_which_only_the_mail_carries() {
    on_each_gateway(async |gateway| {
        let (tenant, guest) = (gateway.tenant().await, gateway.person("guest").await);
        let made = tenant.key.post(&tenant.path("/invites"), &json!({ "email": guest.email })).await.is(201);
        assert_eq!((made.fields(""), made.fields("/data")), (texts(&["data", "message"]), texts(&INVITE)));
        assert_eq!((made.text("/data/email"), made.text("/data/role")), (guest.email.clone(), "member".to_owned()));
        assert_eq!((made.at("/data/redirect_url"), made.at("/data/is_expired")), (Value::Null, json!(false)));
        assert!(is_instant(&made.text("/data/created_at")) && is_instant(&made.text("/data/expires_at")));
        let listed = tenant.owner.get(&tenant.path("/invites")).await.is(200);
        assert_eq!(
            (listed.fields(""), listed.at("/data")),
            (texts(&["data", "links", "meta"]), json!([made.at("/data")]))
        );
        let token = gateway.letter_to(&guest.email).await.token();
        assert!(!String::from_utf8_lossy(&listed.body).contains(&token));
    });
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_invited_see_the_workspace_and_take_the_seat_in_it() {
    on_each_gateway(async |gateway| {
        let (tenant, guest) = (gateway.tenant().await, gateway.person("guest").await);
        invite(&tenant, &guest.email, "admin").await;
        let token = gateway.letter_to(&guest.email).await.token();
        let seen = gateway.nobody().get(&format!("/invites/{token}")).await.is(200);
        assert_eq!(seen.at("/workspace"), json!({ "name": "Tenant", "slug": tenant.slug }));
        assert_eq!((seen.at("/project"), seen.text("/role")), (Value::Null, "admin".to_owned()));
        let _ = guest.get(&tenant.path("")).await.is(404);
        let accepted = guest.call("POST", &format!("/invites/{token}/accept")).await.is(200);
        let told = json!({ "project_slug": null, "workspace_slug": tenant.slug, "redirect_url": null });
        assert_eq!(accepted.json(), told);
        assert_eq!(guest.get("/api/v1/me").await.is(200).text("/data/role"), "admin");
        assert_eq!(tenant.owner.get(&tenant.path("/invites")).await.is(200).number("/meta/total"), 0);
    });
}

#[test]
fn whom_one_cannot_invite_is_said() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (admin, member) = (tenant.member(gateway, "admin").await, tenant.member(gateway, "member").await);
        let path = tenant.path("/invites");
        let to = |email: &str, role: &str| json!({ "email": email, "role": role });
        invite(&tenant, "guest@example.org", "viewer").await;
        let twice = admin.post(&path, &to("GUEST@example.org", "viewer")).await.is(400);
        assert_eq!((twice.text("/error"), twice.text("/code")), both("invite_already_exists"));
        let there = admin.post(&path, &to(&member.email, "viewer")).await.is(400);
        assert_eq!((there.text("/error"), there.text("/code")), both("already_member"));
        let owner = admin.post(&path, &to("new@example.org", "owner")).await.is(403);
        assert_eq!((owner.text("/error"), owner.text("/code")), ("access_denied".into(), "forbidden_role".into()));
        let _ = member.post(&path, &to("new@example.org", "viewer")).await.is(403);
        assert_eq!(admin.post(&path, &to("no address", "viewer")).await.is(422).fields("/errors"), ["email"]);
        assert_eq!(admin.post(&path, &to("new@example.org", "king")).await.is(422).fields("/errors"), ["role"]);
        assert_eq!(admin.post(&path, &json!({})).await.is(422).fields("/errors"), ["email"]);
        let away = json!({ "email": "new@example.org", "redirect_url": "//example.com" });
        assert_eq!(admin.post(&path, &away).await.is(422).fields("/errors"), ["redirect_url"]);
        invite(&tenant, "new@example.org", "owner").await;
    });
}

fn both(code: &str) -> (String, String) {
    (code.to_owned(), code.to_owned())
}

#[test]
fn the_list_paginates_sorts_and_narrows() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for (email, role) in [("b@example.org", "viewer"), ("c@example.org", "admin"), ("a@example.com", "member")] {
            invite(&tenant, email, role).await;
        }
        let emails = async |query: &str| {
            let listed = tenant.owner.get(&tenant.path(&format!("/invites?{query}"))).await.is(200);
            let data = listed.at("/data");
            let names = data
                .as_array()
                .expect("a list")
                .iter()
                .map(|item| item["email"].as_str().expect("a text")[..1].to_owned());
            (names.collect::<String>(), listed.number("/meta/total"))
        };
        assert_eq!(emails("").await, ("acb".to_owned(), 3), "the newest first");
        assert_eq!(emails("sort=email&per_page=2").await, ("ab".to_owned(), 3));
        assert_eq!(emails("sort=email&per_page=2&page=2").await, ("c".to_owned(), 3));
        assert_eq!(emails("sort=-role").await, ("cab".to_owned(), 3));
        assert_eq!(emails("search=EXAMPLE.ORG&sort=created_at").await, ("bc".to_owned(), 2));
        assert_eq!(emails("status=pending&created_before=2000-01-01").await, (String::new(), 0));
        assert_eq!(emails("status=expired").await, (String::new(), 0));
        for wrong in ["sort=color", "status=gone", "created_after=soon"] {
            let _ = tenant.owner.get(&tenant.path(&format!("/invites?{wrong}"))).await.is(422);
        }
        let shown = tenant.owner.get(&tenant.path("/invites?fields=email")).await.is(200);
        assert_eq!(shown.fields("/data/0"), ["email"]);
    });
}

#[test]
fn a_cancelled_invite_is_gone() {
    on_each_gateway(async |gateway| {
        let (tenant, guest) = (gateway.tenant().await, gateway.person("guest").await);
        invite(&tenant, &guest.email, "member").await;
        let token = gateway.letter_to(&guest.email).await.token();
        let id = tenant.owner.get(&tenant.path("/invites")).await.is(200).text("/data/0/id");
        let path = tenant.path(&format!("/invites/{id}"));
        let other = gateway.tenant().await;
        let _ = other.owner.delete(&path).await.is(404);
        let _ = other.owner.delete(&other.path(&format!("/invites/{id}"))).await.is(404);
        assert!(tenant.owner.delete(&path).await.is(204).body.is_empty());
        for path in [&path, &tenant.path("/invites/x")] {
            assert_eq!(tenant.owner.delete(path).await.is(404).text("/code"), "invite_not_found");
        }
        let _ = gateway.nobody().get(&format!("/invites/{token}")).await.is(404);
        assert_eq!(tenant.owner.get(&tenant.path("/invites")).await.is(200).number("/meta/total"), 0);
    });
}
