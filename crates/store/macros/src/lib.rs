//! The attribute that compiles a store once for each database.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// The names that stand for a database's own types inside `#[each_backend]`.
const NAMES: [(&str, &str, &str); 3] = [
    ("Db", "::mainstay_store::SqliteDb", "::mainstay_store::PgDb"),
    ("Conn", "::mainstay_store::SqliteConn", "::mainstay_store::PgConn"),
    ("Backend", "::mainstay_store::SqliteBackend", "::mainstay_store::PgBackend"),
];

/// Repeats the item it stands on for SQLite and for PostgreSQL.
///
/// Inside, `Db` is the handle, `Conn` its connection and `Backend` diesel's backend. Errors
/// point at the line as written.
#[proc_macro_attribute]
pub fn each_backend(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut both = substitute(item.clone(), |(_, sqlite, _)| sqlite);
    both.extend(substitute(item, |(_, _, postgres)| postgres));
    both
}

type Name = (&'static str, &'static str, &'static str);

fn substitute(tokens: TokenStream, pick: fn(&Name) -> &'static str) -> TokenStream {
    tokens.into_iter().flat_map(|tree| replace(tree, pick)).collect()
}

fn replace(tree: TokenTree, pick: fn(&Name) -> &'static str) -> TokenStream {
    match tree {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            match NAMES.iter().find(|(stands_for, ..)| *stands_for == name) {
                Some(entry) => spanned(pick(entry), ident.span()),
                None => TokenTree::Ident(ident).into(),
            }
        }
        TokenTree::Group(group) => {
            let delimiter: Delimiter = group.delimiter();
            let mut inner = Group::new(delimiter, substitute(group.stream(), pick));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        other => other.into(),
    }
}

/// The path's tokens, blamed on the name as it was written.
fn spanned(path: &str, span: proc_macro::Span) -> TokenStream {
    let tokens: TokenStream = path.parse().expect("the paths above are tokens");
    let blamed = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    blamed.collect()
}
