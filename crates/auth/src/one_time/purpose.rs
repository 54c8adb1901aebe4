//! What a one-time secret is for.

/// A purpose; a secret made for one is of no use for another.
pub(crate) trait Purpose: Send + Sync + 'static {
    /// Its name in the rows and hashes; never given to another purpose.
    const NAME: &'static str;
}

macro_rules! purpose {
    ($(#[$doc:meta])* $name:ident = $text:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl Purpose for $name {
            const NAME: &'static str = $text;
        }
    };
}

purpose!(
    /// Shows that whoever signs up reads mail at the address; about an address.
    SignUp = "sign_up"
);
purpose!(
    /// Lets whoever has shown that choose a password; about an address.
    FinishSignUp = "finish_sign_up"
);
purpose!(
    /// Shows that a person reads mail at an address they added; about both.
    AddAddress = "add_address"
);
purpose!(
    /// Sets a new password without the old one; about a person.
    ResetPassword = "reset_password"
);
purpose!(
    /// Lets a login with the right password show its second factor; about a person.
    SecondFactor = "second_factor"
);
purpose!(
    /// Gives a client its tokens; about what a person allowed it.
    AuthorizationCode = "authorization_code"
);
purpose!(
    /// Gives a device its tokens, once a person has let it in.
    DeviceCode = "device_code"
);
