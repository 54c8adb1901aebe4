//! Every text of the pages, in one place for each language.

mod english;

use super::sheet::Field;
pub(super) use english::ENGLISH;
use mainstay_auth::{Backer, OAuthScope};
use mainstay_kernel::{Fault, FieldError, Kind};

/// The texts of one language. Those that name something are functions of its name.
pub(super) struct Words {
    /// The language (RFC 5646), for browsers and screen readers.
    pub(super) lang: &'static str,
    pub(super) skip: &'static str,
    pub(super) wrong_title: &'static str,
    pub(super) wrong_prefix: &'static str,
    /// What the script's buttons say.
    pub(super) show: &'static str,
    pub(super) hide: &'static str,

    pub(super) email: &'static str,
    pub(super) password: &'static str,
    pub(super) new_password: &'static str,
    pub(super) new_password_hint: &'static str,

    pub(super) code: &'static str,
    pub(super) code_hint: &'static str,

    pub(super) front: fn(&str) -> String,
    pub(super) front_text: fn(&str) -> String,
    pub(super) to_docs: &'static str,

    pub(super) to_log_in: &'static str,
    pub(super) log_in_to: fn(&str) -> String,
    pub(super) logged_in: fn(&str) -> String,
    pub(super) logged_in_as: fn(&str) -> String,
    pub(super) to_app: fn(&str) -> String,
    pub(super) to_site: fn(&str) -> String,
    pub(super) to_log_out: &'static str,
    pub(super) logged_out: &'static str,
    pub(super) logged_out_text: &'static str,
    pub(super) log_out_of: fn(&str) -> String,
    /// The client.
    pub(super) log_out_wished: fn(&str) -> String,
    pub(super) log_out_text: &'static str,
    pub(super) stay_logged_in: &'static str,
    pub(super) other_account: &'static str,
    pub(super) second_factor: &'static str,
    pub(super) second_factor_text: &'static str,
    pub(super) second_factor_hint: &'static str,
    pub(super) start_again: &'static str,
    pub(super) login_over: &'static str,
    pub(super) login_over_text: &'static str,

    pub(super) to_sign_up: &'static str,
    pub(super) have_account: &'static str,
    pub(super) go_on: &'static str,
    pub(super) sign_up: &'static str,
    pub(super) sign_up_text: &'static str,
    pub(super) code_title: &'static str,
    pub(super) code_text: fn(&str) -> String,
    pub(super) code_resend: &'static str,
    pub(super) code_resent: &'static str,
    pub(super) other_email: &'static str,
    pub(super) sign_up_password: &'static str,
    pub(super) sign_up_password_text: fn(&str) -> String,
    pub(super) sign_up_finish: &'static str,

    pub(super) invite: fn(&str) -> String,
    /// Who invites, and the brand.
    pub(super) invite_text: fn(&str, &str) -> String,
    pub(super) somebody: &'static str,
    pub(super) project: &'static str,
    pub(super) workspace: &'static str,
    pub(super) role: &'static str,
    pub(super) role_name: fn(&str) -> String,
    pub(super) invited_email: &'static str,
    pub(super) invite_accept: &'static str,
    pub(super) invite_log_in: &'static str,
    pub(super) invite_log_in_text: &'static str,
    pub(super) invite_sign_up: &'static str,
    pub(super) invite_sign_up_text: &'static str,
    pub(super) invite_over: &'static str,
    pub(super) invite_over_text: &'static str,
    pub(super) joined: fn(&str) -> String,
    pub(super) joined_text: &'static str,
    pub(super) joined_before: fn(&str) -> String,
    pub(super) joined_before_text: &'static str,

    pub(super) projects: &'static str,
    pub(super) projects_none: &'static str,
    pub(super) project_seen_by: &'static str,
    pub(super) project_public: &'static str,
    pub(super) project_private: &'static str,

    pub(super) forgotten: &'static str,
    pub(super) forgotten_text: &'static str,
    pub(super) forgotten_send: &'static str,
    pub(super) forgotten_ask_again: &'static str,
    pub(super) forgotten_sent: &'static str,
    pub(super) forgotten_sent_text: fn(&str) -> String,
    pub(super) forgotten_nothing_came: &'static str,

    pub(super) reset: &'static str,
    pub(super) reset_text: &'static str,
    pub(super) reset_set: &'static str,
    pub(super) reset_done: &'static str,
    pub(super) reset_done_text: &'static str,
    pub(super) link_over: &'static str,
    pub(super) link_over_text: &'static str,

    /// The client, and the brand.
    pub(super) consent: fn(&str, &str) -> String,
    pub(super) consent_text: fn(&str) -> String,
    pub(super) consent_by: &'static str,
    /// Who answers for a client.
    pub(super) backer: fn(&Backer) -> String,
    /// That nobody here vouches for a client of this name.
    pub(super) consent_unvouched: fn(&str) -> String,
    pub(super) consent_as: &'static str,
    pub(super) consent_to: &'static str,
    pub(super) consent_allow: &'static str,
    pub(super) consent_deny: &'static str,
    pub(super) scope: fn(OAuthScope) -> &'static str,
    pub(super) leading: fn(&str) -> String,

    pub(super) device: &'static str,
    pub(super) device_text: &'static str,
    /// Instead, where the code is there already.
    pub(super) device_compare: &'static str,
    pub(super) device_code_hint: &'static str,
    /// The client.
    pub(super) device_asks: fn(&str) -> String,
    pub(super) device_shows: &'static str,
    pub(super) device_warning: &'static str,
    pub(super) device_allowed: &'static str,
    pub(super) device_allowed_text: fn(&str) -> String,
    pub(super) device_denied: &'static str,
    pub(super) device_denied_text: fn(&str) -> String,

    /// Too many attempts or requests, and how many seconds to wait.
    pub(super) too_many: fn(u64) -> String,
    /// A field's broken rule.
    pub(super) field: fn(&FieldError) -> String,
    /// A fault, with the sentence that it tells of itself.
    pub(super) fault: fn(&dyn Fault, &str) -> String,
    pub(super) fault_title: fn(Kind) -> &'static str,
    pub(super) request_id: fn(&str) -> String,
}

impl Words {
    /// Where a person types their address.
    pub(super) fn email_field(&self, value: String) -> Field {
        let (name, label) = ("email", self.email);
        Field { name, label, kind: "email", autocomplete: "username", value, ..Field::default() }
    }

    /// Where a person types the password that they have.
    pub(super) fn password_field(&self) -> Field {
        let (name, label) = ("password", self.password);
        Field { name, label, kind: "password", autocomplete: "current-password", ..Field::default() }
    }

    /// Where a person types the digits that they were given.
    pub(super) fn code_field(&self) -> Field {
        let (name, label, hint) = ("code", self.code, self.code_hint);
        let (is_code, is_digits) = (true, true);
        Field { name, label, kind: "text", autocomplete: "one-time-code", hint, is_code, is_digits, ..Field::default() }
    }

    /// Where a person chooses a password.
    pub(super) fn new_password_field(&self) -> Field {
        let (name, label, hint) = ("password", self.new_password, self.new_password_hint);
        Field { name, label, kind: "password", autocomplete: "new-password", hint, ..Field::default() }
    }
}
