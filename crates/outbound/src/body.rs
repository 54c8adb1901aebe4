//! How much of an answer is read.

use crate::error::OutboundError;
use crate::model::Overflow;
use reqwest::Response;

/// The body and whether it was cut. What is left unread ends the connection when the response is dropped.
pub(crate) async fn read(
    response: &mut Response,
    most: usize,
    overflow: Overflow,
) -> Result<(Vec<u8>, bool), OutboundError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| OutboundError::Broken)? {
        let room = most - body.len();
        match overflow {
            _ if chunk.len() <= room => body.extend_from_slice(&chunk),
            Overflow::Refuse => return Err(OutboundError::TooLarge),
            Overflow::Cut => {
                body.extend_from_slice(&chunk[..room]);
                return Ok((body, true));
            }
        }
    }
    Ok((body, false))
}
