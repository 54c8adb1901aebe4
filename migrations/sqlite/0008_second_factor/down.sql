DROP TABLE second_factor_challenges;
DROP TABLE recovery_codes;
DROP TABLE pending_second_factors;
DROP TABLE second_factors;
