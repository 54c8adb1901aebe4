//! On what the browser carries between the client and the provider.

use crate::browser::TAKES_HTML;
use crate::oauth_app::{onward, parameter};
use crate::pages_consent::{cast, decision, location};
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};

/// RFC 9207: a client of several providers must be able to tell whose answer it is.
#[test]
fn every_answer_names_who_gives_it() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let metadata = gateway.nobody().get("/.well-known/openid-configuration").await.is(200);
        assert_eq!(metadata.at("/authorization_response_iss_parameter_supported"), true);
        let mut answers = vec![location(&browser.get(&app.question("&prompt=none")).await)];
        let _ = enter(&mut browser, &ada).await.is(303);
        for error in ["&prompt=none", "&response_mode=fragment", "&request=x.y.z", "&code_challenge=x", "&resource=x"] {
            answers.push(location(&browser.get(&app.question(error)).await));
        }
        for answer in ["deny", "allow"] {
            let consent = browser.get(&app.question("")).await.is(200);
            answers.push(onward(&browser.send(&decision(&consent, answer)).await.is(200)));
        }
        answers.push(location(&browser.get(&app.question("")).await));
        answers.push(ada.get(&app.question("")).await.is(200).text("/redirect_url"));
        for back in answers {
            assert_eq!(parameter(&back, "iss").as_deref(), Some(gateway.url()), "{back}");
        }
    });
}

/// RFC 6749 section 3.1: which of the two counts is not left to chance, here or in whatever stands before us.
#[test]
fn no_parameter_may_be_sent_twice() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        let more =
            "&state=a&scope=openid&nonce=b&prompt=consent&max_age=9&resource=https://api.example.com/&claims=%7B%7D";
        let question = app.question(&format!("{more}&{}", crate::oauth_app::challenge()));
        let (_, query) = question.split_once('?').expect("a query");
        for pair in query.split('&') {
            let twice = format!("{question}&{pair}");
            let told = browser.get(&twice).await.is(400);
            assert!(told.is_page() && told.header("location").is_none(), "{pair}: {told:?}");
            let _ = ada.get(&twice).await.is(400);
        }
        let code = app.code(&ada, "").await;
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}&client_id={}&client_secret={}",
            crate::oauth_app::BACK,
            app.client_id,
            app.secret.clone().expect("a secret")
        );
        for pair in form.split('&') {
            assert_eq!(
                app.send("/oauth/token", &format!("{form}&{pair}")).await.is(400).text("/error"),
                "invalid_request"
            );
        }
        let _ = app.send("/oauth/token", &form).await.is(200);
    });
}

/// RFC 9700 section 4.16.
#[test]
fn no_other_site_can_frame_the_question() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let login = browser.get("/login").await.is(200);
        let _ = enter(&mut browser, &ada).await.is(303);
        let consent = browser.get(&app.question("")).await.is(200);
        let leading = browser.send(&decision(&consent, "allow")).await.is(200);
        let wrong = browser.get("/oauth/authorize").await.is(400);
        for page in [&login, &consent, &leading, &wrong] {
            let policy = page.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "for browsers that know no policy");
            assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "the code is told to nobody else");
        }
    });
}

/// A question that another site posts is put as if it were linked, and answers nothing by itself.
#[test]
fn a_question_that_another_site_posts_allows_nothing() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        let question = app.question("");
        let (path, form) = question.split_once('?').expect("a query");
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        for more in ["&answer=allow", "&answer=allow&question=client_id%3Dx"] {
            let call =
                gateway.nobody().call("POST", path).header("accept", TAKES_HTML).header("cookie", cookies.join("; "));
            let sent = call.body("application/x-www-form-urlencoded", format!("{form}{more}")).await;
            let shown = browser.get(&location(&sent)).await.is(200);
            let _ = decision(&shown, "allow");
        }
        assert_eq!(ada.get("/oauth/grants").await.is(200).json().as_array().map(Vec::len), Some(0));
    });
}
