//! Domains as both databases have them, on a connection and inside its transaction.

use super::ShelvedDomain;
use crate::domains::{Certificate, Domain, DomainName, DomainStatus, Ordering};
use crate::ids::SiteId;
use crate::schema::{hosting_domains, hosting_sites};
use crate::sites::{OwnDomain, Site};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};
use std::collections::HashMap;

/// A domain; what is none is written as none.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hosting_domains, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct DomainRow {
    site_id: String,
    name: String,
    workspace_id: i64,
    status: String,
    token: String,
    held_name: Option<String>,
    problem: Option<String>,
    missing_at: Option<Ts>,
    check_at: Option<Ts>,
    checked_at: Option<Ts>,
    verified_at: Option<Ts>,
    chain: Option<String>,
    sealed_key: Option<Vec<u8>>,
    issuer: Option<String>,
    not_after: Option<Ts>,
    renew_at: Option<Ts>,
    is_ordered: bool,
    order_at: Option<Ts>,
    failures: i64,
    fault: Option<String>,
    challenge: Option<String>,
    created_at: Ts,
    updated_at: Ts,
}

impl DomainRow {
    /// The domain, of a site with this label.
    pub(super) fn domain(self, label: String) -> StoreResult<Domain> {
        let damaged = |what: &str, text: &str| StoreError::Damaged(format!("{what} {text}"));
        let certificate = match (self.chain, self.sealed_key, self.issuer, self.not_after) {
            (Some(chain), Some(sealed_key), Some(issuer), Some(not_after)) => {
                let (not_after, is_ordered) = (not_after.0, self.is_ordered);
                let renew_at = self.renew_at.map_or(not_after, |at| at.0);
                Some(Certificate { chain, sealed_key, issuer, not_after, renew_at, is_ordered })
            }
            _ => None,
        };
        Ok(Domain {
            name: DomainName::parse(&self.name).ok_or_else(|| damaged("name", &self.name))?,
            workspace: WorkspaceId(self.workspace_id),
            site: SiteId(self.site_id),
            label,
            status: DomainStatus::named(&self.status).ok_or_else(|| damaged("status", &self.status))?,
            token: self.token,
            is_held: self.held_name.is_some(),
            problem: self.problem,
            missing_at: self.missing_at.map(|at| at.0),
            check_at: self.check_at.map(|at| at.0),
            checked_at: self.checked_at.map(|at| at.0),
            verified_at: self.verified_at.map(|at| at.0),
            certificate,
            order: Ordering {
                at: self.order_at.map(|at| at.0),
                failures: self.failures,
                fault: self.fault,
                challenge: self.challenge,
            },
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

impl From<&Domain> for DomainRow {
    fn from(own: &Domain) -> Self {
        let certificate = own.certificate.as_ref();
        Self {
            site_id: own.site.0.clone(),
            name: own.name.as_str().to_owned(),
            workspace_id: own.workspace.0,
            status: own.status.name().to_owned(),
            token: own.token.clone(),
            held_name: own.is_held.then(|| own.name.as_str().to_owned()),
            problem: own.problem.clone(),
            missing_at: own.missing_at.map(Ts),
            check_at: own.check_at.map(Ts),
            checked_at: own.checked_at.map(Ts),
            verified_at: own.verified_at.map(Ts),
            chain: certificate.map(|own| own.chain.clone()),
            sealed_key: certificate.map(|own| own.sealed_key.clone()),
            issuer: certificate.map(|own| own.issuer.clone()),
            not_after: certificate.map(|own| Ts(own.not_after)),
            renew_at: certificate.map(|own| Ts(own.renew_at)),
            is_ordered: certificate.is_some_and(|own| own.is_ordered),
            order_at: own.order.at.map(Ts),
            failures: own.order.failures,
            fault: own.order.fault.clone(),
            challenge: own.order.challenge.clone(),
            created_at: Ts(own.created_at),
            updated_at: Ts(own.updated_at),
        }
    }
}

/// Domains on a connection and inside its transaction.
#[async_trait]
pub(super) trait LoadDomains {
    /// Those of a site of a workspace, the oldest first.
    async fn domains_of(&mut self, workspace: WorkspaceId, site: &SiteId) -> StoreResult<Vec<Domain>>;
    /// Those that sites have, or this one has, by site.
    async fn held_domains(&mut self, only: Option<SiteId>) -> StoreResult<HashMap<String, Vec<ShelvedDomain>>>;
    /// The domain that each of these sites is known by, where it has one.
    async fn first_domains(&mut self, sites: Vec<String>) -> StoreResult<HashMap<String, OwnDomain>>;
    /// Whether a name is another site's.
    async fn is_taken(&mut self, name: &str, but_for: &SiteId) -> StoreResult<bool>;
    /// Frees the domains of a site that goes; one that is back takes on those that are still free.
    async fn move_domains(&mut self, site: &mut Site) -> StoreResult<()>;
    /// Writes one that is there.
    async fn write_domain(&mut self, domain: &Domain) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl LoadDomains for Conn {
    async fn domains_of(&mut self, workspace: WorkspaceId, site: &SiteId) -> StoreResult<Vec<Domain>> {
        let own = hosting_domains::table
            .inner_join(hosting_sites::table)
            .filter(hosting_domains::workspace_id.eq(workspace.0))
            .filter(hosting_domains::site_id.eq(site.0.clone()))
            .order((hosting_domains::created_at, hosting_domains::name));
        let rows: Vec<(DomainRow, String)> =
            own.select((DomainRow::as_select(), hosting_sites::label)).load(self).await?;
        rows.into_iter().map(|(row, label)| row.domain(label)).collect()
    }

    async fn held_domains(&mut self, only: Option<SiteId>) -> StoreResult<HashMap<String, Vec<ShelvedDomain>>> {
        let mut held = hosting_domains::table
            .filter(hosting_domains::held_name.is_not_null())
            .select((
                hosting_domains::site_id,
                hosting_domains::name,
                hosting_domains::chain,
                hosting_domains::sealed_key,
                hosting_domains::challenge,
            ))
            .into_boxed();
        if let Some(site) = only {
            held = held.filter(hosting_domains::site_id.eq(site.0));
        }
        let rows: Vec<(String, String, Option<String>, Option<Vec<u8>>, Option<String>)> = held.load(self).await?;
        let mut domains: HashMap<String, Vec<ShelvedDomain>> = HashMap::new();
        for (site, name, chain, key, challenge) in rows {
            domains.entry(site).or_default().push(ShelvedDomain { name, certificate: chain.zip(key), challenge });
        }
        Ok(domains)
    }

    async fn first_domains(&mut self, sites: Vec<String>) -> StoreResult<HashMap<String, OwnDomain>> {
        let mut first = HashMap::new();
        if sites.is_empty() {
            return Ok(first);
        }
        let held = hosting_domains::table
            .filter(hosting_domains::site_id.eq_any(sites))
            .filter(hosting_domains::held_name.is_not_null())
            .order((hosting_domains::verified_at, hosting_domains::name));
        let rows: Vec<(String, String, Option<Ts>)> = held
            .select((hosting_domains::site_id, hosting_domains::name, hosting_domains::not_after))
            .load(self)
            .await?;
        for (site, name, not_after) in rows {
            first.entry(site).or_insert(OwnDomain { name, has_certificate: not_after.is_some() });
        }
        Ok(first)
    }

    async fn is_taken(&mut self, name: &str, but_for: &SiteId) -> StoreResult<bool> {
        let others = hosting_domains::table
            .filter(hosting_domains::held_name.eq(name.to_owned()))
            .filter(hosting_domains::site_id.ne(but_for.0.clone()));
        Ok(others.count().get_result::<i64>(self).await? > 0)
    }

    async fn move_domains(&mut self, site: &mut Site) -> StoreResult<()> {
        let (is_going, now) = (site.deleted_at.is_some(), site.updated_at);
        for mut domain in self.domains_of(site.workspace, &site.id).await? {
            let is_taken = !is_going && self.is_taken(domain.name.as_str(), &site.id).await?;
            domain.move_with_site(is_going, is_taken, now);
            self.write_domain(&domain).await?;
        }
        site.domain = self.first_domains(vec![site.id.0.clone()]).await?.remove(&site.id.0);
        Ok(())
    }

    async fn write_domain(&mut self, domain: &Domain) -> StoreResult<()> {
        let own = hosting_domains::table
            .filter(hosting_domains::site_id.eq(domain.site.0.clone()))
            .filter(hosting_domains::name.eq(domain.name.as_str().to_owned()));
        diesel::update(own).set(DomainRow::from(domain)).execute(self).await?;
        Ok(())
    }
}
