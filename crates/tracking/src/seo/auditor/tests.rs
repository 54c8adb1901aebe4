//! Pages, and what is found of them.
