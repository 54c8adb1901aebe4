use super::*;
use crate::ids::ProjectId;
use crate::permissions::Permission;
use crate::projects::{Project, ProjectSeat, ProjectStanding};
use mainstay_kernel::{Fault as _, Kind, Timestamp, WorkspaceId};
use proptest::prelude::*;
use uuid::Uuid;

const KEYS: [&str; 2] = ["can_deploy", "editor"];

fn seat(number: u128, role: ProjectRole) -> ProjectSeat {
    let (id, user) = (MembershipId(Uuid::from_u128(number)), UserId(Uuid::from_u128(100 + number)));
    ProjectSeat { id, user, role, permissions: vec![KEYS[0].to_owned()], created_at: Timestamp::default() }
}

fn catalogue() -> Vec<Permission> {
    let entry = |(number, key): (u128, &&str)| Permission {
        id: PermissionId(Uuid::from_u128(number)),
        key: (*key).to_owned(),
        display_name: (*key).to_owned(),
        description: None,
        is_default: number == 1,
        created_at: Timestamp::default(),
    };
    (1..).zip(&KEYS).map(entry).collect()
}

fn standing(actor: Option<ProjectSeat>, target: Option<ProjectSeat>) -> SeatStanding {
    let project = Project {
        id: ProjectId(Uuid::nil()),
        workspace: WorkspaceId(1),
        slug: "p".into(),
        name: "P".into(),
        description: None,
        is_public: false,
        owner: UserId(Uuid::from_u128(101)),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    };
    SeatStanding { project: ProjectStanding { project, actor, catalogue: catalogue() }, target }
}

/// Whom a change is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Nobody,
    Oneself,
    Other(ProjectRole),
}

fn aimed(actor: Option<ProjectRole>, aim: Aim) -> SeatStanding {
    let actor = actor.map(|role| seat(1, role));
    let target = match aim {
        Aim::Nobody => None,
        Aim::Oneself => actor.clone(),
        Aim::Other(role) => Some(seat(2, role)),
    };
    standing(actor, target)
}

fn actors() -> impl Strategy<Value = Option<ProjectRole>> {
    prop::option::weighted(0.9, prop::sample::select(ProjectRole::ALL.to_vec()))
}

fn aims() -> impl Strategy<Value = Aim> {
    prop_oneof![
        1 => Just(Aim::Nobody),
        2 => Just(Aim::Oneself),
        5 => prop::sample::select(ProjectRole::ALL.to_vec()).prop_map(Aim::Other),
    ]
}

fn changes() -> impl Strategy<Value = ProjectMemberChange> {
    let role = prop::option::of(prop::sample::select(vec!["admin", "member", "owner", "viewer", ""]));
    let keys = prop::option::of(prop::collection::vec(prop::sample::select(vec!["can_deploy", "editor", "fly"]), 0..3));
    (role, keys).prop_map(|(role, keys)| ProjectMemberChange {
        role: role.map(str::to_owned),
        permissions: keys.map(|keys| keys.into_iter().map(str::to_owned).collect()),
    })
}

