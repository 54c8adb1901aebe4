use super::*;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

fn told(provider: Provider, event: &str, body: &[u8]) -> Result<Told, String> {
    read(provider, event, &Posted { body: Bytes::copy_from_slice(body), ..Posted::default() })
}

fn push(provider: Provider, event: &str, body: &Value) -> Push {
    match told(provider, event, body.to_string().as_bytes()) {
        Ok(Told::Pushes(mut pushes)) => pushes.remove(0),
        other => panic!("{other:?}"),
    }
}

const BEFORE: &str = "1111111111111111111111111111111111111111";
const AFTER: &str = "2222222222222222222222222222222222222222";
const NOTHING: &str = "0000000000000000000000000000000000000000";

fn of_github() -> Value {
    json!({
        "ref": "refs/heads/main",
        "before": BEFORE,
        "after": AFTER,
        "created": false,
        "deleted": false,
        "forced": false,
        "commits": [{ "id": AFTER, "message": "Better", "added": ["a"], "removed": [], "modified": ["web/b"] }],
        "head_commit": { "id": AFTER, "message": "Better" },
        "repository": {
            "clone_url": "https://github.com/ada/app.git",
            "ssh_url": "git@github.com:ada/app.git",
            "html_url": "https://github.com/ada/app",
            "default_branch": "main",
        },
        "pusher": { "name": "ada" },
    })
}

fn of_gitlab() -> Value {
    json!({
        "object_kind": "push",
        "ref": "refs/heads/main",
        "before": BEFORE,
        "after": AFTER,
        "checkout_sha": AFTER,
        "total_commits_count": 2,
        "commits": [
            { "id": BEFORE, "message": "First", "added": ["a"], "removed": [], "modified": [] },
            { "id": AFTER, "message": "Second", "added": [], "removed": ["b"], "modified": [] },
        ],
        "project": {
            "git_http_url": "https://gitlab.com/ada/app.git",
            "git_ssh_url": "git@gitlab.com:ada/app.git",
            "web_url": "https://gitlab.com/ada/app",
            "default_branch": "main",
        },
    })
}

fn of_bitbucket() -> Value {
    let branch =
        |hash: &str| json!({ "type": "branch", "name": "main", "target": { "hash": hash, "message": "Better\n" } });
    json!({
        "push": { "changes": [{ "old": branch(BEFORE), "new": branch(AFTER), "created": false, "truncated": false }] },
        "repository": { "full_name": "ada/app", "links": { "html": { "href": "https://bitbucket.org/ada/app" } } },
    })
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).expect("a field") = value;
    body
}

#[test]
fn a_push_of_github_and_its_like_is_read() {
    for provider in [Provider::GitHub, Provider::Gitea] {
        let push = push(provider, "push", &of_github());
        assert_eq!((push.branch.as_deref(), push.is_tag, push.is_deleted), (Some("main"), false, false));
        assert_eq!((push.after.as_str(), push.message.as_deref()), (AFTER, Some("Better")));
        assert_eq!(push.default_branch.as_deref(), Some("main"));
        assert!(push.repositories.contains(&"https://github.com/ada/app.git".to_owned()));
        assert_eq!(push.changed.expect("known"), ["a", "web/b"]);
    }
}

#[test]
fn what_github_left_out_is_unknown() {
    let changed =
        |pointer: &str, value: Value| push(Provider::GitHub, "push", &with(of_github(), pointer, value)).changed;
    assert_eq!(changed("/forced", json!(true)), None);
    assert_eq!(changed("/before", json!(NOTHING)), None, "a branch that begins");
    assert_eq!(changed("/commits", json!([])), None);
    assert_eq!(changed("/commits", json!(null)), None);
    let mut of_gitea = of_github();
    of_gitea["total_commits"] = json!(6);
    assert_eq!(push(Provider::Gitea, "push", &of_gitea).changed, None, "it lists five");
}

#[test]
fn a_branch_that_is_gone_and_a_tag_are_read() {
    let gone = with(with(of_github(), "/after", json!(NOTHING)), "/head_commit", json!(null));
    let gone = push(Provider::GitHub, "push", &gone);
    assert!(gone.is_deleted && gone.message.is_none());
    assert!(push(Provider::GitHub, "push", &with(of_github(), "/ref", json!("refs/tags/v1"))).is_tag);
    assert!(push(Provider::GitLab, "Tag Push Hook", &with(of_gitlab(), "/ref", json!("refs/tags/v1"))).is_tag);
}

