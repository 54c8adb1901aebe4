//! What is offered, and how whoever looks at it can take it.

use super::path;
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::login;
use crate::pages::logout;
use crate::pages::return_to::ReturnTo;
use crate::pages::sheet::{Ask, Link, Sheet};
use mainstay_auth::AuthService;
use mainstay_edge::Failure;
use mainstay_tenancy::invites::{InviteError, InviteView};
use mainstay_tenancy::{InviteService, InviteToken};

/// An invite as its holder sees it.
pub(super) struct Offered {
    token: String,
    pub(super) view: InviteView,
    pub(super) visitor: Visitor,
}

/// Whoever looks at an invite.
pub(super) enum Visitor {
    /// Somebody who is logged in, by their address.
    Inside(String),
    /// Somebody who is not, while the invited address has an account.
    HasAccount,
    /// Somebody whose address has none.
    New,
}

impl Visitor {
    /// The fields of the form that they are shown.
    pub(super) const fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::New => &["password"],
            Self::Inside(_) | Self::HasAccount => &[],
        }
    }
}

impl Offered {
    /// The invite of this token; none where it is over, or never was.
    pub(super) async fn find(
        browser: &Browser,
        token: String,
        invites: &dyn InviteService,
        people: &dyn AuthService,
    ) -> Result<Option<Self>, Failure> {
        let view = match invites.view(&InviteToken::presented(token.as_str())).await {
            Ok(view) => view,
            Err(InviteError::NotFound) => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        let person = match browser.session {
            Some(session) => people.person(session.person).await?,
            None => None,
        };
        let visitor = match person {
            Some(person) => Visitor::Inside(person.email.clone()),
            None if people.by_email(&view.invite.email).await?.is_some() => Visitor::HasAccount,
            None => Visitor::New,
        };
        Ok(Some(Self { token, view, visitor }))
    }

    pub(super) fn token(&self) -> InviteToken {
        InviteToken::presented(self.token.as_str())
    }

    pub(super) fn email(&self) -> &str {
        &self.view.invite.email
    }

    /// The page.
    pub(super) fn sheet(&self, browser: &Browser, complaint: &Complaint) -> Sheet {
        let (words, view) = (browser.hosted.words, &self.view);
        let is_project = view.invite.offer.project().is_some();
        let inviter = view.invited_by.as_deref().unwrap_or(words.somebody);
        let sheet = Sheet::new((words.invite)(&view.place_name))
            .warns(complaint.general.clone())
            .says((words.invite_text)(inviter, browser.hosted.brand.as_str()))
            .tells(if is_project { words.project } else { words.workspace }, view.place_name.as_str())
            .tells(words.role, (words.role_name)(view.invite.offer.role()))
            .tells(words.invited_email, self.email());
        self.way_in(browser, complaint, sheet)
    }

    fn way_in(&self, browser: &Browser, complaint: &Complaint, sheet: Sheet) -> Sheet {
        let words = browser.hosted.words;
        let action = path(&self.token());
        let to = ReturnTo::parse(&action);
        match &self.visitor {
            Visitor::Inside(email) => sheet
                .concludes((words.logged_in_as)(email))
                .asks(Ask { action, button: words.invite_accept, ..Ask::default() })
                .asks(logout::ask(words, to.as_ref())),
            Visitor::HasAccount => {
                let login = login::address(to.as_ref(), Some(self.email()), false);
                sheet.concludes(words.invite_log_in_text).leads(Link::new(login, words.invite_log_in).drawn_as_button())
            }
            Visitor::New => {
                let fields = vec![complaint.about(words.new_password_field())];
                let username = Some(self.email().to_owned());
                let ask = Ask { action, fields, username, button: words.invite_sign_up, ..Ask::default() };
                let login = Link::new(ReturnTo::after(to.as_ref(), login::PATH), words.other_account);
                sheet.concludes(words.invite_sign_up_text).asks(ask).leads(login)
            }
        }
    }
}
