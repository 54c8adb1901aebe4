DROP TABLE seo_audits;
DROP TABLE seo_issues;
DROP TABLE seo_reports;
DROP TABLE seo_pages;
