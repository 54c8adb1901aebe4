//! The table of all routes, and what every kind of caller gets from each.

mod callers;
mod credits;
mod hooks;
mod house;
mod pages;
mod table;
mod verdict;

use callers::{Caller, Crowd};
use house::House;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::Value;
use std::collections::BTreeSet;
use table::{Needs, Route, routes};

#[test]
fn every_route_of_the_document_is_in_the_table_and_the_other_way_round() {
    on_each_gateway(async |gateway| {
        let document = gateway.nobody().get("/swagger.json").await.is(200).json();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let scope = operation.get("x-required-scope").and_then(Value::as_str);
                let guarded = operation.get("security").is_some();
                documented.insert((method.to_uppercase(), path.clone(), guarded, scope.map(str::to_owned)));
            }
        }
        let routes = routes().into_iter().filter(|route| route.is_documented);
        let table: BTreeSet<_> = routes
            .map(|Route { method, path, needs, .. }| {
                let scope = if let Needs::Scope(scope) = needs { Some(scope.to_owned()) } else { None };
                (method.to_owned(), path.to_owned(), needs != Needs::Nothing, scope)
            })
            .collect();
        let missing: Vec<_> = documented.difference(&table).collect();
        let unknown: Vec<_> = table.difference(&documented).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "not in the table: {missing:#?}\nnowhere else: {unknown:#?}");
    });
}

#[test]
fn every_route_answers_every_kind_of_caller_as_the_table_says() {
    on_each_gateway(async |gateway| {
        let (house, routes) = (House::build(gateway).await, routes());
        let crowd = Crowd::gather(&house, &routes).await;
        let mut wrong = Vec::new();
        for route in &routes {
            wrong.extend(visit(&house, &crowd, route).await);
        }
        assert!(wrong.is_empty(), "{} answers are not in the table:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Who calls a route, and with which ending of its path: all without a slash, and two with one.
fn calls() -> impl Iterator<Item = (Caller, &'static str)> {
    let plain = Caller::ALL.into_iter().map(|caller| (caller, ""));
    plain.chain([(Caller::Nobody, "/"), (Caller::Owner, "/")])
}

/// Lets everybody call a route; gives the answers that are not in the table. Those who are to be refused come first,
/// so that the others show that what they called for is unspoilt.
async fn visit(house: &House<'_>, crowd: &Crowd<'_>, route: &Route) -> Vec<String> {
    let (mut wrong, mut scene) = (Vec::new(), house.scene(route).await);
    let (effects, refusals): (Vec<_>, Vec<_>) = calls().partition(|(caller, _)| route.verdict(*caller).has_effect());
    let mut is_spent = false;
    for (caller, slash) in refusals.into_iter().chain(effects) {
        if is_spent {
            scene = house.scene(route).await;
        }
        let (path, input) = (scene.fill(route.path) + slash, scene.fill(route.input));
        let verdict = route.verdict(caller);
        is_spent = verdict.has_effect() && route.method != "GET";
        let answer = crowd.call(caller, route, &path, &input).await;
        let complaint = match &answer {
            Ok(answer) => verdict.complaint(route, answer).map(|due| format!("{due}, not {answer:?}")),
            Err(cause) => Some(cause.clone()),
        };
        wrong.extend(
            complaint
                .map(|told| format!("{:10} {:6} {}{slash}: {told}", format!("{caller:?}"), route.method, route.path)),
        );
    }
    wrong
}
