//! What tokens are signed with: ES256 or RS256, as the client chose, and never the one in place of the other.

use crate::house::{House, parts, secret};
use crate::oauth::{App, Inn, new_client, part, said};
use crate::signer::pkcs1;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mainstay_auth::store::SealedKey;
use mainstay_auth::{
    Auth, ClientChange, ClientService as _, Clients, Introspection, LogoutRequest, NewClient, Provider,
    ProviderService as _, SigningAlgorithm, Tokens,
};
use mainstay_kernel::Secret;
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const ALL: [SigningAlgorithm; 2] = SigningAlgorithm::ALL;

async fn app_of(inn: &Inn, id_token_algorithm: SigningAlgorithm) -> App {
    let new = NewClient { id_token_algorithm, ..new_client(crate::oauth::CALLBACK, false) };
    inn.register(inn.mine(), new).await
}

fn id_token(tokens: &Tokens) -> &Secret<String> {
    tokens.id_token.as_ref().expect("an ID token")
}

/// A stored key as it is named, and as whoever has the master key can sign with it.
async fn stolen(house: &House, algorithm: SigningAlgorithm) -> (String, EncodingKey) {
    let SealedKey { kid, sealed_private, .. } = house.sealed_keys(algorithm).await.remove(0);
    let opened = house.keyring.open(&format!("signing key {kid}"), &sealed_private).expect("opened");
    let key = match algorithm {
        SigningAlgorithm::Es256 => EncodingKey::from_ec_der(opened.expose()),
        SigningAlgorithm::Rs256 => EncodingKey::from_rsa_der(&pkcs1(opened.expose())),
    };
    (kid, key)
}

