//! In which order grants are spent and given back to.

use mainstay_kernel::Timestamp;

/// A grant of which something is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) grant: i64,
    pub(crate) remaining: i64,
    pub(crate) priority: i32,
    pub(crate) expires_at: Option<Timestamp>,
}

/// What a movement does to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) grant: i64,
    /// What it is given; negative of what is taken from it.
    pub(crate) amount: i64,
}

/// Takes so much from these grants: the lowest priority number first, then the soonest expiry, then the oldest.
/// `None` when there is not so much.
pub(crate) fn burn(mut left: Vec<Left>, amount: i64) -> Option<Vec<Part>> {
    left.sort_by_key(|grant| (grant.priority, grant.expires_at.is_none(), grant.expires_at, grant.grant));
    let (mut parts, mut missing) = (Vec::new(), amount);
    for grant in left {
        if missing == 0 {
            break;
        }
        let taken = grant.remaining.min(missing);
        missing -= taken;
        parts.push(Part { grant: grant.grant, amount: -taken });
    }
    (missing == 0).then_some(parts)
}

/// Gives so much back of what was spent, the last first. `spent` are the parts of the spend as they were booked, and
/// `returned` those of earlier refunds of it. `None` when not so much of it is left.
pub(crate) fn give_back(spent: &[Part], returned: &[Part], amount: i64) -> Option<Vec<Part>> {
    let (mut parts, mut missing) = (Vec::new(), amount);
    for part in spent.iter().rev() {
        if missing == 0 {
            break;
        }
        let back = returned.iter().filter(|earlier| earlier.grant == part.grant).map(|earlier| earlier.amount);
        let given = (-part.amount - back.sum::<i64>()).min(missing);
        if given > 0 {
            missing -= given;
            parts.push(Part { grant: part.grant, amount: given });
        }
    }
    (missing == 0).then_some(parts)
}

/// How many credits these parts come to.
pub(crate) fn sum(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.amount).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn left(grant: i64, remaining: i64, priority: i32, expires: Option<i64>) -> Left {
        Left { grant, remaining, priority, expires_at: expires.map(Timestamp::from_seconds) }
    }

    fn parts(parts: Option<Vec<Part>>) -> Vec<(i64, i64)> {
        parts.expect("enough").iter().map(|part| (part.grant, part.amount)).collect()
    }

    #[test]
    fn priority_comes_before_expiry_and_expiry_before_age() {
        let grants = vec![left(1, 5, 10, None), left(2, 5, 10, Some(9)), left(3, 5, 10, Some(8)), left(4, 5, 1, None)];
        assert_eq!(parts(burn(grants.clone(), 20)), [(4, -5), (3, -5), (2, -5), (1, -5)]);
        assert_eq!(parts(burn(grants.clone(), 6)), [(4, -5), (3, -1)]);
        assert_eq!(burn(grants, 21), None);
        assert_eq!(parts(burn(vec![left(8, 5, 0, None), left(7, 5, 0, None)], 6)), [(7, -5), (8, -1)]);
    }

    #[test]
    fn no_more_is_given_back_than_was_spent() {
        let spent = [Part { grant: 1, amount: -5 }, Part { grant: 2, amount: -3 }];
        assert_eq!(parts(give_back(&spent, &[], 4)), [(2, 3), (1, 1)]);
        let returned = [Part { grant: 2, amount: 3 }, Part { grant: 1, amount: 1 }];
        assert_eq!(parts(give_back(&spent, &returned, 4)), [(1, 4)]);
        assert_eq!(give_back(&spent, &returned, 5), None);
    }

    proptest! {
        #[test]
        fn to_be_refunded_a_part_comes_to_the_same_as_to_spend_the_rest(
            grants in proptest::collection::vec((1..50_i64, 0..3_i32, proptest::option::of(0..5_i64)), 1..6),
            spent in 1..100_i64,
            back in 0..100_i64,
        ) {
            let grants: Vec<Left> =
                (1..).zip(&grants).map(|(id, (remaining, priority, expires))| left(id, *remaining, *priority, *expires)).collect();
            let Some(all) = burn(grants.clone(), spent) else { return Ok(()) };
            let back = back.min(spent);
            let returned = give_back(&all, &[], back).expect("so much was spent");
            let rest = burn(grants.clone(), spent - back).expect("less than before");
            for grant in grants {
                let of = |parts: &[Part]| parts.iter().filter(|part| part.grant == grant.grant).map(|part| part.amount).sum::<i64>();
                prop_assert_eq!(of(&all) + of(&returned), of(&rest));
            }
        }
    }
}
