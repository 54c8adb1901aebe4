//! Every secret that is given out once opens the doors it was made for, and no other.

use crate::authenticator::{Authenticator, secured};
use crate::sign_up::PASSWORD;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Nobody, Person, fresh_email, on_each_gateway};
use serde_json::{Value, json};

/// Where a secret is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// The code of a sign-up.
    SignUp,
    /// The code of an added address.
    Address,
    /// The proof of an address, for choosing a password.
    Password,
    /// The link for a new password.
    Reset,
    /// Signing up by an invite.
    WithInvite,
    /// Looking at an invite.
    Invite,
    /// Accepting an invite.
    Accept,
    /// The challenge of a login.
    Challenge,
    /// The code that answers a challenge.
    SecondFactor,
    /// The next pair of opaque tokens.
    Refresh,
    /// The next pair of JWTs.
    JwtRefresh,
    /// The identity API.
    Bearer,
    /// The platform.
    PlatformBearer,
}
use Door::{
    Accept, Address, Bearer, Challenge, Invite, JwtRefresh, Password, PlatformBearer, Refresh, Reset, SecondFactor,
    SignUp, WithInvite,
};

const DOORS: [Door; 13] = [
    SignUp,
    Address,
    Password,
    Reset,
    WithInvite,
    Invite,
    Accept,
    Challenge,
    SecondFactor,
    Refresh,
    JwtRefresh,
    Bearer,
    PlatformBearer,
];

/// More letters than any code has; longer ones are not even looked at.
const LONGEST_CODE: usize = 64;

impl Door {
    /// How a wrong secret is refused here (identity §16).
    fn refusal(self, secret: &str) -> (u16, &'static str) {
        match self {
            SignUp | Address if secret.len() > LONGEST_CODE => (422, ""),
            SignUp | Address | SecondFactor => (400, "INVALID_CODE"),
            Password => (400, "EMAIL_NOT_VERIFIED"),
            Reset | Challenge => (400, "INVALID_TOKEN"),
            WithInvite | Invite | Accept => (404, "INVITE_NOT_FOUND"),
            Refresh | JwtRefresh => (401, "INVALID_REFRESH_TOKEN"),
            Bearer => (401, "UNAUTHORIZED"),
            PlatformBearer => (401, "unauthenticated"),
        }
    }
}

/// A live secret, and what it is for.
struct Secret {
    name: &'static str,
    value: String,
    opens: &'static [Door],
}

const fn secret(name: &'static str, value: String, opens: &'static [Door]) -> Secret {
    Secret { name, value, opens }
}

/// Ada has a second factor and a workspace; Bea has neither.
struct Story<'g> {
    gateway: &'g Gateway,
    ada: Person,
    authenticator: Authenticator,
    bea: Person,
    /// The token of a device of Bea's.
    device: String,
    /// An address that signs up, one that Bea adds, one that is proven, and one that is invited.
    starting: String,
    added: String,
    proven: String,
    invited: String,
}

impl<'g> Story<'g> {
    /// Gives out one of every secret.
    async fn begin(gateway: &'g Gateway) -> (Self, Vec<Secret>) {
        let (tenant, bea) = (gateway.tenant().await, gateway.person("bea").await);
        let (starting, added) = (fresh_email("starting"), fresh_email("added"));
        let (proven, invited) = (fresh_email("proven"), fresh_email("invited"));
        let ada = tenant.owner.clone();
        let (authenticator, enabled) = secured(&ada).await;
        let _ = ada.post(&tenant.path("/invites"), &json!({ "email": invited })).await.is(201);
        let session = log_in(gateway, &bea).await.is(200);
        let device = session.text("/device_token");
        let story = Self { gateway, ada, authenticator, bea, device, starting, added, proven, invited };
        let secrets = vec![
            secret("sign-up code", story.sign_up_code(&story.starting).await, &[SignUp]),
            secret("address code", story.address_code(&story.added).await, &[Address]),
            secret("registration token", story.registration_token(&story.proven).await, &[Password]),
            secret("reset token", story.reset_token().await, &[Reset]),
            secret("invite token", gateway.letter_to(&story.invited).await.token(), &[WithInvite, Invite, Accept]),
            secret("challenge", log_in(gateway, &story.ada).await.is(202).text("/challenge_token"), &[Challenge]),
            secret("recovery code", enabled.text("/recoveryCodes/0"), &[SecondFactor]),
            secret("time-based code", story.authenticator.next_code(), &[SecondFactor]),
            secret("session token", session.text("/token"), &[Bearer, PlatformBearer]),
            secret("refresh token", session.text("/refresh_token"), &[Refresh, JwtRefresh]),
            secret("device token", story.device.clone(), &[]),
            secret("JWT", story.bea.access.clone(), &[Bearer, PlatformBearer]),
            secret("API key", tenant.key.key.clone(), &[Bearer, PlatformBearer]),
        ];
        (story, secrets)
    }

    fn nobody(&self) -> Nobody {
        self.gateway.nobody()
    }

    /// Whether a login with this for a device token passes for one from Bea's device.
    async fn passes_for_a_device(&self, value: &str) -> bool {
        let credentials = json!({ "email": self.bea.email, "password": self.bea.password });
        let unseen = fresh_email("a program that nobody has used");
        let call = self.nobody().post("/auth/login", &credentials).header("user-agent", unseen);
        call.header("x-device-token", value).await.is(200).text("/device_token") == self.device
    }

    async fn sign_up_code(&self, email: &str) -> String {
        let _ = self.nobody().post("/auth/register/start", &json!({ "email": email })).await.is(200);
        self.gateway.letter_to(email).await.code()
    }

