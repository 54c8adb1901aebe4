//! The form of Bitbucket. It tells neither which paths a push touches nor which branch comes first.

use super::super::push::{Push, nothing};
use serde::Deserialize;

/// A push of any number of branches and tags.
#[derive(Deserialize)]
pub(super) struct Payload {
    push: Changes,
    repository: Repository,
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    /// None once it is gone.
    new: Option<Reference>,
    /// None when it begins.
    old: Option<Reference>,
}

#[derive(Deserialize)]
struct Reference {
    r#type: String,
    name: String,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    hash: String,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Repository {
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    html: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: Option<String>,
}

impl Payload {
    pub(super) fn pushes(self) -> Result<Vec<Push>, String> {
        let page = self.repository.links.and_then(|links| links.html).and_then(|link| link.href);
        let repositories: Vec<_> = page.into_iter().collect();
        let pushes = self.push.changes.into_iter().map(|change| change.push(&repositories));
        let pushes: Vec<_> = pushes.collect::<Result<_, _>>()?;
        if pushes.is_empty() { Err("nothing was pushed".to_owned()) } else { Ok(pushes) }
    }
}

impl Change {
    fn push(self, repositories: &[String]) -> Result<Push, String> {
        let target = self.new.as_ref().and_then(|new| new.target.as_ref());
        let after = target.map_or(nothing(), |target| &target.hash);
        let message = target.and_then(|target| target.message.clone());
        let push = Push { repositories: repositories.to_vec(), message, ..Push::at(after)? };
        let named = self.new.or(self.old).ok_or("a change has no name")?;
        Ok(match named.r#type.as_str() {
            "branch" | "named_branch" => push.of_branch(&named.name),
            kind => Push { is_tag: matches!(kind, "tag" | "annotated_tag"), ..push },
        })
    }
}
