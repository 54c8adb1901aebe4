DROP TABLE credit_payment_notices;
DROP TABLE credit_purchases;
DROP TABLE credit_entries;
DROP TABLE credit_transactions;
DROP TABLE credit_grants;
DROP TABLE credit_accounts;
