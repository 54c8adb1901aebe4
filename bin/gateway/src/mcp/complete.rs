//! What servers of older revisions do not say, and clients of the newest must be told: that a result is complete
//! (SEP-2322). The SDK leaves it out again for clients that do not know the word.

use mainstay_mcp::protocol::{CallToolResponse, CompleteResult, GetPromptResponse, ReadResourceResponse, ResultType};

fn fill(said: &mut Option<ResultType>) {
    said.get_or_insert(ResultType::COMPLETE);
}

pub(super) fn call(mut answer: CallToolResponse) -> CallToolResponse {
    if let CallToolResponse::Complete(result) = &mut answer {
        fill(&mut result.result_type);
    }
    answer
}

pub(super) fn read(mut answer: ReadResourceResponse) -> ReadResourceResponse {
    if let ReadResourceResponse::Complete(result) = &mut answer {
        fill(&mut result.result_type);
    }
    answer
}

pub(super) fn prompt(mut answer: GetPromptResponse) -> GetPromptResponse {
    if let GetPromptResponse::Complete(result) = &mut answer {
        fill(&mut result.result_type);
    }
    answer
}

pub(super) fn completion(mut result: CompleteResult) -> CompleteResult {
    fill(&mut result.result_type);
    result
}
