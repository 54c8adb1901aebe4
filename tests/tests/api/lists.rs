//! The conventions that all lists share, on the list of workspaces.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway};
use serde_json::{Value, json};

/// Somebody with exactly these workspaces beside their first one, and a key that sees them.
async fn with_workspaces(gateway: &Gateway, names: &[&str]) -> KeyHolder {
    let tenant = gateway.tenant().await;
    for name in names {
        let _ = tenant.key.post("/api/v1/workspaces", &json!({ "name": name })).await.is(201);
    }
    let _ = tenant.key.patch(&tenant.path(""), &json!({ "name": "Zero" })).await.is(200);
    tenant.key
}

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.at("/data");
    let name = |item: &Value| item["name"].as_str().expect("a name").to_owned();
    items.as_array().expect("a list").iter().map(name).collect()
}

async fn list(key: &KeyHolder, query: &str) -> Answer {
    key.get(&format!("/api/v1/workspaces?{query}")).await.is(200)
}

#[test]
fn a_list_comes_in_pages_that_know_their_place_and_their_neighbours() {
    on_each_gateway(async |gateway| {
        let key = with_workspaces(gateway, &["Quincunx"; 26]).await;
        let first = list(&key, "").await;
        let meta = json!({ "current_page": 1, "from": 1, "last_page": 2, "per_page": 25, "to": 25, "total": 27 });
        assert_eq!(first.at("/meta"), meta);
        let page = |number: u8, rest: &str| format!("{}/api/v1/workspaces{rest}page={number}", gateway.url());
        let links = json!({ "first": page(1, "?"), "last": page(2, "?"), "prev": null, "next": page(2, "?") });
        assert_eq!(first.at("/links"), links);

        let second = list(&key, "search=quincunx&page=2&per_page=10").await;
        let meta = json!({ "current_page": 2, "from": 11, "last_page": 3, "per_page": 10, "to": 20, "total": 26 });
        assert_eq!(second.at("/meta"), meta);
        assert_eq!(second.text("/links/next"), page(3, "?search=quincunx&per_page=10&"));
        let next = second.text("/links/next");
        let followed = key.get(next.strip_prefix(gateway.url()).expect("the same place")).await.is(200);
        assert_eq!(followed.number("/meta/from"), 21);

        let beyond = list(&key, "page=9").await;
        assert_eq!(
            (beyond.at("/data"), beyond.at("/meta/from"), beyond.at("/meta/to")),
            (json!([]), json!(null), json!(null))
        );
        assert_eq!(beyond.number("/meta/last_page"), 2);
    });
}

#[test]
fn the_size_of_a_page_is_held_between_one_and_a_hundred() {
    on_each_gateway(async |gateway| {
        let key = with_workspaces(gateway, &["a", "b"]).await;
        for (asked, given) in [("1000", 100), ("100", 100), ("1", 1), ("0", 1), ("-5", 1)] {
            assert_eq!(list(&key, &format!("per_page={asked}")).await.number("/meta/per_page"), given);
        }
        assert_eq!(list(&key, "page=0").await.number("/meta/current_page"), 1);
        assert_eq!(list(&key, "page=9223372036854775807&per_page=100").await.at("/data"), json!([]));
        for query in ["page=x", "per_page=1.5", "page=99999999999999999999"] {
            let name = query.split('=').next().expect("a name");
            let wrong = key.get(&format!("/api/v1/workspaces?{query}")).await.is(422);
            assert_eq!(wrong.fields("/errors"), [name]);
        }
    });
}

#[test]
fn a_list_is_sorted_by_the_columns_asked_for_and_else_newest_first() {
    on_each_gateway(async |gateway| {
        let key = with_workspaces(gateway, &["Two", "One", "Two"]).await;
        assert_eq!(names(&list(&key, "").await), ["Two", "One", "Two", "Zero"]);
        assert_eq!(names(&list(&key, "sort=name").await), ["One", "Two", "Two", "Zero"]);
        let sorted = list(&key, "sort=-name,id").await;
        assert_eq!(names(&sorted), ["Zero", "Two", "Two", "One"]);
        assert!(sorted.number("/data/1/id") < sorted.number("/data/2/id"));
        let other = list(&key, "sort=-name,-id").await;
        assert!(other.number("/data/1/id") > other.number("/data/2/id"));
        for query in ["sort=color", "sort=name,color", "sort=--name", "sort=settings"] {
            let wrong = key.get(&format!("/api/v1/workspaces?{query}")).await.is(422);
            assert_eq!(wrong.fields("/errors"), ["sort"]);
        }
    });
}

