//! English.

use super::Words;
use mainstay_auth::{Backer, OAuthScope};
use mainstay_kernel::{Fault, FieldError, Kind};

pub(in crate::pages) const ENGLISH: Words = Words {
    lang: "en",
    skip: "Skip to the content",
    wrong_title: "There is a problem",
    wrong_prefix: "Error: ",
    show: "Show",
    hide: "Hide",

    email: "Email",
    password: "Password",
    new_password: "New password",
    new_password_hint: "At least 8 characters. A few unrelated words make a good one.",

    code: "Code",
    code_hint: "Six digits",

    front: |brand| format!("Welcome to {brand}"),
    front_text: |brand| format!("This is where accounts with {brand} are kept."),
    to_docs: "API documentation",

    to_log_in: "Log in",
    log_in_to: |brand| format!("Log in to {brand}"),
    logged_in: |brand| format!("Welcome to {brand}"),
    logged_in_as: |email| format!("You are logged in as {email}."),
    to_app: |brand| format!("Continue to {brand}"),
    to_site: |host| format!("Continue to {host}"),
    to_log_out: "Log out",
    logged_out: "You are logged out",
    logged_out_text: "The session in this browser has ended.",
    log_out_of: |brand| format!("Log out of {brand}?"),
    log_out_wished: |client| format!("{client} sent you here to log out."),
    log_out_text: "The session in this browser will end. Apps that you let in may keep you logged in on their own.",
    stay_logged_in: "Stay logged in",
    other_account: "Use another account",
    second_factor: "Confirm it is you",
    second_factor_text: "Enter the code from your authenticator app.",
    second_factor_hint: "Six digits, or one of your recovery codes",
    start_again: "Start again",
    login_over: "Please log in again",
    login_over_text: "This login waited too long for its code, or was given too many wrong codes.",

    to_sign_up: "Create an account",
    have_account: "I have an account",
    go_on: "Continue",
    sign_up: "Create your account",
    sign_up_text: "We will email you a code to confirm the address is yours.",
    code_title: "Check your email",
    code_text: |email| format!("We sent a code to {email}. It works for ten minutes."),
    code_resend: "Send another code",
    code_resent: "Another code is on its way. The one before no longer works.",
    other_email: "Use another email",
    sign_up_password: "Choose a password",
    sign_up_password_text: |email| format!("{email} is confirmed. One more step."),
    sign_up_finish: "Create my account",

    invite: |place| format!("Join {place}"),
    invite_text: |inviter, brand| format!("{inviter} has invited you to work together on {brand}."),
    somebody: "Somebody",
    project: "Project",
    workspace: "Workspace",
    role: "Your role",
    role_name: capitalised,
    invited_email: "For",
    invite_accept: "Accept the invite",
    invite_log_in: "Log in to accept",
    invite_log_in_text: "You have an account with this email. Log in, and you will come back here.",
    invite_sign_up: "Create my account and join",
    invite_sign_up_text: "Choose a password, and you are in. No code is needed: the link came to your email.",
    invite_over: "This invite no longer works",
    invite_over_text: "It was used, withdrawn, or is older than seven days. Ask whoever invited you for another.",
    joined: |place| format!("Welcome to {place}"),
    joined_text: "You are in, and can begin.",
    joined_before: |place| format!("You are in {place} already"),
    joined_before_text: "There is nothing more to do.",

    projects: "Your projects",
    projects_none: "You are in no project yet.",
    project_seen_by: "Seen by",
    project_public: "Everyone with an account",
    project_private: "Its members",

    forgotten: "Forgot your password?",
    forgotten_text: "Enter your email, and we will send you a link to choose a new one.",
    forgotten_send: "Send me a link",
    forgotten_ask_again: "Ask for a new link",
    forgotten_sent: "Check your email",
    forgotten_sent_text: |email| {
        format!("If there is an account with {email}, a link is on its way to it. It works once, within 15 minutes.")
    },
    forgotten_nothing_came: "Nothing there after a minute? Check your spam folder, or try another address of yours.",

    reset: "Choose a new password",
    reset_text: "You will be logged out everywhere, and log in again with the new password.",
    reset_set: "Set the password",
    reset_done: "Your password is set",
    reset_done_text: "All your sessions have ended, on every device. Log in with the new password.",
    link_over: "This link no longer works",
    link_over_text: "A link sets a password once, within 15 minutes of being asked for, and the newest one alone. \
        Your password is as it was.",

    consent: |client, brand| format!("Let {client} use your {brand} account?"),
    consent_text: |client| format!("{client} will be able to:"),
    consent_by: "It is by",
    backer: |backer| match backer {
        Backer::Person(name) => format!("{name}, a person with an account here"),
        Backer::Project(name) => format!("the project {name}"),
        Backer::Workspace(name) => format!("the workspace {name}"),
        Backer::Nobody => "nobody that we know of: it registered itself".to_owned(),
        Backer::Host(host) => format!("whoever runs {host}"),
    },
    consent_unvouched: |client| {
        format!(
            "Nobody here has checked what {client} is, and it chose its name itself. Allow it only if you have just \
             begun to log in to it yourself."
        )
    },
    consent_as: "Logged in as",
    consent_to: "Returns to",
    consent_allow: "Allow",
    consent_deny: "Deny",
    scope: |scope| match scope {
        OAuthScope::OpenId => "See who you are, by an identifier of your account",
        OAuthScope::Profile => "See your name, as you show it to others",
        OAuthScope::Email => "See your email",
        OAuthScope::ProjectRead => "See your role and permissions in its project",
        OAuthScope::McpRead => "See the MCP servers of your workspaces, and read what they hold",
        OAuthScope::McpWrite => "Call the tools of those servers for you, which may change and send things",
    },
    leading: |client| format!("Taking you back to {client}"),

    device: "Log in on a device",
    device_text: "Enter the code that your device shows.",
    device_compare: "Compare this with the code that your device shows, and go on only if they are the same.",
    device_code_hint: "Eight letters, such as BCDF-GHJK",
    device_asks: |client| format!("A device with {client} wants to log in with your account. It would be able to:"),
    device_shows: "The device shows",
    device_warning: "Allow this only if the device is in front of you and you began to log in there yourself. If somebody \
        sent you the code or a link, they want to get into your account: deny it.",
    device_allowed: "Your device is logged in",
    device_allowed_text: |client| format!("Go on with {client} on your device. You can close this page."),
    device_denied: "The device was not let in",
    device_denied_text: |client| format!("{client} learned nothing about you. You can close this page."),

    too_many: |seconds| format!("That was tried too often. Please wait {}, then try again.", span(seconds)),
    field,
    fault,
    fault_title,
    request_id: |id| format!("If you write to us about it, tell us this: {id}"),
};

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn span(seconds: u64) -> String {
    let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    match seconds {
        0..=90 => counted(seconds.max(1), "second", "seconds"),
        91..=5_400 => counted(seconds.div_ceil(60), "minute", "minutes"),
        _ => counted(seconds.div_ceil(3_600), "hour", "hours"),
    }
}

