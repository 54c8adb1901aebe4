//! The whole API: its surfaces, mounted and documented from one declaration.

mod draft;

pub use draft::Draft;

use crate::dialect::Dialect;
use crate::surface::{Admittance, Finished, Mount, Surface};
use crate::uncounted::{Instead, Uncounted};
use actix_web::web;
use std::collections::HashMap;
use std::sync::Arc;

/// An API while its surfaces are being declared.
#[derive(Default)]
pub struct Api<'d> {
    /// Where they are described, if they are: that takes longer than all the rest, and more memory.
    draft: Option<&'d mut Draft>,
    mounts: Vec<Mount>,
    uncounted: HashMap<String, Instead>,
}

/// Everything declared, ready to be mounted on each worker's application.
#[derive(Clone)]
pub struct Mounted {
    mounts: Arc<Vec<Mount>>,
    uncounted: Uncounted,
}

impl Mounted {
    /// Adds every surface, in the order of declaration.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for mount in self.mounts.iter() {
            mount(config);
        }
    }

    /// The paths where nobody is counted.
    pub fn uncounted(&self) -> Uncounted {
        self.uncounted.clone()
    }
}

impl<'d> Api<'d> {
    /// One whose routes are to be mounted, and not described.
    pub fn of_routes() -> Self {
        Self::default()
    }

    /// One whose routes are described here.
    pub fn described_in(draft: &'d mut Draft) -> Self {
        Self { draft: Some(draft), ..Self::default() }
    }

    /// Describes a group of operations.
    pub fn tag(&mut self, name: &str, description: &str) {
        if let Some(draft) = &mut self.draft {
            draft.tag(name, description);
        }
    }

    /// Adds a surface: everything under `prefix`, in the dialect `D`.
    pub fn surface<D: Dialect>(
        &mut self,
        prefix: &'static str,
        admittance: Admittance,
        declare: impl FnOnce(&mut Surface<'_, D>),
    ) {
        let mut surface = Surface::new(prefix, admittance, self.draft.as_deref_mut());
        declare(&mut surface);
        let Finished { mount, uncounted } = surface.finish();
        self.mounts.push(mount);
        self.uncounted.extend(uncounted);
    }

    /// What mounts the routes.
    pub fn mounted(self) -> Mounted {
        Mounted { mounts: Arc::new(self.mounts), uncounted: Uncounted::new(self.uncounted) }
    }
}
