//! Attacks on the provider, each by a name of its own (RFC 9700 has most of them), and the test that each one fails in.

mod answers;
mod codes;
mod forgeries;
mod redirects;
mod tokens;

use std::path::Path;

/// The attack, the file, and the test. Some stand where the thing itself is tested.
const ATTACKS: [(&str, &str, &str); 25] = [
    ("mix-up", "attacks/answers", "every_answer_names_who_gives_it"),
    ("duplicated parameters", "attacks/answers", "no_parameter_may_be_sent_twice"),
    ("clickjacking", "attacks/answers", "no_other_site_can_frame_the_question"),
    ("open redirect", "attacks/redirects", "nobody_is_led_to_an_address_that_only_looks_like_the_registered_one"),
    ("open redirect by a port", "attacks/redirects", "only_an_address_of_this_machine_may_have_another_port"),
    ("code injection", "attacks/codes", "a_code_that_was_asked_for_elsewhere_does_not_fit_the_verifier_here"),
    ("PKCE downgrade", "attacks/codes", "pkce_is_neither_left_out_nor_made_plain_nor_made_up_afterwards"),
    (
        "code theft by another client",
        "oauth_tokens",
        "a_code_that_was_sent_elsewhere_or_to_another_client_buys_nothing",
    ),
    ("code replay", "oauth_tokens", "a_code_is_good_once_and_a_second_use_ends_what_the_first_gave"),
    ("algorithm confusion", "attacks/forgeries", "the_public_key_is_no_secret_to_sign_with"),
    ("algorithm confusion of two keys", "attacks/forgeries", "a_token_by_one_algorithm_does_not_pass_for_the_other"),
    ("unsigned tokens", "attacks/forgeries", "a_token_without_a_signature_is_none"),
    ("keys that a token brings along", "attacks/forgeries", "a_key_that_a_token_brings_along_opens_nothing"),
    ("token replay at another audience", "attacks/tokens", "a_token_for_somebody_else_opens_nothing_here"),
    ("token replay by another client", "oauth_tokens", "tokens_mean_nothing_to_clients_of_other_people"),
    ("refresh token replay", "attacks/tokens", "a_refresh_token_that_comes_again_ends_the_whole_family"),
    ("tokens of one kind for another", "oauth_tokens", "every_credential_opens_its_own_doors_only"),
    ("secrets in addresses", "attacks/tokens", "a_secret_in_an_address_is_not_taken"),
    ("CSRF on the consent", "pages_consent", "a_decision_without_the_proof_of_this_browser_allows_nothing"),
    ("CSRF by a posted question", "attacks/answers", "a_question_that_another_site_posts_allows_nothing"),
    ("CSRF on the login", "pages_login", "a_login_without_the_proof_of_this_browser_is_refused"),
    ("session fixation", "pages_login", "a_login_leaves_nothing_of_what_the_browser_was_before"),
    ("cookie theft", "pages_login", "the_cookie_of_a_session_is_sealed_and_kept_from_scripts_and_other_sites"),
    ("redirects after the login", "pages_login", "a_login_leads_back_to_a_page_of_the_list_and_nowhere_else"),
    ("markup in a client's name", "pages_consent", "a_clients_name_is_text_and_the_api_beside_the_page_is_as_it_was"),
];

#[test]
fn every_attack_of_the_list_has_its_test() {
    for (attack, file, test) in ATTACKS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/api/{file}.rs"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(&format!("#[test]\nfn {test}() {{")), "{attack}: no {test} in {file}.rs");
    }
}
