//! How search engines see a page: reports, their issues, and audits of our own.
