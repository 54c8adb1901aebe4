//! `/api/v1/entitlements`: what the plan includes, and how much of it is used.

mod audit;
mod dto;
mod input;
mod series;
mod told;

use super::{EntitlementsRead, EntitlementsWrite};
use actix_web::web;
use dto::{BatchResponse, CheckResponse, ConsumedResponse, RecordedResponse, SummaryResponse};
use input::{CheckQuery, UsageRequest};
use mainstay_edge::{Can, Data, Doc, Failure, Permission, Plain, Platform, PublicUrl, Surface, Valid};
use mainstay_entitlements::{EntitlementService, Holder};
use mainstay_kernel::Kind;
use told::{ToldUse, ToldUses};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: "Entitlements", summary, text, fails: &[] };
    let text = "Always 200: a denial says why in `reason`. It uses nothing; `consume` judges and uses in one step.";
    surface.get("/entitlements/check", check, doc("checkEntitlement", "Check feature access", text));
    let text = "Every feature that the plan includes, and how much of it is used in the cycle that is open.";
    surface.get("/entitlements/summary", summary, doc("summarizeEntitlements", "Get usage summary", text));
    let text = "Records what was used, be it beyond the limit. A use that is told again with the same `source` and `id` \
        within 35 days is not counted again. A `time` must lie in the cycle that is open.\n\nA use may be told as a CloudEvent \
        1.0 too: in structured mode (`application/cloudevents+json`), or in binary mode, with its attributes in the headers \
        `ce-specversion`, `ce-type`, `ce-source`, `ce-id`, `ce-time` and `ce-subject`, and its data as the body. Its `type` \
        is the feature, its `source` and `id` are those of the use, `quantity` is a member of its data, and the others are \
        metadata.";
    surface.post("/entitlements/usage", record, doc("recordUsage", "Record usage", text));
    let text = "Up to 1000 uses, each as for recording one: all of them are recorded, or none. CloudEvents 1.0 come as a list \
        (`application/cloudevents-batch+json`).";
    surface.post("/entitlements/usage/batch", record_all, doc("recordUsageBatch", "Record usage in a batch", text));
    let text = "Judges and records in one step: whatever runs beside it, the limit is not passed. What is beyond it is paid \
        with credits in the same step, where the feature is sold.";
    let fails = &[(Kind::LimitReached, "There is not so much of it left, or the plan does not include it.")];
    let doc = Doc { fails, ..doc("consumeEntitlement", "Use a feature up to its limit", text) };
    surface.post("/entitlements/consume", consume, doc);
    audit::declare(surface);
    series::declare(surface);
}

type Service = web::Data<dyn EntitlementService>;

/// The workspace that a request is about, on its plan.
pub(super) fn holder<P: Permission>(caller: &Can<P>) -> Holder<'_> {
    Holder { workspace: caller.workspace, plan: &caller.principal.plan }
}

async fn check(
    caller: Can<EntitlementsRead>,
    asked: CheckQuery,
    entitlements: Service,
    place: web::Data<PublicUrl>,
) -> Result<Plain<CheckResponse>, Failure> {
    let verdict = entitlements.check(holder(&caller), &asked.feature, asked.quantity).await?;
    Ok(Plain(CheckResponse::new(asked.feature, verdict, &place)))
}

async fn summary(caller: Can<EntitlementsRead>, entitlements: Service) -> Result<Data<SummaryResponse>, Failure> {
    let standings = entitlements.summary(holder(&caller)).await?;
    let tier = caller.principal.plan.name.clone();
    Ok(Data { data: SummaryResponse::new(caller.workspace, tier, standings) })
}

async fn record(
    caller: Can<EntitlementsWrite>,
    ToldUse { told, words }: ToldUse,
    entitlements: Service,
) -> Result<Plain<RecordedResponse>, Failure> {
    let used = entitlements.record(holder(&caller), told).await.map_err(|error| words.name(error))?;
    Ok(Plain(used.into()))
}

async fn record_all(
    caller: Can<EntitlementsWrite>,
    ToldUses { told, words }: ToldUses,
    entitlements: Service,
) -> Result<Plain<BatchResponse>, Failure> {
    let used = entitlements.record_all(holder(&caller), told).await.map_err(|error| words.name(error))?;
    Ok(Plain(BatchResponse { data: used.into_iter().map(Into::into).collect() }))
}

async fn consume(
    caller: Can<EntitlementsWrite>,
    Valid(request): Valid<UsageRequest>,
    entitlements: Service,
) -> Result<Plain<ConsumedResponse>, Failure> {
    Ok(Plain(entitlements.consume(holder(&caller), request.try_into()?).await?.into()))
}
