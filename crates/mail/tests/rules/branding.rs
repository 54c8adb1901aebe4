//! Settings of the operator.

use crate::samples::brand;
use mainstay_mail::{Brand, BrandError};

const NAME: &str = "Acme";
const FROM: &str = "Acme <hello@acme.example>";
const BASE: &str = "https://app.acme.example";

#[test]
fn a_link_is_built_below_the_base() {
    assert_eq!(brand().link("/invites/abc"), "https://app.acme.example/invites/abc");
    let nested = Brand::new(NAME, FROM, "http://localhost:8080/app/").expect("a brand");
    assert_eq!(nested.link("reset?token=abc"), "http://localhost:8080/app/reset?token=abc");
}

#[test]
fn a_sender_may_have_a_name_or_not() {
    for from in [FROM, "hello@acme.example", "\"Acme, Inc.\" <hello@acme.example>"] {
        assert!(Brand::new(NAME, from, BASE).is_ok(), "{from}");
    }
}

#[test]
fn each_part_that_is_no_good_is_named() {
    for name in ["", " ", "Acme\nBcc: eve@example.com"] {
        assert_eq!(Brand::new(name, FROM, BASE).err(), Some(BrandError::Name), "{name}");
    }
    for from in ["", "Acme", "Acme <>", "a@acme.example, b@acme.example", "Acme\n <a@acme.example>"] {
        assert_eq!(Brand::new(NAME, from, BASE).err(), Some(BrandError::From), "{from}");
    }
    for base in ["", "acme.example", "ftp://acme.example", "https://acme.example?a=b", "https://u:p@acme.example"] {
        assert_eq!(Brand::new(NAME, FROM, base).err(), Some(BrandError::AppUrl), "{base}");
    }
}
