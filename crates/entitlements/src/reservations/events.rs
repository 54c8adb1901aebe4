//! What reservations tell of.

use mainstay_kernel::event_types;

event_types! {
    EXPIRED = "reservation.expired", "Units of a feature that had been reserved were neither used nor given back in time.";
}