/// The code of the first row of identity section 12.4 that applies, row by row as it is written.
fn first_row(actor: Option<ProjectRole>, aim: Aim, sent: &ProjectMemberChange) -> Option<&'static str> {
    use ProjectRole::{Admin, Member, Owner};
    let target = match aim {
        Aim::Nobody => None,
        Aim::Oneself => actor,
        Aim::Other(role) => Some(role),
    };
    let role = sent.role.as_deref();
    let known = |key: &String| KEYS.contains(&key.as_str());
    let rows = [
        (actor.is_none(), "not_project_member"),
        (actor == Some(Member), "insufficient_role"),
        (aim == Aim::Nobody, "member_not_found"),
        (aim == Aim::Oneself && role.is_some(), "cannot_change_own_role"),
        (target == Some(Owner) && role.is_some(), "cannot_change_owner_role"),
        (actor == Some(Admin) && target == Some(Owner), "admin_cannot_edit_owner"),
        (actor == Some(Admin) && aim == Aim::Other(Admin), "admin_cannot_edit_admin"),
        (actor == Some(Admin) && role == Some("admin"), "only_owner_assigns_admin"),
        (role.is_some_and(|name| !["admin", "member"].contains(&name)), "validation_failed"),
        (sent.permissions.as_ref().is_some_and(|keys| !keys.iter().all(known)), "validation_failed"),
    ];
    rows.into_iter().find_map(|(applies, code)| applies.then_some(code))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn a_change_is_refused_by_the_first_row_that_applies_and_by_nothing_else(
        actor in actors(),
        aim in aims(),
        sent in changes(),
    ) {
        let outcome = change(&aimed(actor, aim), &sent);
        let refused = outcome.as_ref().err().map(mainstay_kernel::Fault::code);
        prop_assert_eq!(refused, first_row(actor, aim, &sent));
        if let Ok(Some(SeatStep::Change { role, permissions })) = outcome {
            prop_assert!(role.is_none_or(|role| sent.role.as_deref() == Some(role.name())));
            prop_assert!(role != Some(ProjectRole::Owner), "a change made a second owner");
            prop_assert!(permissions.is_none_or(|_| sent.permissions.is_some()));
        }
    }

    #[test]
    fn only_the_owner_and_admins_add_and_only_the_owner_adds_admins(actor in actors(), admin: bool, known: bool) {
        let role = if admin { ProjectRole::Admin } else { ProjectRole::Member };
        let user = known.then(|| UserId(Uuid::from_u128(200)));
        let newcomer = Newcomer { seat: MembershipId(Uuid::from_u128(3)), user, role, permissions: None };
        let expected = match actor {
            None => Err("not_project_member"),
            Some(ProjectRole::Member) => Err("insufficient_role"),
            Some(ProjectRole::Admin) if admin => Err("only_owner_assigns_admin"),
            Some(_) if !known => Err("user_not_found"),
            Some(_) => Ok(vec![PermissionId(Uuid::from_u128(1))]),
        };
        let added = add(&aimed(actor, Aim::Nobody), newcomer);
        prop_assert_eq!(added.map(|seat| seat.permissions).map_err(|error| error.code()), expected);
    }

    #[test]
    fn nobody_removes_the_owner_or_themselves_and_admins_only_plain_members(actor in actors(), aim in aims()) {
        use ProjectRole::{Admin, Member, Owner};
        let expected = match (actor, aim) {
            (None, _) => Some("not_project_member"),
            (Some(Member), _) => Some("insufficient_role"),
            (_, Aim::Nobody) => Some("member_not_found"),
            (_, Aim::Other(Owner)) | (Some(Owner), Aim::Oneself) => Some("cannot_remove_owner"),
            (_, Aim::Oneself) => Some("use_leave"),
            (Some(Admin), Aim::Other(Admin)) => Some("admin_cannot_edit_admin"),
            _ => None,
        };
        prop_assert_eq!(remove(&aimed(actor, aim)).err().map(|error| error.code()), expected);
    }

    #[test]
    fn only_the_owner_hands_over_and_only_to_another_member(actor in actors(), aim in aims()) {
        let expected = match (actor, aim) {
            (None, _) => Some("not_project_member"),
            (Some(ProjectRole::Admin | ProjectRole::Member), _) => Some("insufficient_role"),
            (_, Aim::Nobody) => Some("not_a_member"),
            (_, Aim::Oneself) => Some("cannot_transfer_to_self"),
            _ => None,
        };
        prop_assert_eq!(transfer(&aimed(actor, aim)).err().map(|error| error.code()), expected);
    }
}

#[test]
fn the_three_fixed_sentences_have_their_words_and_status() {
    let refusals = [
        (ProjectError::CannotChangeOwnRole, Kind::Forbidden, "Cannot change your own role"),
        (ProjectError::CannotChangeOwnerRole, Kind::Malformed, "Cannot change owner role"),
        (ProjectError::OnlyOwnerAssignsAdmin, Kind::Forbidden, "Only owner can assign admin role"),
    ];
    for (refusal, kind, sentence) in refusals {
        assert_eq!((refusal.kind(), refusal.to_string().as_str()), (kind, sentence));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_so_is_an_unknown_role() {
    let sent =
        ProjectMemberChange { role: Some("chief".into()), permissions: Some(vec!["editor".into(), "fly".into()]) };
    let standing = aimed(Some(ProjectRole::Owner), Aim::Other(ProjectRole::Member));
    let Err(ProjectError::Invalid(problems)) = change(&standing, &sent) else { panic!("taken") };
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["role", "permissions.1"]);
}

#[test]
fn what_is_already_so_is_no_change() {
    let standing = aimed(Some(ProjectRole::Admin), Aim::Other(ProjectRole::Member));
    let sent = ProjectMemberChange { role: Some("member".into()), permissions: Some(vec![KEYS[0].into()]) };
    assert_eq!(change(&standing, &sent).expect("allowed"), None);
}