#[test]
fn a_push_of_gitlab_is_read() {
    let own = push(Provider::GitLab, "Push Hook", &of_gitlab());
    assert_eq!((own.branch.as_deref(), own.after.as_str()), (Some("main"), AFTER));
    assert_eq!(own.message.as_deref(), Some("Second"), "that of the last one");
    assert_eq!(own.changed.expect("known"), ["a", "b"]);
    assert!(own.repositories.contains(&"git@gitlab.com:ada/app.git".to_owned()));
    let of_many = with(of_gitlab(), "/total_commits_count", json!(21));
    assert_eq!(push(Provider::GitLab, "Push Hook", &of_many).changed, None);
}

#[test]
fn a_push_of_bitbucket_is_read() {
    let own = push(Provider::Bitbucket, "repo:push", &of_bitbucket());
    assert_eq!((own.branch.as_deref(), own.after.as_str()), (Some("main"), AFTER));
    assert_eq!((own.changed, own.default_branch), (None, None), "it tells neither");
    assert_eq!(own.repositories, ["https://bitbucket.org/ada/app"]);
    let gone = push(Provider::Bitbucket, "repo:push", &with(of_bitbucket(), "/push/changes/0/new", json!(null)));
    assert!(gone.is_deleted && gone.branch.as_deref() == Some("main"));
    let tag = with(of_bitbucket(), "/push/changes/0/new/type", json!("tag"));
    assert!(push(Provider::Bitbucket, "repo:push", &tag).is_tag);
}

#[test]
fn pings_and_other_events_are_told_apart_from_pushes_whatever_their_body_is() {
    assert_eq!(told(Provider::GitHub, "ping", b"{}"), Ok(Told::Ping));
    assert_eq!(told(Provider::GitHub, "issues", b"nonsense"), Ok(Told::Other));
    assert_eq!(told(Provider::GitLab, "Issue Hook", b""), Ok(Told::Other));
    assert_eq!(told(Provider::GitLab, "push", b""), Ok(Told::Other));
}

#[test]
fn what_is_no_push_is_refused_with_what_is_wrong() {
    for body in ["", "[]", "7", "null", "{", "{}", r#"{"ref": 1}"#, r#"{"push": {"changes": []}, "repository": {}}"#] {
        for (provider, event) in EVENTS {
            assert!(told(provider, event, body.as_bytes()).is_err(), "{provider:?} {body}");
        }
    }
    let deep = "[".repeat(100_000);
    assert!(told(Provider::GitHub, "push", deep.as_bytes()).is_err());
    let no_commit = with(of_github(), "/after", json!("--upload-pack=id"));
    assert!(told(Provider::GitHub, "push", no_commit.to_string().as_bytes()).is_err());
}

const EVENTS: [(Provider, &str); 4] = [
    (Provider::GitHub, "push"),
    (Provider::Gitea, "push"),
    (Provider::GitLab, "Push Hook"),
    (Provider::Bitbucket, "repo:push"),
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[0-9a-f]{40}".prop_map(Value::from),
        prop::collection::vec(".{0,5}", 0..3).prop_map(Value::from),
    ]
}

/// Every pointer into a value.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (format!("{at}/{name}"), field)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(place, item)| (format!("{at}/{place}"), item)).collect(),
        _ => Vec::new(),
    };
    let deeper = below.iter().flat_map(|(at, value)| pointers(value, at));
    std::iter::once(at.to_owned()).chain(deeper).collect()
}

proptest! {
    #[test]
    fn whatever_is_in_a_push_it_is_refused_or_has_a_commit(
        kind in 0..4usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), leaf()), 0..4),
    ) {
        let (provider, event) = EVENTS[kind];
        let mut body = [of_github(), of_github(), of_gitlab(), of_bitbucket()][kind].clone();
        for (place, value) in changes {
            let all = pointers(&body, "");
            let at = &all[place.index(all.len())];
            *body.pointer_mut(at).expect("it is there") = value;
        }
        if let Ok(Told::Pushes(pushes)) = told(provider, event, body.to_string().as_bytes()) {
            prop_assert!(!pushes.is_empty());
            prop_assert!(pushes.iter().all(|push| crate::revision::is_commit(&push.after)));
        }
    }

    #[test]
    fn bytes_that_mean_nothing_are_refused(kind in 0..4usize, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let (provider, event) = EVENTS[kind];
        prop_assert!(told(provider, event, &body).is_err());
    }
}
