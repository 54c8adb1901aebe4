//! Certificates of domains: taken when they are good, shown by name, kept over restarts.

use crate::domains::SHOP;
use crate::world::{World, actor};
use mainstay_hosting::domains::{DomainService as _, NewCertificate};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::Secret;
use mainstay_testkit::on_each_database;
use rcgen::{CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ED25519, SignatureAlgorithm};

/// A certificate for these names, by an issuer of its own, from one year on until another.
pub(crate) fn issue(names: &[&str], (from, until): (i32, i32), kind: &'static SignatureAlgorithm) -> NewCertificate {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Issuer of tests");
    let key = KeyPair::generate().expect("a key");
    let root = params.self_signed(&key).expect("an issuer");
    let issuer = Issuer::new(params, key);
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut own = CertificateParams::new(names).expect("parameters");
    own.not_before = rcgen::date_time_ymd(from, 1, 1);
    own.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = KeyPair::generate_for(kind).expect("a key");
    let certificate = own.signed_by(&key, &issuer).expect("a certificate");
    NewCertificate { chain: format!("{}{}", certificate.pem(), root.pem()), key: Secret::new(key.serialize_pem()) }
}

pub(crate) fn good(name: &str) -> NewCertificate {
    issue(&[name], (2000, 4000), &rcgen::PKCS_ECDSA_P256_SHA256)
}

async fn refusal(world: &World, site: &SiteId, new: NewCertificate) -> (String, String) {
    match world.hosting.domains.certify(&world.domain_of(site, SHOP), actor(), new).await {
        Err(HostingError::Invalid(mut fields)) => {
            let wrong = fields.remove(0);
            (wrong.field, wrong.message)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_certificate_is_shown_for_its_domain_alone_and_over_a_restart() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        world.claim(&site, SHOP).await;
        let of = world.domain_of(&site, SHOP);
        let certified = world.hosting.domains.certify(&of, actor(), good(SHOP)).await.expect("certified");
        let own = certified.certificate.expect("a certificate");
        assert_eq!(
            (own.issuer.as_str(), own.not_after.to_iso_seconds().as_str()),
            ("CN=Issuer of tests", "4000-01-01T00:00:00Z")
        );
        let shown = |name: &str| world.hosting.serving.certificate(name);
        assert!(shown(SHOP).is_none(), "nobody has shown whose the domain is");
        let claimed = world.hosting.domains.domains(world.workspace, &site).await.expect("domains").remove(0);
        world.show(&[&claimed]);
        world.verify(&site, SHOP).await;
        assert!(shown(SHOP).is_some() && shown("Shop.Example").is_some() && shown("other.example").is_none());
        assert!(world.site(&site).await.domain.is_some_and(|own| own.has_certificate));
        assert!(world.restarted().await.serving.certificate(SHOP).is_some());

        let (before, renewed) =
            (shown(SHOP).expect("shown"), issue(&["*.shop.example", SHOP], (2000, 4000), &PKCS_ED25519));
        world.hosting.domains.certify(&of, actor(), renewed).await.expect("renewed");
        assert_ne!(before.cert, shown(SHOP).expect("shown").cert);
        world.hosting.domains.uncertify(&of, actor()).await.expect("taken away");
        assert!(shown(SHOP).is_none());
        world.hosting.domains.uncertify(&of, actor()).await.expect("nothing to take away");
        let events = world.events().await;
        let told: Vec<_> = events.iter().filter(|name| name.contains("certificate")).map(String::as_str).collect();
        assert_eq!(told, ["site.certificate_set", "site.certificate_set", "site.certificate_removed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_no_good_is_refused_with_the_field_that_is_wrong() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        world.claim(&site, SHOP).await;
        let chain = |text: &str| NewCertificate { chain: text.to_owned(), ..good(SHOP) };
        let key = |text: &str| NewCertificate { key: Secret::new(text.to_owned()), ..good(SHOP) };
        let garbage = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        let (chain_of, end) = (good(SHOP).chain, "-----END CERTIFICATE-----\n");
        let (first, issuer) = chain_of.split_once(end).expect("two certificates");
        let backwards = format!("{issuer}{first}{end}");
        let unrelated = format!("{}{}", good(SHOP).chain, good(SHOP).chain);
        let cases = [
            (chain(""), "certificate", "must be a chain in PEM"),
            (chain("hello"), "certificate", "must be a chain in PEM"),
            (chain(garbage), "certificate", "cannot be read"),
            (chain(&backwards), "certificate", "vouched for by the one behind it"),
            (chain(&unrelated), "certificate", "vouched for by the one behind it"),
            (chain(&"x".repeat(70_000)), "certificate", "up to 65536 characters"),
            (good("other.example"), "certificate", "is not for shop.example"),
            (good("*.shop.example"), "certificate", "is not for shop.example"),
            (issue(&[SHOP], (2000, 2001), &PKCS_ED25519), "certificate", "expired 2001-01-01"),
            (issue(&[SHOP], (3000, 4000), &PKCS_ED25519), "certificate", "from 3000-01-01"),
            (key(""), "privateKey", "must be a key in PEM"),
            (key(garbage), "privateKey", "must be a key in PEM"),
            (
                key("-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n"),
                "privateKey",
                "RSA, ECDSA or Ed25519",
            ),
            (key(&"x".repeat(20_000)), "privateKey", "up to 16384 characters"),
            (NewCertificate { key: good(SHOP).key, ..good(SHOP) }, "privateKey", "belongs to another certificate"),
        ];
        for (new, field, part) in cases {
            let (named, message) = refusal(&world, &site, new).await;
            assert!(named == field && message.contains(part), "{named}: {message}");
        }
        let claimed = world.hosting.domains.domains(world.workspace, &site).await.expect("domains").remove(0);
        assert_eq!(claimed.certificate, None, "nothing was kept");
    })
    .await;
}
