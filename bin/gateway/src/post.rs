//! What the domains have to tell people, put into letters.

use mainstay_auth::Letter as Account;
use mainstay_kernel::{Secret, Timestamp};
use mainstay_mail::{Brand, Content, Letter, Mailer, SealedMail};
use mainstay_store::jobs::NewJob;
use mainstay_tenancy::invites::{InviteLetter, Offer};
use mainstay_tenancy::{InvitePost, InviteToken};

/// How long codes and reset links work, as the letters say it.
const CODE_MINUTES: u32 = 10;
const RESET_MINUTES: u32 = 15;
/// How long invites do.
const INVITE_DAYS: u32 = 7;

/// Writes the letters of every domain; their links lead into the app of the brand.
pub(crate) struct Post {
    pub(crate) mailer: SealedMail,
    pub(crate) brand: Brand,
}

impl mainstay_auth::Post for Post {
    fn job(&self, letter: Account, now: Timestamp) -> NewJob {
        let (to, content) = match letter {
            Account::SignUpCode { to, code } => (to, Content::SignUpCode { code, minutes: CODE_MINUTES }),
            Account::AddressCode { to, code } => (to, Content::AddressCode { code, minutes: CODE_MINUTES }),
            Account::PasswordReset { to, token } => (to, self.reset(&token)),
            Account::PasswordChanged { to } => (to, Content::PasswordChanged { at: now }),
            Account::SecondFactorOn { to, at } => (to, Content::SecondFactorOn { at }),
            Account::SecondFactorOff { to, at } => (to, Content::SecondFactorOff { at }),
            Account::AccountDeleted { to, at } => (to, Content::AccountDeleted { at }),
            Account::NewDevice { to, device, address, at } => (to, Content::NewDevice { device, address, at }),
            Account::DefaultAddressChanged { to, new_address } => {
                (to, Content::DefaultAddressChanged { to: new_address })
            }
        };
        self.mailer.job(&Letter { to, content }, now)
    }
}

impl InvitePost for Post {
    fn job(&self, letter: &InviteLetter) -> NewJob {
        let InviteLetter { invite, token, place_name, invited_by } = letter;
        let inviter = invited_by.clone().unwrap_or_else(|| "Somebody".to_owned());
        let (role, link, days) = (invite.offer.role().to_owned(), self.invite_link(token), INVITE_DAYS);
        let content = match invite.offer {
            Offer::Project(..) => Content::ProjectInvite { project: place_name.clone(), inviter, role, link, days },
            Offer::Workspace(_) => {
                Content::WorkspaceInvite { workspace: place_name.clone(), inviter, role, link, days }
            }
        };
        self.mailer.job(&Letter { to: invite.email.clone(), content }, invite.created_at)
    }
}

impl Post {
    /// The job that sends this letter.
    pub(crate) fn letter(&self, letter: &Letter, now: Timestamp) -> NewJob {
        self.mailer.job(letter, now)
    }

    /// Where people find a project.
    pub(crate) fn link_to_project(&self, slug: &str) -> Secret<String> {
        Secret::new(self.brand.link(&format!("/projects/{slug}")))
    }

    /// Where people find a workspace.
    pub(crate) fn link_to_workspace(&self, slug: &str) -> Secret<String> {
        Secret::new(self.brand.link(&format!("/workspaces/{slug}")))
    }

    fn reset(&self, token: &Secret<String>) -> Content {
        let link = self.brand.link(&format!("/reset-password?token={}", token.expose()));
        Content::PasswordReset { link: Secret::new(link), minutes: RESET_MINUTES }
    }

    fn invite_link(&self, token: &InviteToken) -> Secret<String> {
        Secret::new(self.brand.link(&format!("/invites/{}", token.expose())))
    }
}
