//! What this domain tells of.

use mainstay_kernel::event_types;

event_types! {
    BOOST_ACTIVATED = "boost.activated", "A workspace was given more of a feature than its plan includes.";
    BOOST_CANCELLED = "boost.cancelled", "A boost was called off.";
    BILLING_ANCHOR_CHANGED = "billing_anchor.changed", "The day on which the billing months of a workspace begin was changed.";
}
