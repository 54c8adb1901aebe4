//! A workspace's folder, and beside it what nobody may touch.

use mainstay_mcp::filesystem::{Filesystem, Limits};
use mainstay_mcp::protocol::{CallToolRequestParams, CallToolResponse, CallToolResult};
use mainstay_mcp::upstream::{Hearing, Upstream as _};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// What stands in the file beside the folder. No answer may have it in it.
pub(super) const CANARY: &str = "canary: nobody reads this";

pub(super) struct Desk {
    pub(super) beside: TempDir,
    pub(super) root: PathBuf,
    pub(super) files: Filesystem,
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(super) async fn with(limits: Limits) -> Self {
        Self::prepared(limits, |_| ()).await
    }

    /// With what lay in the folder before it was opened.
    pub(super) async fn prepared(limits: Limits, prepare: impl FnOnce(&PathBuf)) -> Self {
        let beside = TempDir::new().expect("a folder");
        fs::write(beside.path().join("canary.txt"), CANARY).expect("a canary");
        let root = beside.path().join("7");
        fs::create_dir(&root).expect("the workspace's folder");
        prepare(&root);
        let files = Filesystem::open(&root, limits).await.expect("a server");
        Self { beside, root, files }
    }

    /// Calls a tool: what it gives, or the sentence with which it fails. Whatever comes keeps what the server promises.
    pub(super) async fn call(&self, tool: &'static str, arguments: Value) -> Result<Value, String> {
        let Value::Object(arguments) = arguments else { panic!("{arguments} are no arguments") };
        let call = CallToolRequestParams::new(tool).with_arguments(arguments);
        let answer = self.files.call(call, Hearing::default()).await.expect("a result");
        let CallToolResponse::Complete(result) = answer else { panic!("{answer:?} is no result") };
        self.check_silence(&serde_json::to_string(&result).expect("JSON"));
        let text = text(&result);
        let Some(given) = result.structured_content else {
            assert_eq!(result.is_error, Some(true), "{text}");
            return Err(text);
        };
        assert_eq!(result.is_error, Some(false));
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), given, "text and structure are the same");
        self.check_schema(tool, &given).await;
        Ok(given)
    }

    pub(super) async fn read(&self, path: &str) -> Result<Value, String> {
        self.call("read_file", json!({ "path": path })).await
    }

    pub(super) async fn write(&self, path: &str, content: &str) -> Result<Value, String> {
        self.call("write_file", json!({ "path": path, "content": content })).await
    }

    /// What every tool that takes a path says about this one, when none of them takes it.
    pub(super) async fn refusals(&self, path: &str) -> Vec<String> {
        let written = json!({ "path": path, "content": "x", "create_directories": true });
        let calls = [
            ("read_file", json!({ "path": path })),
            ("write_file", written),
            ("list_directory", json!({ "path": path })),
            ("search_files", json!({ "path": path, "pattern": "*" })),
            ("get_file_info", json!({ "path": path })),
        ];
        let mut refusals = Vec::new();
        for (tool, arguments) in calls {
            match self.call(tool, arguments).await {
                Ok(given) => panic!("{tool} takes {path:?}: {given}"),
                Err(sentence) => refusals.push(sentence),
            }
        }
        refusals
    }

    /// Puts something into the folder, past the server.
    pub(super) fn plant(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Beside the folder there is what was there, and nothing else.
    pub(super) fn check_untouched(&self) {
        let canary = fs::read_to_string(self.beside.path().join("canary.txt")).expect("the canary");
        assert_eq!(canary, CANARY);
        let beside = fs::read_dir(self.beside.path()).expect("the folder").map(|entry| entry.expect("one").file_name());
        let mut beside: Vec<_> = beside.collect();
        beside.sort();
        assert_eq!(beside, ["7", "canary.txt"]);
    }

    /// An answer shows neither what is outside nor where the folder is.
    pub(super) fn check_silence(&self, answer: &str) {
        assert!(!answer.contains(CANARY), "{answer}");
        assert!(!answer.contains(&*self.beside.path().to_string_lossy()), "{answer}");
    }

    async fn check_schema(&self, tool: &str, given: &Value) {
        let offer = self.files.offer().await.expect("an offer");
        let tool = offer.tools.into_iter().find(|offered| offered.name == tool).expect("the tool");
        let schema = Value::Object(tool.output_schema.expect("a schema").as_ref().clone());
        jsonschema::draft202012::validate(&schema, given).expect("what the schema says");
    }
}

fn text(result: &CallToolResult) -> String {
    let block = result.content.first().and_then(|block| block.as_text());
    block.expect("a text").text.clone()
}

/// The texts of this field of each of these.
pub(super) fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().expect("a list").iter().map(|one| one[field].as_str().expect("a text")).collect()
}