    async fn address_code(&self, email: &str) -> String {
        let _ = self.bea.post("/auth/emails", &json!({ "email": email })).await.is(201);
        self.gateway.letter_to(email).await.code()
    }

    async fn registration_token(&self, email: &str) -> String {
        let code = self.sign_up_code(email).await;
        self.nobody().post("/auth/register/verify", &code_for(email, &code)).await.is(200).text("/registration_token")
    }

    async fn reset_token(&self) -> String {
        let _ = self.nobody().post("/auth/password/forgot", &json!({ "email": self.ada.email })).await.is(200);
        self.gateway.letter_with(&self.ada.email, "/reset-password").await.token()
    }

    /// The challenge of somebody else, for whom no code has been tried.
    async fn fresh_challenge(&self) -> String {
        let person = self.gateway.person("someone").await;
        let _ = secured(&person).await;
        log_in(self.gateway, &person).await.is(202).text("/challenge_token")
    }

    /// Tries a secret at a door.
    async fn knock(&self, door: Door, value: &str) -> Answer {
        let nobody = self.nobody();
        match door {
            SignUp => {
                let email = fresh_email("starting");
                let _ = nobody.post("/auth/register/start", &json!({ "email": email })).await.is(200);
                nobody.post("/auth/register/verify", &code_for(&email, value)).await
            }
            Address => {
                let email = fresh_email("added");
                let _ = self.bea.post("/auth/emails", &json!({ "email": email })).await.is(201);
                self.bea.post("/auth/emails/verify", &code_for(&email, value)).await
            }
            SecondFactor => self.answer_challenge(&self.fresh_challenge().await, value).await,
            Challenge => self.answer_challenge(value, &self.authenticator.next_code()).await,
            Accept => self.ada.call("POST", &format!("/invites/{value}/accept")).await,
            Invite => nobody.get(&format!("/invites/{value}")).await,
            Bearer => nobody.with_credential(value).get("/auth/me").await,
            PlatformBearer => nobody.with_credential(value).get("/api/v1/me").await,
            Password | Reset | WithInvite | Refresh | JwtRefresh => self.hand_in(door, value).await,
        }
    }

    /// Tries a secret where it goes into the body, and nobody need be known.
    async fn hand_in(&self, door: Door, value: &str) -> Answer {
        let (path, body) = match door {
            Password => (
                "/auth/register/password",
                json!({ "email": self.proven, "password": PASSWORD, "registration_token": value }),
            ),
            WithInvite => (
                "/auth/register/with-invite",
                json!({ "email": self.invited, "password": PASSWORD, "invite_token": value }),
            ),
            Reset => ("/auth/password/reset", json!({ "token": value, "password": PASSWORD })),
            Refresh => ("/auth/token/refresh", json!({ "refresh_token": value })),
            _ => ("/api/auth/token/refresh", json!({ "refresh": value })),
        };
        self.nobody().post(path, &body).await
    }

    async fn answer_challenge(&self, challenge: &str, code: &str) -> Answer {
        self.nobody().post("/auth/2fa/verify", &json!({ "challenge_token": challenge, "code": code })).await
    }

    /// Uses a secret for what it is for; those that end others come last.
    async fn spend(&self, Secret { name, value, .. }: &Secret) {
        let code = self.authenticator.next_code();
        let answer = match *name {
            "sign-up code" => self.nobody().post("/auth/register/verify", &code_for(&self.starting, value)).await,
            "address code" => self.bea.post("/auth/emails/verify", &code_for(&self.added, value)).await,
            "registration token" => self.hand_in(Password, value).await,
            "reset token" => self.hand_in(Reset, value).await,
            "invite token" => self.hand_in(WithInvite, value).await,
            "challenge" => self.answer_challenge(value, &code).await,
            "recovery code" => {
                let challenge = log_in(self.gateway, &self.ada).await.is(202).text("/challenge_token");
                self.answer_challenge(&challenge, value).await
            }
            // One is spent with the challenge; the other was looked at with each secret.
            "time-based code" | "device token" => return,
            "refresh token" => self.hand_in(Refresh, value).await,
            _ => self.knock(Bearer, value).await,
        };
        let _ = answer.is(200);
    }
}

async fn log_in(gateway: &Gateway, person: &Person) -> Answer {
    gateway.nobody().post("/auth/login", &json!({ "email": person.email, "password": person.password })).await
}

fn code_for(email: &str, code: &str) -> Value {
    json!({ "email": email, "code": code })
}

fn told(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, body["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_secret_opens_what_it_was_made_for_and_nothing_else() {
    on_each_gateway(async |gateway| {
        let (story, secrets) = Story::begin(gateway).await;
        let mut wrong = Vec::new();
        for Secret { name, value, opens } in &secrets {
            if story.passes_for_a_device(value).await != (*name == "device token") {
                wrong.push(format!("{name} is mistaken about a device"));
            }
            for door in DOORS.into_iter().filter(|door| !opens.contains(door)) {
                let answer = story.knock(door, value).await;
                let (status, code) = door.refusal(value);
                if told(&answer) != (status, code.to_owned()) {
                    wrong.push(format!("{name} at {door:?}: {status} {code} was due, not {:?}", told(&answer)));
                }
            }
        }
        assert!(wrong.is_empty(), "{} secrets are not refused as they should be:\n{}", wrong.len(), wrong.join("\n"));
        let (last, others): (Vec<_>, Vec<_>) = secrets.iter().partition(|secret| secret.name == "reset token");
        for secret in others.into_iter().chain(last) {
            story.spend(secret).await;
        }
    });
}
