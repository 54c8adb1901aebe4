//! Paths as a tree of scopes, a level for each of their parts.
//!
//! actix tries what stands in a scope one after the other, and each parameter by a regular expression. In a tree a request
//! meets the few parts of each level, and the expressions of its own parameters alone.

use crate::admission;
use actix_web::{Resource, Scope, web};
use std::collections::BTreeSet;

/// A path that is still to be placed.
pub(super) struct Path<T> {
    /// What of it stands below the scope: parts, each with a slash before it.
    pub(super) rest: &'static str,
    /// What it leads to.
    pub(super) to: T,
}

/// The paths of a level that begin with the same part.
struct Branch<T> {
    part: &'static str,
    paths: Vec<Path<T>>,
}

/// Puts paths into a scope, each as what `make` makes of its last parts and of what it leads to. All others lead nowhere.
pub(super) fn grow<T>(mut scope: Scope, paths: Vec<Path<T>>, make: &impl Fn(&str, T) -> Resource) -> Scope {
    for Branch { part, paths } in branches(paths) {
        scope = match <[Path<T>; 1]>::try_from(paths) {
            Ok([Path { rest, to }]) => scope.service(make(rest, to)),
            Err(paths) => {
                let below = paths.into_iter().map(|Path { rest, to }| Path { rest: &rest[part.len()..], to });
                scope.service(grow(web::scope(part), below.collect(), make))
            }
        };
    }
    scope.default_service(web::to(admission::no_route))
}

/// The branches of a level: words, then parameters. Paths of a part that another may stand for as well are kept apart,
/// since a request does not come back out of a scope to try the next.
fn branches<T>(paths: Vec<Path<T>>) -> Vec<Branch<T>> {
    let parts = paths.iter().map(|path| first_part(path.rest));
    let parameters = parts.filter(|part| is_parameter(part)).collect::<BTreeSet<_>>().len();
    let mut branches: Vec<Branch<T>> = Vec::new();
    for path in paths {
        let part = first_part(path.rest);
        let is_certain = parameters == usize::from(is_parameter(part));
        match branches.iter_mut().find(|branch| branch.part == part && is_certain) {
            Some(branch) => branch.paths.push(path),
            None => branches.push(Branch { part, paths: vec![path] }),
        }
    }
    branches.sort_by_key(|branch| is_parameter(branch.part));
    branches
}

fn is_parameter(part: &str) -> bool {
    part.starts_with("/{")
}

/// The first part of a path, with the slash before it.
fn first_part(path: &'static str) -> &'static str {
    let next = path.match_indices('/').map(|(at, _)| at).find(|at| *at > 0);
    path.split_at(next.unwrap_or(path.len())).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::dev::ServiceResponse;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, HttpRequest};

    /// Answers with the path that it stands for, filled in with the parameters of the request.
    fn telling(rest: &str, path: &'static str) -> Resource {
        let tell = move |request: HttpRequest| {
            let parameters = request.match_info().iter();
            let filled = parameters.fold(path.to_owned(), |path, (name, value)| {
                path.replace(&format!("{{{name}}}"), &format!("<{value}>"))
            });
            async move { filled }
        };
        web::resource(rest.to_owned()).route(web::get().to(tell))
    }

    async fn answers(paths: &[&'static str], asked: &[&str]) -> Vec<String> {
        let paths = paths.iter().map(|path| Path { rest: path, to: *path }).collect();
        let app = init_service(App::new().service(grow(web::scope("/top"), paths, &telling))).await;
        let mut answers = Vec::new();
        for path in asked {
            let answer: ServiceResponse = call_service(&app, TestRequest::get().uri(path).to_request()).await;
            let is_found = answer.status().is_success();
            let told = String::from_utf8(read_body(answer).await.to_vec()).expect("text");
            answers.push(if is_found { told } else { "nowhere".to_owned() });
        }
        answers
    }

    #[actix_web::test]
    async fn every_path_is_found_with_its_parameters_and_no_other_is() {
        let paths = ["/a", "/a/b", "/a/b/c", "/a/{x}/d", "/e/{x}", "/e/{x}/f/{y}", "/e/{x}/f/{y}/g", ""];
        let asked =
            ["/top/a", "/top/a/b", "/top/a/b/c", "/top/a/1/d", "/top/e/1", "/top/e/1/f/2", "/top/e/1/f/2/g", "/top"];
        let told = ["/a", "/a/b", "/a/b/c", "/a/<1>/d", "/e/<1>", "/e/<1>/f/<2>", "/e/<1>/f/<2>/g", ""];
        assert_eq!(answers(&paths, &asked).await, told);
        let others = ["/top/b", "/top/ab", "/top/a/1", "/top/e", "/top/e/1/f", "/top/e/1/g", "/top/a/b/c/d", "/topp"];
        assert_eq!(answers(&paths, &others).await, ["nowhere"; 8]);
    }

    #[actix_web::test]
    async fn a_word_means_itself_and_is_a_parameter_where_that_leads_on() {
        let paths = ["/{x}", "/{x}/d", "/a", "/a/b", "/a/c"];
        let told = answers(&paths, &["/top/a", "/top/a/b", "/top/a/d", "/top/1/d", "/top/1"]).await;
        assert_eq!(told, ["/a", "/a/b", "/<a>/d", "/<1>/d", "/<1>"]);
    }

    #[actix_web::test]
    async fn parameters_of_different_names_do_not_hide_each_other() {
        let told = answers(&["/{x}/a", "/{x}/b", "/{y}/c", "/{y}/d"], &["/top/1/b", "/top/1/c", "/top/1/d"]).await;
        assert_eq!(told, ["/<1>/b", "/<1>/c", "/<1>/d"]);
    }
}
