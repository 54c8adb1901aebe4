//! Domains on the wire.

use crate::hosting::live_url::LiveUrls;
use mainstay_edge::IsoSeconds;
use mainstay_hosting::domains::{Certificate, DnsRecord, Domain, NewCertificate};
use mainstay_kernel::{Secret, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// A domain of a site.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "domain_example")]
pub(super) struct DomainResponse {
    /// What it is called, as name servers have it.
    domain: String,
    /// How far it is: `PENDING_DNS` (its record was not seen yet), `VERIFYING` (name servers do not answer), `ACTIVE` (the
    /// site answers there) or `FAILED` (its record did not come, or was gone for too long).
    status: &'static str,
    /// What is in the way.
    problem: Option<String>,
    /// How it is spoken to.
    tls: TlsBody,
    /// What name servers are to have: whose it is, and where it leads.
    dns: Vec<RecordBody>,
    /// When name servers were last asked.
    checked_at: Option<IsoSeconds>,
    /// When it was shown to be yours.
    verified_at: Option<IsoSeconds>,
    /// When it was claimed.
    created_at: IsoSeconds,
}

/// The certificate of a domain.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TlsBody {
    /// `NONE`, `PENDING` (it is being ordered), `ACTIVE`, `EXPIRED`, or `FAILED` (it could not be had; it is ordered again).
    status: &'static str,
    /// Where it is from: `UPLOADED` or `ACME`.
    source: Option<&'static str>,
    /// Why it could not be had, or not be renewed.
    problem: Option<String>,
    /// Who vouches for it.
    issuer: Option<String>,
    /// Until when it is good.
    not_after: Option<IsoSeconds>,
}

/// A record of name servers.
#[derive(Serialize, JsonSchema)]
struct RecordBody {
    /// `TXT` or `CNAME`; where a CNAME may not stand, ALIAS or the address that the name leads to.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it stands.
    name: String,
    /// What it holds.
    value: String,
}

/// A domain that is to be a site's.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "add_example")]
pub(super) struct AddDomainRequest {
    /// What it is called, in any script: no address, no wildcard.
    pub(super) domain: String,
}

/// A certificate that is to be a domain's.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "certify_example")]
pub(super) struct CertifyRequest {
    /// The chain in PEM, the domain's own certificate first.
    certificate: String,
    /// Its key in PEM, without a password: RSA, ECDSA or Ed25519.
    private_key: String,
}

fn domain_example() -> Value {
    json!({
        "domain": "shop.example.com",
        "status": "PENDING_DNS",
        "problem": "There is no TXT record at _mainstay.shop.example.com yet",
        "tls": { "status": "NONE", "source": null, "problem": null, "issuer": null, "notAfter": null },
        "dns": [
            {
                "type": "TXT",
                "name": "_mainstay.shop.example.com",
                "value": "mainstay-verification=4k1n8x2q7c5v9m3z6b0a8s2d",
            },
            { "type": "CNAME", "name": "shop.example.com", "value": "my-shop.sites.example.net" },
        ],
        "checkedAt": "2026-05-20T10:31:00Z",
        "verifiedAt": null,
        "createdAt": "2026-05-20T10:30:00Z",
    })
}

fn add_example() -> Value {
    json!({ "domain": "shop.example.com" })
}

fn certify_example() -> Value {
    json!({
        "certificate": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
        "privateKey": "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n",
    })
}

impl DomainResponse {
    pub(super) fn new(domain: Domain, (urls, now): (&LiveUrls, Timestamp)) -> Self {
        let pointer = domain.pointer(urls.host(&domain.label));
        let order = (domain.is_ordering(), domain.order.fault.clone());
        Self {
            dns: vec![domain.proof().into(), pointer.into()],
            domain: domain.name.to_string(),
            status: domain.status.name(),
            problem: domain.problem,
            tls: TlsBody::new(domain.certificate, order, now),
            checked_at: domain.checked_at.map(Into::into),
            verified_at: domain.verified_at.map(Into::into),
            created_at: domain.created_at.into(),
        }
    }
}

impl TlsBody {
    fn new(certificate: Option<Certificate>, (is_ordering, problem): (bool, Option<String>), now: Timestamp) -> Self {
        let Some(own) = certificate else {
            let status = match (is_ordering, &problem) {
                (_, Some(_)) => "FAILED",
                (true, None) => "PENDING",
                (false, None) => "NONE",
            };
            return Self { status, source: None, problem, issuer: None, not_after: None };
        };
        let status = if own.not_after <= now { "EXPIRED" } else { "ACTIVE" };
        let source = Some(if own.is_ordered { "ACME" } else { "UPLOADED" });
        Self { status, source, problem, issuer: Some(own.issuer), not_after: Some(own.not_after.into()) }
    }
}

impl From<DnsRecord> for RecordBody {
    fn from(DnsRecord { kind, name, value }: DnsRecord) -> Self {
        Self { kind, name, value }
    }
}

impl From<CertifyRequest> for NewCertificate {
    fn from(request: CertifyRequest) -> Self {
        Self { chain: request.certificate, key: Secret::new(request.private_key) }
    }
}
