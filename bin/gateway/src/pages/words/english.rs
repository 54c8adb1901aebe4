//! English.

use super::Words;
use mainstay_auth::{Backer, OAuthScope};
use mainstay_kernel::{Fault, FieldError, Kind};

pub(in crate::pages) const ENGLISH: Words = Words {
    lang: "en",
    skip: "Skip to the content",
    wrong_title: "Please look at this again",
    wrong_prefix: "Error: ",
    show: "Show",
    hide: "Hide",

    email: "Email",
    password: "Password",
    new_password: "New password",
    new_password_hint: "At least 8 characters. A few words that only you would put together are best.",

    code: "Code",
    code_hint: "Six digits",

    to_log_in: "Log in",
    log_in_to: |brand| format!("Log in to {brand}"),
    logged_in: |brand| format!("Welcome to {brand}"),
    logged_in_as: |email| format!("You are logged in as {email}."),
    to_app: |brand| format!("Continue to {brand}"),
    to_site: |host| format!("Continue to {host}"),
    to_log_out: "Log out",
    logged_out: "You are logged out",
    logged_out_text: "The session in this browser has ended.",
    other_account: "Use another account",
    second_factor: "Confirm that it is you",
    second_factor_text: "Enter the code that your authenticator app shows.",
    second_factor_hint: "Six digits, or one of your recovery codes",
    start_again: "Start again",
    login_over: "Please log in again",
    login_over_text: "This login waited too long for its code, or was given too many wrong ones.",

    to_sign_up: "Create an account",
    have_account: "I have an account",
    go_on: "Continue",
    sign_up: "Create your account",
    sign_up_text: "We send a code to your email, to know that it is yours.",
    code_title: "Look into your mail",
    code_text: |email| format!("We sent a code to {email}. It works for ten minutes."),
    code_resend: "Send another code",
    code_resent: "Another code is on its way. The one before does not work any more.",
    other_email: "Use another email",
    sign_up_password: "Choose a password",
    sign_up_password_text: |email| format!("{email} is yours. One more thing, and you are in."),
    sign_up_finish: "Create my account",

    invite: |place| format!("Join {place}"),
    invite_text: |inviter, brand| format!("{inviter} invites you to work together on {brand}."),
    somebody: "Somebody",
    project: "Project",
    workspace: "Workspace",
    role: "Your role",
    role_name: capitalised,
    invited_email: "For",
    invite_accept: "Accept the invite",
    invite_log_in: "Log in to accept",
    invite_log_in_text: "You have an account with this email. Log in, and you come back here.",
    invite_sign_up: "Create my account and join",
    invite_sign_up_text: "Choose a password, and you are in. You need no code: this link came to your mail.",
    invite_over: "This invite does not work any more",
    invite_over_text: "It was used, called back, or is older than seven days. Ask whoever invited you for another.",
    joined: |place| format!("Welcome to {place}"),
    joined_text: "You are in, and can begin.",
    joined_before: |place| format!("You are in {place} already"),
    joined_before_text: "There is nothing more to do.",

    forgotten: "Forgot your password?",
    forgotten_text: "Tell us your email, and we send you a link that sets a new one.",
    forgotten_send: "Send me a link",
    forgotten_ask_again: "Ask for a new link",
    forgotten_sent: "Look into your mail",
    forgotten_sent_text: |email| {
        format!("If there is an account with {email}, a link is on its way to it. It works once, within 15 minutes.")
    },
    forgotten_nothing_came: "Nothing there after a minute? Look among the spam, or try another email of yours.",

    reset: "Choose a new password",
    reset_text: "You will be logged out everywhere, and log in anew with this password.",
    reset_set: "Set the password",
    reset_done: "Your password is set",
    reset_done_text: "All your sessions have ended, on every device. Log in with the new password.",
    link_over: "This link does not work any more",
    link_over_text: "A link sets a password once, within 15 minutes of being asked for, and the newest one alone. \
        Your password is as it was.",

    consent: |client, brand| format!("Let {client} use your {brand} account?"),
    consent_text: |client| format!("{client} would be able to see:"),
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
    consent_as: "You are",
    consent_to: "You go on to",
    consent_allow: "Allow",
    consent_deny: "Deny",
    scope: |scope| match scope {
        OAuthScope::OpenId => "That it is you, by a number that stands for your account",
        OAuthScope::Profile => "Your name, as you show it to others",
        OAuthScope::Email => "Your email",
        OAuthScope::ProjectRead => "Your role and permissions in its project",
    },
    leading: |client| format!("Taking you back to {client}"),

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
            "This is one of the passwords that are guessed first. Choose another, or add a few words.".to_owned()
        }
        ("password", "notEmail") => "The password may not be your email.".to_owned(),
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
        "email_not_verified" => "The code was entered too long ago. Please start again.".to_owned(),
        "email_mismatch" => "This invite was sent to another email. Log in with the account it belongs to.".to_owned(),
        "invalid_client" => {
            "The app that sent you here is not known, so you were not sent back to it. Nothing was shared.".to_owned()
        }
        "invalid_request" => {
            format!("The app that sent you here asked in a way that is not taken, and nothing was shared. ({told})")
        }
        "payload_too_large" => "More was sent than this page takes.".to_owned(),
        _ => told.to_owned(),
    }
}

const fn fault_title(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound => "Page not found",
        Kind::MethodNotAllowed | Kind::Malformed | Kind::UnsupportedMedia | Kind::TooLarge | Kind::Invalid => {
            "That did not work"
        }
        Kind::Unauthenticated => "Please log in",
        Kind::Forbidden | Kind::PlanRequired | Kind::LimitReached | Kind::Conflict => "That is not possible",
        Kind::RateLimited => "A little slower, please",
        Kind::Unavailable => "We will be back in a moment",
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
