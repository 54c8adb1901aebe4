//! `/projects/{slug}/clients`, and what a client of a project learns.

use crate::crew::{Crew, NIL, refused, wrong_fields};
use crate::oauth_app::{App, BACK};
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway};
use serde_json::json;

async fn app(crew: &Crew, gateway: &Gateway) -> App {
    let body = json!({ "name": "Ours", "redirect_uri": BACK });
    App::made(gateway, &crew.admin.post(&crew.path("/clients"), &body).await.is(201))
}

#[test]
fn a_client_of_a_project_is_made_and_listed_by_those_who_run_it() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let body = json!({ "name": "Ours", "redirect_uri": BACK });
        let made = crew.admin.post(&crew.path("/clients/"), &body).await.is(201);
        assert_eq!(made.fields(""), ["client_id", "client_secret", "id", "name", "project_id", "redirect_uri"]);
        let project = crew.owner.get(&crew.path("")).await.is(200).text("/id");
        let listed = crew.owner.get(&crew.path("/clients")).await.is(200);
        let fields = ["clientId", "createdAt", "id", "name", "postLogoutRedirectUris", "projectId", "redirectUri"];
        assert_eq!(listed.fields("/0"), [&fields[..], &["updatedAt", "userId"]].concat());
        assert_eq!((made.text("/project_id"), listed.text("/0/projectId")), (project.clone(), project));
        assert_eq!(listed.text("/0/id"), made.text("/id"));
        assert_eq!(crew.admin.get("/oauth/clients").await.is(200).json(), json!([]), "it is the project's");
        let own = crew.admin.get(&format!("/oauth/clients/{}", made.text("/id"))).await.is(404);
        assert_eq!(own.text("/code"), "CLIENT_NOT_FOUND");
    });
}

#[test]
fn members_and_others_do_not_see_to_the_clients_of_a_project() {
    on_each_gateway(async |gateway| {
        let (private, public) = (Crew::private(gateway).await, Crew::public(gateway).await);
        for crew in [&private, &public] {
            let path = crew.path("/clients");
            let one = format!("{path}/{}", app(crew, gateway).await.id);
            for (person, code) in [(&crew.member, "INSUFFICIENT_ROLE"), (&crew.outsider, "NOT_PROJECT_MEMBER")] {
                let _ = refused(person.get(&path), 403, code).await;
                let _ = refused(person.post(&path, &json!({ "name": "X", "redirect_uri": BACK })), 403, code).await;
                let _ = refused(person.get(&one), 403, code).await;
                let _ = refused(person.delete(&one), 403, code).await;
                let _ = refused(person.call("POST", &format!("{one}/rotate-secret")), 403, code).await;
            }
        }
        let foreign = public.path(&format!("/clients/{}", app(&private, gateway).await.id));
        for path in [foreign, public.path(&format!("/clients/{NIL}")), public.path("/clients/x")] {
            let _ = refused(public.owner.get(&path), 404, "CLIENT_NOT_FOUND").await;
            let _ = refused(public.owner.patch(&path, &json!({})), 404, "CLIENT_NOT_FOUND").await;
            let _ = refused(public.owner.delete(&path), 404, "CLIENT_NOT_FOUND").await;
        }
        let wrong = private.owner.post(&private.path("/clients"), &json!({ "name": "", "redirect_uri": "x" }));
        assert_eq!(wrong_fields(wrong).await.len(), 2);
    });
}

#[test]
fn those_who_run_a_project_change_its_clients_renew_their_secrets_and_end_them() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let app = app(&crew, gateway).await;
        let path = crew.path(&format!("/clients/{}", app.id));
        let renamed = crew.owner.patch(&path, &json!({ "name": "Theirs" })).await.is(200);
        assert_eq!((renamed.text("/name"), renamed.at("/redirectUris")), ("Theirs".into(), json!([BACK])));
        let tokens = app.tokens(&crew.member, "").await;
        let rotated = crew.admin.call("POST", &format!("{path}/rotate-secret")).await.is(200);
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(401);
        let renewed = App::made(gateway, &rotated);
        let _ = renewed.refresh(&tokens.text("/refresh_token")).await.is(200);
        assert_eq!(crew.owner.delete(&path).await.is(200).fields(""), ["message"]);
        let _ = renewed.userinfo(&tokens.text("/access_token")).await.is(401);
    });
}

#[test]
fn only_members_log_in_to_a_client_of_a_private_project() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let app = app(&crew, gateway).await;
        let shut = crew.outsider.get(&app.question("")).await.is(403);
        assert_eq!((shut.text("/error"), shut.text("/code")), ("access_denied".into(), "NOT_PROJECT_MEMBER".into()));
        let _ = app.tokens(&crew.member, "").await;
        let _ = crew.owner.patch(&crew.path(""), &json!({ "is_public": true })).await.is(200);
        let _ = app.tokens(&crew.outsider, "").await;
    });
}

#[test]
fn a_client_of_a_project_learns_what_a_person_is_there_for_as_long_as_they_are() {
    on_each_gateway(async |gateway| {
        let crew = Crew::public(gateway).await;
        let app = app(&crew, gateway).await;
        let _ = crew.permit("can_deploy", false).await;
        let seat = crew.seat_path(&crew.member).await;
        let _ = crew.owner.patch(&seat, &json!({ "permissions": ["can_deploy"] })).await.is(200);
        let access = app.tokens(&crew.member, "&scope=openid%20project:read").await.text("/access_token");
        let known = app.userinfo(&access).await.is(200);
        let project = crew.owner.get(&crew.path("")).await.is(200);
        let due = json!({
            "project_id": project.text("/id"), "project_name": "Rocket", "project_slug": crew.slug(),
            "role": "member", "permissions": ["can_deploy"]
        });
        assert_eq!(known.at("/project"), due);
        let outsider = app.tokens(&crew.outsider, "&scope=project:read").await.text("/access_token");
        assert_eq!(app.userinfo(&outsider).await.is(200).fields(""), ["id", "sub"]);
        let _ = crew.member.delete(&crew.path("/leave")).await.is(200);
        assert_eq!(app.userinfo(&access).await.is(200).fields(""), ["id", "sub"]);
    });
}
