//! The dialect of `/oauth`: the form of RFC 6749 section 5.2, with HitKey's sentences in `error_description`.

use super::{Context, Dialect, sentence, status};
use actix_web::http::StatusCode;
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::SchemaObject;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Value, json};

/// `{"error": "invalid_grant", "error_description": "…"}`, and `code` where what failed has a finer name than `error`.
pub enum OAuth {}

/// The words that the standards have for `error`; a fault that is called by one of them is told by it.
const WORDS: [&str; 19] = [
    // RFC 6749 sections 4.1.2.1 and 5.2.
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_scope",
    "access_denied",
    // RFC 6750 section 3.1.
    "invalid_token",
    "insufficient_scope",
    // OpenID Connect Core section 3.1.2.6.
    "login_required",
    "consent_required",
    // RFC 8628 section 3.5.
    "authorization_pending",
    "slow_down",
    "expired_token",
    // RFC 7009 section 2.2.1 and RFC 8707 section 2.
    "unsupported_token_type",
    "invalid_target",
    // RFC 7591 section 3.2.2.
    "invalid_redirect_uri",
    "invalid_client_metadata",
];

impl Dialect for OAuth {
    fn status(fault: &dyn Fault) -> StatusCode {
        match fault.kind() {
            // RFC 6749 section 5.2 and RFC 6750 section 3.1 know no 422.
            Kind::Invalid => StatusCode::BAD_REQUEST,
            kind => status(kind),
        }
    }

