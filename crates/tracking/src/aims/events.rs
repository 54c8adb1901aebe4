//! What is told of goals and funnels.

mainstay_kernel::event_types! {
    GOAL_REACHED = "tracking.goal.reached", "A visit reached a goal for the first time in it.";
}
