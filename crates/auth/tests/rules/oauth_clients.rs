//! Who may register clients, and how a client shows who it is.

use crate::house::secret;
use crate::oauth::{App, CALLBACK, Inn, PRIVATE_PROJECT, new_client, said};
use mainstay_auth::{
    AuthMethod, ClientAuthentication, ClientChange, ClientKind, ClientOwner, ClientService as _, NewClient, OAuthError,
    ProviderService as _, TokenRequest,
};
use mainstay_kernel::{Fault as _, FieldError, Kind, UserId};
use mainstay_testkit::on_each_database;
use uuid::Uuid;

fn for_itself() -> TokenRequest {
    TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() }
}

fn fields(error: OAuthError) -> Vec<(String, String)> {
    let OAuthError::InvalidFields(fields) = error else { panic!("{error:?}") };
    fields.into_iter().map(|FieldError { field, rule, .. }| (field, rule)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_a_name_of_32_hex_digits_and_a_secret_of_64_once() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        inn.house.events().await;
        let App { client, secret } = inn.server().await;
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        assert!(client.client_id.len() == 32 && is_hex(&client.client_id), "{}", client.client_id);
        assert!(secret.is_some_and(|secret| secret.expose().len() == 64 && is_hex(secret.expose())));
        assert_eq!((client.kind(), client.method), (ClientKind::Confidential, AuthMethod::SecretBasic));
        assert_eq!(inn.clients.list(inn.mine()).await.expect("a list"), std::slice::from_ref(&client));
        assert_eq!(inn.clients.get(inn.mine(), client.id).await.expect("the client"), client);
        let known = inn.clients.public(&client.client_id).await.expect("a look").expect("the client");
        assert_eq!(known.name, "Difference Engine");

        let told = inn.house.events().await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].name, "oauth_client.created");
        assert_eq!(told[0].data["client_id"], client.client_id);
        assert_eq!(told[0].data["created_by"], inn.login.person.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_client_is_told_at_once() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let create = async |name: &str, uris: &[&str]| {
            let redirect_uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
            let new = NewClient { name: name.to_owned(), redirect_uris, ..NewClient::default() };
            inn.clients.create(inn.mine(), inn.login.person, new).await
        };
        let of = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
        let both = create(" ", &[CALLBACK, "javascript:alert(1)", "http://app.example.com"]).await;
        assert_eq!(
            fields(both.expect_err("a refusal")),
            [of("name", "required"), of("redirect_uris.1", "url"), of("redirect_uris.2", "url")]
        );
        let long = create(&"ä".repeat(101), &[]).await.expect_err("a refusal");
        assert_eq!(fields(long), [of("name", "maxLength"), of("redirect_uris", "required")]);
        let many = create("Engine", &[CALLBACK; 11]).await.expect_err("a refusal");
        assert_eq!(fields(many), [of("redirect_uris", "maxLength")]);
        create(&"ä".repeat(100), &[CALLBACK; 10]).await.expect("a client");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_nobodys_but_its_owners() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let client = inn.server().await.client;
        let others = [ClientOwner::Personal(UserId(Uuid::from_u128(9))), ClientOwner::Project(PRIVATE_PROJECT)];
        for other in others {
            assert_eq!(inn.clients.list(other).await.expect("a list"), []);
            let change = ClientChange { name: Some("Mine".to_owned()), ..ClientChange::default() };
            let refusals = [
                inn.clients.get(other, client.id).await.expect_err("a refusal"),
                inn.clients.update(other, client.id, change).await.expect_err("a refusal"),
                inn.clients.rotate_secret(other, client.id).await.expect_err("a refusal"),
                inn.clients.delete(other, client.id).await.expect_err("a refusal"),
            ];
            for refusal in refusals {
                assert_eq!((refusal.kind(), refusal.code()), (Kind::NotFound, "client_not_found"));
            }
        }
        assert_eq!(inn.clients.get(inn.mine(), client.id).await.expect("the client"), client);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_what_it_does_not_name_and_is_told() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let client = inn.server().await.client;
        inn.house.events().await;
        let renamed = ClientChange { name: Some(" Analytical Engine ".to_owned()), ..ClientChange::default() };
        let renamed = inn.clients.update(inn.mine(), client.id, renamed).await.expect("a client");
        assert_eq!((renamed.name.as_str(), &renamed.redirect_uris), ("Analytical Engine", &client.redirect_uris));
        let moved =
            ClientChange { redirect_uris: Some(vec!["https://b.example.com".to_owned()]), ..ClientChange::default() };
        let moved = inn.clients.update(inn.mine(), client.id, moved).await.expect("a client");
        assert_eq!(
            (moved.name.as_str(), moved.redirect_uris),
            ("Analytical Engine", vec!["https://b.example.com".into()])
        );
        let spoilt = ClientChange { redirect_uris: Some(vec!["com.example:/".to_owned()]), ..ClientChange::default() };
        inn.clients.update(inn.mine(), client.id, spoilt).await.expect_err("a scheme for public clients");
        let told: Vec<_> = inn.house.events().await.into_iter().map(|event| event.name).collect();
        assert_eq!(told, ["oauth_client.updated", "oauth_client.updated"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_has_a_hundred_clients_and_no_more() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for _ in 0..100 {
            inn.server().await;
        }
        let refused = inn.clients.create(inn.mine(), inn.login.person, new_client(CALLBACK, true)).await;
        assert_eq!(refused.expect_err("a refusal").code(), "too_many_clients");
        let first = inn.clients.list(inn.mine()).await.expect("a list").remove(0);
        inn.clients.delete(inn.mine(), first.id).await.expect("a deletion");
        inn.server().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shows_its_secret_in_the_header_or_the_body_and_nothing_else_will_do() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (server, phone) = (inn.server().await, inn.phone().await);
        let client_id = server.client.client_id.clone();
        let right = server.secret.clone().expect("a secret");
        let basic = |client_id: &str, secret| ClientAuthentication::Basic { client_id: client_id.to_owned(), secret };
        let post = |client_id: &str, secret| ClientAuthentication::Post { client_id: client_id.to_owned(), secret };
        for good in [basic(&client_id, right.clone()), post(&client_id, right.clone())] {
            inn.provider.token(&good, for_itself()).await.expect("tokens");
        }
        let wrong = ("invalid_client", "Invalid client credentials".to_owned());
        let other = inn.server().await.secret.expect("a secret");
        for bad in [
            basic(&client_id, other.clone()),
            post(&client_id, secret("")),
            post(&client_id, secret(&right.expose().to_uppercase())),
            ClientAuthentication::None { client_id: client_id.clone() },
            post(&phone.client.client_id, secret("")),
            basic("0123456789abcdef0123456789abcdef", right.clone()),
        ] {
            assert_eq!(said(inn.provider.token(&bad, for_itself()).await), wrong, "{bad:?}");
        }
        let unknown = ("invalid_client", "Invalid client_id".to_owned());
        for stranger in ["0123456789abcdef0123456789abcdef", "", &client_id.to_uppercase()] {
            assert_eq!(said(inn.provider.token(&post(stranger, right.clone()), for_itself()).await), unknown);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_voids_the_old_one_at_once_and_on_every_node() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let server = inn.server().await;
        inn.provider.token(&server.shows(), for_itself()).await.expect("tokens");
        let mut changes = inn.house.changes().await;
        let elsewhere = inn.house.another_node().await;
        let there = mainstay_auth::Clients::new(elsewhere);
        let new = there.rotate_secret(inn.mine(), server.client.id).await.expect("a secret");
        changes.catch_up(&inn.house.database).await.expect("the changes");
        let refused = inn.provider.token(&server.shows(), for_itself()).await;
        assert_eq!(said(refused).0, "invalid_client");
        let renewed = App { client: server.client.clone(), secret: Some(new) };
        inn.provider.token(&renewed.shows(), for_itself()).await.expect("tokens");

        let phone = inn.phone().await.client;
        let refused = inn.clients.rotate_secret(inn.mine(), phone.id).await.expect_err("a refusal");
        assert_eq!(refused.code(), "client_has_no_secret");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_kept_or_told() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let App { client, secret } = inn.server().await;
        let secret = secret.expect("a secret");
        let kept = inn.house.store.client_called(client.client_id).await.expect("a look").expect("the client");
        let bytes = format!("{:?}", secret.expose().as_bytes());
        for shown in [format!("{kept:?}"), format!("{secret:?}")] {
            assert!(!shown.contains(secret.expose()) && !shown.contains(&bytes), "{shown}");
        }
        for event in inn.house.events().await {
            assert!(!event.data.to_string().contains(secret.expose()), "{}", event.name);
        }
    })
    .await;
}