    /// RFC 6749 section 5.2 has a client authenticate by Basic; RFC 6750 section 3 has tokens come as Bearer, and
    /// names no error to those who brought none.
    fn challenge(fault: &dyn Fault) -> Option<&'static str> {
        match (fault.kind(), fault.code()) {
            (Kind::Unauthenticated, "invalid_client") => Some(r#"Basic realm="oauth", charset="UTF-8""#),
            (Kind::Unauthenticated, "invalid_token") => Some(r#"Bearer error="invalid_token""#),
            (Kind::Unauthenticated, _) => Some("Bearer"),
            (Kind::Forbidden, _) if word(fault) == "insufficient_scope" => Some(r#"Bearer error="insufficient_scope""#),
            _ => None,
        }
    }

    fn body(fault: &dyn Fault, context: &Context) -> Value {
        let error = word(fault);
        let mut body = json!({ "error": error, "error_description": printable(&description(fault)) });
        let Some(fields) = body.as_object_mut() else { return body };
        // A bad request is what `invalid_request` says already.
        if ![error, "bad_request"].contains(&fault.code()) {
            fields.insert("code".into(), super::identity::code(fault).into());
        }
        if let (Kind::Internal, Some(request)) = (fault.kind(), &context.request) {
            fields.insert("request_id".into(), request.as_str().into());
        }
        body
    }

    fn schema(generator: &mut SchemaGenerator, _: Kind) -> SchemaObject {
        generator.subschema_for::<OAuthError>().into_object()
    }
}

/// The fault's own word where the standards have it, else the one for its kind.
fn word(fault: &dyn Fault) -> &'static str {
    let own = fault.code();
    if WORDS.contains(&own) {
        return own;
    }
    match fault.kind() {
        Kind::Unauthenticated => "invalid_token",
        Kind::Forbidden if matches!(fault.details(), Details::RequiredScope(_)) => "insufficient_scope",
        Kind::Forbidden | Kind::PlanRequired | Kind::PaymentRequired | Kind::LimitReached => "access_denied",
        Kind::RateLimited | Kind::QuotaExceeded | Kind::Unavailable | Kind::BadUpstream | Kind::UpstreamTimeout => {
            "temporarily_unavailable"
        }
        Kind::Internal => "server_error",
        Kind::Malformed
        | Kind::Invalid
        | Kind::NotFound
        | Kind::Gone
        | Kind::MethodNotAllowed
        | Kind::Conflict
        | Kind::TooLarge
        | Kind::UnsupportedMedia => "invalid_request",
    }
}

/// What went wrong, field by field where there are fields.
fn description(fault: &dyn Fault) -> String {
    match fault.details() {
        Details::Fields(fields) if !fields.is_empty() => {
            fields.iter().map(|wrong| wrong.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => sentence(fault),
    }
}

/// RFC 6749 section 5.2 takes visible ASCII and spaces, without the quote and the backslash.
fn printable(text: &str) -> String {
    let taken = |letter| match letter {
        '"' | '’' => '\'',
        '\\' => '/',
        '…' => '.',
        ' '..='~' => letter,
        _ => '?',
    };
    text.chars().map(taken).collect()
}

/// What went wrong (RFC 6749 section 5.2).
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct OAuthError {
    /// What sort of failure it is, in the standard's words.
    error: String,
    /// A sentence for whoever writes the client.
    error_description: String,
    /// Exactly what failed, in `UPPER_SNAKE`, where `error` does not say it.
    code: Option<String>,
    /// Names this request in the logs, on 500.
    request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Rejection;
    use actix_web::http::header;
    use mainstay_kernel::FieldError;

    #[derive(Debug, thiserror::Error)]
    #[error("{2}")]
    struct Wrong(Kind, &'static str, &'static str);

    impl Fault for Wrong {
        fn kind(&self) -> Kind {
            self.0
        }

        fn code(&self) -> &'static str {
            self.1
        }
    }

    fn told(fault: &dyn Fault) -> (u16, Value, Option<String>) {
        let answer = OAuth::tell(fault, &Context::default());
        let challenge = answer.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.map(|value| value.to_str().expect("text").to_owned());
        (answer.status().as_u16(), OAuth::body(fault, &Context::default()), challenge)
    }

    #[test]
    fn a_fault_that_the_standard_names_is_told_by_that_name_alone() {
        let (status, body, challenge) = told(&Wrong(Kind::Malformed, "invalid_grant", "Invalid or expired code"));
        assert_eq!((status, challenge), (400, None));
        assert_eq!(body, json!({ "error": "invalid_grant", "error_description": "Invalid or expired code" }));
    }

    #[test]
    fn a_client_that_is_not_believed_is_asked_to_authenticate() {
        let (status, body, challenge) = told(&Wrong(Kind::Unauthenticated, "invalid_client", "Invalid credentials"));
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
        assert!(challenge.is_some_and(|value| value.starts_with("Basic ")));
    }

    #[test]
    fn a_client_that_is_unknown_is_told_so_without_a_challenge() {
        let (status, body, challenge) = told(&Wrong(Kind::Malformed, "invalid_client", "Invalid client_id"));
        assert_eq!((status, &body["error"], challenge), (400, &json!("invalid_client"), None));
    }

    #[test]
    fn a_token_that_does_not_stand_is_named_in_the_challenge_and_a_missing_one_is_not() {
        let wrong = told(&Wrong(Kind::Unauthenticated, "invalid_token", "The access token does not stand."));
        assert_eq!((wrong.0, wrong.2.as_deref()), (401, Some(r#"Bearer error="invalid_token""#)));
        let (status, body, challenge) = told(&Rejection::NoCredential);
        assert_eq!((status, challenge.as_deref()), (401, Some("Bearer")));
        assert_eq!((&body["error"], &body["code"]), (&json!("invalid_token"), &json!("UNAUTHORIZED")));
    }

    #[test]
    fn what_the_standard_has_no_name_for_keeps_its_own_in_code() {
        let (status, body, _) = told(&Wrong(Kind::Forbidden, "not_project_member", "You are not a member."));
        let due = json!({ "error": "access_denied", "error_description": "You are not a member.", "code": "NOT_PROJECT_MEMBER" });
        assert_eq!((status, body), (403, due));
    }

    #[test]
    fn wrong_fields_are_a_bad_request_that_names_them_all() {
        let fields = ["The name is too long.", "The redirect_uri is none."].map(|text| FieldError::new("x", "x", text));
        let (status, body, _) = told(&Rejection::Invalid(fields.into()));
        assert_eq!(status, 400);
        assert_eq!(body["error_description"], "The name is too long. The redirect_uri is none.");
    }

    #[test]
    fn every_kind_has_its_status_and_a_word() {
        for (kind, status, error) in [
            (Kind::Malformed, 400, "invalid_request"),
            (Kind::Invalid, 400, "invalid_request"),
            (Kind::Unauthenticated, 401, "invalid_token"),
            (Kind::Forbidden, 403, "access_denied"),
            (Kind::PlanRequired, 402, "access_denied"),
            (Kind::LimitReached, 403, "access_denied"),
            (Kind::NotFound, 404, "invalid_request"),
            (Kind::MethodNotAllowed, 405, "invalid_request"),
            (Kind::Conflict, 409, "invalid_request"),
            (Kind::TooLarge, 413, "invalid_request"),
            (Kind::UnsupportedMedia, 415, "invalid_request"),
            (Kind::RateLimited, 429, "temporarily_unavailable"),
            (Kind::Unavailable, 503, "temporarily_unavailable"),
            (Kind::Internal, 500, "server_error"),
        ] {
            let answer = told(&Wrong(kind, "else", "x"));
            assert_eq!((answer.0, &answer.1["error"]), (status, &json!(error)), "{kind:?}");
        }
        let scope = told(&Rejection::MissingScope("oauth:write"));
        assert_eq!((scope.0, &scope.1["error"]), (403, &json!("insufficient_scope")));
        assert_eq!(scope.2.as_deref(), Some(r#"Bearer error="insufficient_scope""#));
    }

    #[test]
    fn a_description_has_only_letters_that_the_standard_takes() {
        let (_, body, _) = told(&Wrong(Kind::Malformed, "x", "A \"quoted\" \\ ünusual\nline’s end…"));
        assert_eq!(body["error_description"], "A 'quoted' / ?nusual?line's end.");
    }
}