/// Whether an ID token vouches for whoever is logged in.
async fn vouches(inn: &Inn, token: &str) -> bool {
    let request = LogoutRequest { id_token_hint: Some(secret(token)), ..LogoutRequest::default() };
    inn.provider.leave(&request, Some(inn.login)).await.expect("a leave").is_vouched_for
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_is_signed_by_what_its_client_chose_and_an_access_token_by_es256() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for algorithm in ALL {
            let app = app_of(&inn, algorithm).await;
            let tokens = inn.tokens(&app, "openid").await;
            assert_eq!(part(id_token(&tokens), 0)["alg"], algorithm.as_str());
            assert_eq!(part(&tokens.access_token, 0)["alg"], "ES256");
            let again = inn.refresh(&app, tokens.refresh_token.as_ref().expect("a token")).await.expect("tokens");
            assert_eq!(part(id_token(&again), 0)["alg"], algorithm.as_str());
            assert!(vouches(&inn, id_token(&tokens).expose()).await, "either is a hint");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_choose_gets_rs256_and_may_change_its_mind() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let plain = new_client(crate::oauth::CALLBACK, false);
        let new = NewClient { id_token_algorithm: NewClient::default().id_token_algorithm, ..plain };
        let app = inn.register(inn.mine(), new).await;
        assert_eq!(part(id_token(&inn.tokens(&app, "openid").await), 0)["alg"], "RS256");
        let to = ClientChange { id_token_algorithm: Some(SigningAlgorithm::Es256), ..ClientChange::default() };
        inn.clients.update(inn.mine(), app.client.id, to).await.expect("a change");
        assert_eq!(part(id_token(&inn.tokens(&app, "openid").await), 0)["alg"], "ES256");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_by_one_algorithm_is_refused_under_the_name_of_the_other() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = app_of(&inn, SigningAlgorithm::Rs256).await;
        let tokens = inn.tokens(&app, "openid").await;
        let (es, rs) =
            (stolen(&inn.house, SigningAlgorithm::Es256).await, stolen(&inn.house, SigningAlgorithm::Rs256).await);
        let header = |algorithm, typ: &str, kid: &str| Header {
            typ: Some(typ.to_owned()),
            kid: Some(kid.to_owned()),
            ..Header::new(algorithm)
        };
        let (access, id) = (part(&tokens.access_token, 1), part(id_token(&tokens), 1));
        let forged = |typ: &str, claims: &Value| {
            let signed =
                |algorithm, named: &str, key| encode(&header(algorithm, typ, named), claims, key).expect("a token");
            let foreign = [
                signed(Algorithm::ES256, &rs.0, &es.1),
                signed(Algorithm::RS256, &es.0, &rs.1),
                signed(Algorithm::PS256, &rs.0, &rs.1),
                signed(Algorithm::RS512, &rs.0, &rs.1),
            ];
            // The signature of one with the header of the other.
            let (short, long) = (signed(Algorithm::ES256, &es.0, &es.1), signed(Algorithm::RS256, &rs.0, &rs.1));
            let (short_header, short_rest) = short.split_once('.').expect("a header");
            let (long_header, long_rest) = long.split_once('.').expect("a header");
            let swapped = [format!("{short_header}.{long_rest}"), format!("{long_header}.{short_rest}")];
            foreign.into_iter().chain(swapped)
        };
        for token in forged("at+jwt", &access) {
            assert_eq!(said(inn.provider.userinfo(&token).await).0, "invalid_token", "{token}");
            let seen = inn.provider.introspect(&app.shows(), &token).await.expect("an introspection");
            assert_eq!(seen, Introspection::Inactive);
        }
        for token in forged("JWT", &id) {
            assert!(!vouches(&inn, &token).await, "{token}");
        }
        let unspoilt = encode(&header(Algorithm::RS256, "JWT", &rs.0), &id, &rs.1).expect("a token");
        assert!(vouches(&inn, &unspoilt).await, "as it should be, it stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_rsa_is_made_when_it_is_needed_and_of_many_nodes_the_first_ones_stands() {
    on_each_database(async |database| {
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(Auth::open(parts(&database)).await.expect("the service opens"));
        }
        let house = House::empty(database).await;
        assert!(house.sealed_keys(SigningAlgorithm::Rs256).await.is_empty(), "nobody needed one yet");
        let mut tasks = JoinSet::new();
        for node in nodes.iter().chain(&nodes) {
            let node = node.clone();
            tasks.spawn(async move { node.jwks().await.expect("keys").keys });
        }
        let sets: HashSet<String> =
            tasks.join_all().await.iter().map(|keys| serde_json::to_string(keys).expect("JSON")).collect();
        assert_eq!(sets.len(), 1, "all publish the same");
        assert_eq!(house.sealed_keys(SigningAlgorithm::Rs256).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_read_the_keys_knows_the_first_key_that_another_makes_later() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = app_of(&inn, SigningAlgorithm::Rs256).await;
        let another = inn.house.another_node().await;
        let there = Inn {
            provider: Arc::new(Provider::new(Arc::clone(&another), Arc::new(inn.projects.clone()))),
            clients: Clients::new(another),
            ..inn
        };
        let tokens = there.tokens(&app, "openid").await;
        let here = Provider::new(Arc::clone(&there.house.auth), Arc::new(there.projects.clone()));
        let request = LogoutRequest { id_token_hint: tokens.id_token.clone(), ..LogoutRequest::default() };
        assert!(here.leave(&request, Some(there.login)).await.expect("a leave").is_vouched_for);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_makes_each_key_ahead_and_replaces_it_after_90_days_with_overlap() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let job = inn.house.auth.key_rotation();
        let counts = async || {
            let of = async |algorithm| inn.house.sealed_keys(algorithm).await.len();
            (of(SigningAlgorithm::Es256).await, of(SigningAlgorithm::Rs256).await)
        };
        job.run(&json!({})).await.expect("a run");
        assert_eq!(counts().await, (1, 1), "made ahead");
        inn.house.clock.advance(Duration::from_hours(90 * 24).saturating_sub(Duration::from_secs(1)));
        job.run(&json!({})).await.expect("a run");
        assert_eq!(counts().await, (1, 1), "not yet");
        inn.house.clock.advance(Duration::from_secs(1));
        job.run(&json!({})).await.expect("a run");
        job.run(&json!({})).await.expect("a run");
        assert_eq!(counts().await, (2, 2), "once each");
        let keys = inn.house.sealed_keys(SigningAlgorithm::Rs256).await;
        assert_eq!(keys[0].retired_at, Some(keys[1].signs_from), "one signs until the other does");
        assert_eq!(inn.house.auth.jwks().await.expect("keys").keys.len(), 4, "all are public");
    })
    .await;
}
