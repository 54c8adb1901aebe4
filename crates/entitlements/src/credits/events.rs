//! What this domain tells of.

use mainstay_kernel::event_types;

event_types! {
    PURCHASED = "credits.purchased", "Credits were paid for and booked.";
    REFUNDED = "credits.refunded", "Credits that had been spent were given back.";
    EXPIRED = "credits.expired", "Credits expired unspent.";
    EXHAUSTED = "credits.exhausted", "The last credits were spent, or expired.";
}