fn field(wrong: &FieldError) -> String {
    match (wrong.field.as_str(), wrong.rule.as_str()) {
        ("email", _) => "Enter an email, such as ada@example.com.".to_owned(),
        ("password", "required") => "Enter a password.".to_owned(),
        ("password", "minLength") => "Use at least 8 characters.".to_owned(),
        ("password", "maxLength") => "Use at most 128 characters.".to_owned(),
        ("password", "notCommon") => {
            "This password is among those guessed first. Choose another, or add a few words.".to_owned()
        }
        ("password", "notSame") => "Choose another password than the one you have.".to_owned(),
        ("password", "notEmail") => "The password must not be your email.".to_owned(),
        _ => wrong.message.clone(),
    }
}

fn fault(fault: &dyn Fault, told: &str) -> String {
    match fault.code() {
        "not_found" => "There is nothing at this address. The link may be incomplete.".to_owned(),
        "method_not_allowed" => "This page cannot be asked for in that way.".to_owned(),
        "email_already_verified" | "email_already_in_use" => {
            "There is an account with this email already. Log in instead.".to_owned()
        }
        "email_not_verified" if fault.kind() == Kind::Unauthenticated => told.to_owned(),
        "email_not_verified" => "The code was entered too long ago. Please start again.".to_owned(),
        "email_mismatch" => "This invite was sent to another email. Log in with the account it belongs to.".to_owned(),
        "invalid_client" => {
            "The app that sent you here is not known, so you were not sent back to it. Nothing was shared.".to_owned()
        }
        "invalid_request" => {
            format!("The app that sent you here asked in a way that is not taken, and nothing was shared. ({told})")
        }
        "unknown_user_code" => {
            "No device waits with this code. Compare it once more. A code works once, for 15 minutes.".to_owned()
        }
        "payload_too_large" => "More was sent than this page takes.".to_owned(),
        _ => told.to_owned(),
    }
}

const fn fault_title(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound | Kind::Gone => "Page not found",
        Kind::MethodNotAllowed | Kind::Malformed | Kind::UnsupportedMedia | Kind::TooLarge | Kind::Invalid => {
            "That did not work"
        }
        Kind::Unauthenticated => "Please log in",
        Kind::Forbidden | Kind::PlanRequired | Kind::PaymentRequired | Kind::LimitReached | Kind::Conflict => {
            "That is not possible"
        }
        Kind::RateLimited | Kind::QuotaExceeded => "A little slower, please",
        Kind::Unavailable | Kind::BadUpstream | Kind::UpstreamTimeout => "We will be back in a moment",
        Kind::Internal => "Something went wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_words() {
        assert_eq!(span(0), "1 second");
        assert_eq!(span(60), "60 seconds");
        assert_eq!(span(91), "2 minutes");
        assert_eq!(span(3_600), "60 minutes");
        assert_eq!(span(7_200), "2 hours");
    }
}
