//! What the routes of a surface may require.

/// Declares permissions, each with the scope that gives it.
macro_rules! permissions {
    ($($name:ident = $scope:literal),* $(,)?) => { $(
        #[doc = concat!("The scope `", $scope, "`.")]
        pub(crate) enum $name {}

        impl mainstay_edge::Permission for $name {
            const SCOPE: &'static str = $scope;
        }
    )* };
}

pub(crate) use permissions;
