//! `/projects` for browsers.

use crate::browser::Browser;
use crate::crew::Crew;
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};

#[test]
fn a_member_comes_by_the_login_to_the_project_that_a_mail_leads_to() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let mut browser = Browser::new(gateway);
        let first = browser.get(&crew.path("")).await.is(303);
        let login = browser.follow(first).await.is(200);
        let filled = [("email", &*crew.member.email), ("password", crew.member.password)];
        let entered = browser.fill(&login, &filled).await.is(303);
        assert_eq!(entered.header("location"), Some(&*crew.path("")));
        let page = browser.follow(entered).await.is(200).page();
        assert!(page.contains("Rocket") && page.contains("Member") && page.contains("Its members"), "{page}");
        let all = browser.get("/projects/").await.is(200).page();
        assert!(all.contains(&format!("href=\"{}\"", crew.path(""))), "{all}");
    });
}

#[test]
fn another_persons_project_is_not_shown() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let mut browser = Browser::new(gateway);
        let _ = enter(&mut browser, &crew.outsider).await.is(303);
        let refused = browser.get(&crew.path("")).await.is(403);
        assert!(!refused.page().contains("Rocket"), "{refused:?}");
        assert!(browser.get("/projects").await.is(200).page().contains("You are in no project yet."));
        let _ = browser.get("/projects/no-such-project").await.is(404);
    });
}

#[test]
fn a_program_with_a_credential_gets_the_api_whatever_it_says_it_takes() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let like_java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
        let project = crew.member.get(&crew.path("")).header("accept", like_java).await.is(200).json();
        assert_eq!(project["name"], "Rocket");
    });
}