#[test]
fn a_search_finds_any_part_of_a_name_whatever_its_case_and_takes_no_wildcards() {
    on_each_gateway(async |gateway| {
        let key = with_workspaces(gateway, &["Alpha 100%", "alphabet", "Beta_x", "Betaax"]).await;
        assert_eq!(names(&list(&key, "search=ALPHA&sort=name").await), ["Alpha 100%", "alphabet"]);
        assert_eq!(names(&list(&key, "search=100%25").await), ["Alpha 100%"]);
        assert_eq!(names(&list(&key, "search=a_x").await), ["Beta_x"]);
        assert_eq!(names(&list(&key, "search=%27%3B--").await), [""; 0]);
    });
}

#[test]
fn dates_and_states_narrow_a_list_and_wrong_ones_are_named() {
    on_each_gateway(async |gateway| {
        let key = with_workspaces(gateway, &["a"]).await;
        for column in ["created", "updated"] {
            for (filter, date, count) in [
                ("after", "2000-01-01", 2),
                ("after", "2999-01-01T00:00:00Z", 0),
                ("before", "2999-01-01", 2),
                ("before", "2000-01-01", 0),
            ] {
                let found = list(&key, &format!("{column}_{filter}={date}")).await;
                assert_eq!(found.number("/meta/total"), count, "{column}_{filter}={date}");
            }
            let wrong =
                key.get(&format!("/api/v1/workspaces?{column}_after=soon&{column}_before=2026-13-01")).await.is(422);
            assert_eq!(wrong.fields("/errors"), [format!("{column}_after"), format!("{column}_before")]);
        }
        let own = list(&key, "sort=id&per_page=1").await.text("/data/0/created_at");
        assert_eq!(list(&key, &format!("created_after={own}")).await.number("/meta/total"), 2, "the bound is within");
        assert_eq!(list(&key, "status=active").await.number("/meta/total"), 2);
        let wrong = key.get("/api/v1/workspaces?status=gone").await.is(422);
        assert_eq!(wrong.fields("/errors"), ["status"]);
    });
}

#[test]
fn fields_and_includes_shape_the_items() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let admin = tenant.member(gateway, "admin").await;
        let narrow = list(&tenant.key, "fields=id,name,unknown").await;
        assert_eq!(narrow.fields("/data/0"), ["id", "name"]);
        let wide = list(&tenant.key, "include=members,owner,unknown").await;
        let fields = ["created_at", "email", "id", "name", "role", "updated_at"];
        assert_eq!(
            (wide.fields("/data/0/owner"), wide.fields("/data/0/members/0")),
            (fields.map(str::to_owned).into(), fields.map(str::to_owned).into())
        );
        assert_eq!(wide.text("/data/0/owner/id"), tenant.owner.id);
        let members = wide.at("/data/0/members");
        let ids: Vec<_> = members.as_array().expect("members").iter().map(|member| member["id"].clone()).collect();
        assert!(ids.len() == 2 && ids.contains(&json!(admin.id)), "{ids:?}");
        assert_eq!(list(&tenant.key, "include=owner&fields=owner").await.fields("/data/0"), ["owner"]);
    });
}

#[test]
fn nobody_sees_workspaces_that_they_are_not_in() {
    on_each_gateway(async |gateway| {
        let (one, other) = (gateway.tenant().await, gateway.tenant().await);
        let seen = list(&one.key, "").await;
        assert_eq!((seen.number("/meta/total"), seen.number("/data/0/id")), (1, one.id));
        assert_eq!(list(&one.key, &format!("search={}", other.slug)).await.number("/meta/total"), 0);
    });
}
