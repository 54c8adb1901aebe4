//! `/api/credits`: what a workspace pays with.

mod dto;
mod grants;
mod purchases;
mod query;
mod spending;
mod stripe_hook;

use super::pages::Array;
use actix_web::web;
use dto::{BalanceResponse, PackageResponse, TransactionResponse};
use mainstay_edge::{Can, Doc, Failure, Hosting, Plain, Surface};
use mainstay_entitlements::credits::CreditService;
use mainstay_entitlements::credits::purchases::PurchaseService;
use mainstay_kernel::Kind;
use query::TransactionsQuery;
pub(crate) use stripe_hook::StripeHook;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "What has expired does not count, whether or not that is booked. `burnPerDay` is a seventh of what was spent in the \
        last seven days, less what was given back.";
    surface.get("", balance, doc("getCredits", "Get the balance", text));
    let text = "Every movement, the newest first.";
    surface.get("/transactions", transactions, doc("listCreditTransactions", "List transactions", text));
    let text = "What can be bought, and what could once: only what is `active` is for sale.";
    surface.get("/packages", packages, doc("listCreditPackages", "List packages", text));
    purchases::declare(surface);
    spending::declare(surface);
    grants::declare(surface);
    stripe_hook::declare(surface);
}

const fn doc(id: &'static str, summary: &'static str, text: &'static str) -> Doc {
    Doc { id, tag: "Credits", summary, text, fails: &[] }
}

const fn failing(doc: Doc, fails: &'static [(Kind, &'static str)]) -> Doc {
    Doc { fails, ..doc }
}

crate::permissions::permissions! {
    CreditsRead = "credits:read",
    CreditsPurchase = "credits:purchase",
    CreditsWrite = "credits:write",
    CreditsGrant = "credits:grant",
}

type Credits = web::Data<dyn CreditService>;
type Purchases = web::Data<dyn PurchaseService>;

async fn balance(caller: Can<CreditsRead>, credits: Credits) -> Result<Plain<BalanceResponse>, Failure> {
    let balance = credits.balance(caller.workspace).await?;
    Ok(Plain(BalanceResponse::new(balance, credits.pace(caller.workspace).await?)))
}

async fn transactions(
    caller: Can<CreditsRead>,
    asked: TransactionsQuery,
    credits: Credits,
) -> Result<Array<TransactionResponse>, Failure> {
    let page = credits.transactions(caller.workspace, asked.wanted()).await?;
    Ok(Array::new(page.map(Into::into), &asked.paging))
}

async fn packages(_: Can<CreditsRead>, purchases: Purchases) -> Result<Plain<Vec<PackageResponse>>, Failure> {
    Ok(Plain(purchases.packages().iter().map(Into::into).collect()))
}
