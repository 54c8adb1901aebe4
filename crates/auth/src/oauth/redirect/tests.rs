use super::*;
use proptest::prelude::*;

fn goes_to(registered: &str, asked: &str) -> Option<String> {
    target(&[registered.to_owned()], asked)
}

#[test]
fn only_addresses_that_lead_to_the_application_are_registered() {
    for good in [
        "https://app.example.com",
        "https://app.example.com/callback?tenant=7",
        "https://app.example.com:8443/a/@me",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:3000/callback",
        "http://[::1]:3000/",
        "http://localhost:3000/callback",
    ] {
        assert_eq!(objection(good, ClientKind::Confidential), None, "{good}");
        assert_eq!(objection(good, ClientKind::Public), None, "{good}");
    }
    for bad in [
        "",
        "/callback",
        "app.example.com/callback",
        "https://",
        "https:app.example.com/callback",
        "https:/app.example.com/callback",
        "https://app.example.com/#top",
        "https://app.example.com/#",
        "https://ada@app.example.com/",
        "https://:secret@app.example.com/",
        "https://@app.example.com/",
        "https:\\\\app.example.com\\",
        "https://app.example.com/a b",
        "https://app.example.com/\n",
        "https://app.example.com/ü",
        "http://app.example.com/",
        "http://127.0.0.2/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "vbscript:x",
        "about:blank",
        "blob:https://app.example.com/1",
        "myapp:/callback",
        "ftp://app.example.com/",
        &format!("https://app.example.com/{}", "a".repeat(2_000)),
    ] {
        assert!(objection(bad, ClientKind::Confidential).is_some(), "{bad}");
        assert!(objection(bad, ClientKind::Public).is_some(), "{bad}");
    }
}

#[test]
fn a_scheme_of_its_own_is_for_public_clients() {
    for own in ["com.example.app:/callback", "com.example.app://callback"] {
        assert_eq!(objection(own, ClientKind::Public), None, "{own}");
        assert!(objection(own, ClientKind::Confidential).is_some(), "{own}");
    }
}

#[test]
fn one_slash_at_the_end_of_the_path_makes_no_difference_and_the_registered_form_wins() {
    let registered = "https://app.example.com/callback";
    assert_eq!(goes_to(registered, "https://app.example.com/callback/").as_deref(), Some(registered));
    assert_eq!(
        goes_to("https://app.example.com", "https://app.example.com/").as_deref(),
        Some("https://app.example.com")
    );
    assert_eq!(goes_to(registered, "HTTPS://APP.example.com:443/c%61llback").as_deref(), Some(registered));
    assert_eq!(goes_to(registered, "https://app.example.com/callback//"), None);
    let with_query = "https://app.example.com/callback?tenant=7";
    assert_eq!(goes_to(with_query, "https://app.example.com/callback/?tenant=7").as_deref(), Some(with_query));
}

#[test]
fn any_other_difference_leads_nowhere() {
    let registered = "https://app.example.com/callback?a=1";
    for asked in [
        "http://app.example.com/callback?a=1",
        "https://app.example.com.evil.com/callback?a=1",
        "https://evil.com/callback?a=1",
        "https://app.example.com:444/callback?a=1",
        "https://app.example.com/Callback?a=1",
        "https://app.example.com/callback",
        "https://app.example.com/callback?a=2",
        "https://app.example.com/callback?a=1&b=2",
        "https://app.example.com/callback/more?a=1",
        "https://app.example.com/other/../callback2?a=1",
        "https://app.example.com@evil.com/callback?a=1",
        "https://ada@app.example.com/callback?a=1",
        "https://app.example.com/callback?a=1#fragment",
        "https://app.example.com\\@evil.com/callback?a=1",
        "//app.example.com/callback?a=1",
        "",
    ] {
        assert_eq!(goes_to(registered, asked), None, "{asked}");
    }
}

#[test]
fn a_number_of_this_machine_may_have_any_port_and_a_name_may_not() {
    assert_eq!(
        goes_to("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb").as_deref(),
        Some("http://127.0.0.1:51004/cb")
    );
    assert_eq!(goes_to("http://[::1]:3000/cb", "http://[::1]:51004/cb").as_deref(), Some("http://[::1]:51004/cb"));
    assert_eq!(goes_to("http://localhost/cb", "http://localhost:51004/cb"), None);
    assert_eq!(goes_to("http://127.0.0.1/cb", "http://[::1]:51004/cb"), None);
    assert_eq!(goes_to("https://127.0.0.1/cb", "https://127.0.0.1:51004/cb"), None);
}

#[test]
fn a_query_that_is_there_already_stays() {
    let pairs = || [("code", "a b"), ("state", "x&y=z")];
    assert_eq!(with_query("https://a.example/cb", pairs()), "https://a.example/cb?code=a+b&state=x%26y%3Dz");
    assert_eq!(with_query("https://a.example/cb?q=1", pairs()), "https://a.example/cb?q=1&code=a+b&state=x%26y%3Dz");
    assert_eq!(with_query("https://a.example/cb?", pairs()), "https://a.example/cb?code=a+b&state=x%26y%3Dz");
}

proptest! {
    #[test]
    fn whatever_is_asked_for_nobody_leaves_the_registered_host(asked in "(https?://)?[a-z.@:/\\\\#?%0-9]{0,60}|\\PC{0,60}") {
        let registered = "https://app.example.com/callback";
        let sent = goes_to(registered, &asked);
        prop_assert!(sent.is_none() || sent.as_deref() == Some(registered), "{asked}");
    }
}
