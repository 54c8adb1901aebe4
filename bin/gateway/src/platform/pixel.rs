//! `/api/v1/pixel`: what happens on pages, and what it comes to.

mod aim_list;
mod aims;
mod breakdown;
mod conversions;
mod domain_name;
mod domains;
mod export;
mod funnels;
mod goals;
mod period;
mod ratio;
mod realtime;
mod sender;
mod stats;
mod step;
mod track;
mod vitals;

use super::{PixelDelete, PixelRead, PixelWrite};
use mainstay_edge::{Platform, Surface};
pub(crate) use track::is_open_to_pages;

const TAG: &str = "Pixel";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    track::declare(surface);
    domains::declare(surface);
    stats::declare(surface);
    breakdown::declare(surface);
    export::declare(surface);
    realtime::declare(surface);
    goals::declare(surface);
    conversions::declare(surface);
    vitals::declare(surface);
    funnels::declare(surface);
}
