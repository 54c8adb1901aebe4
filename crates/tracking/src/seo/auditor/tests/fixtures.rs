//! A page without a fault, and what is done to it.

/// Nothing is wrong with it.
pub(super) const GOOD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>How to bake bread at home</title>
<meta name="description" content="Flour, water, salt and time: how to bake a loaf of bread in an oven at home.">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:title" content="How to bake bread"><meta property="og:type" content="article">
<meta property="og:image" content="https://example.com/bread.jpg"><meta property="og:url" content="https://example.com/page">
<link rel="canonical" href="https://example.com/page">
<link rel="stylesheet" href="/style.css">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Article", "headline": "Bread"}</script>
</head>
<body>
<svg><title>A drawing</title></svg>
<h1>How to bake bread</h1>
<p>First read about <a href="/flour">flour</a>, then <a href="https://other.example/" rel="nofollow">elsewhere</a>.</p>
<h2>The oven</h2><img src="/oven.jpg" alt="An oven"><img src="/line.png" alt="">
<a href="/"><img src="/logo.png" alt="Home"></a>
<h3>Heat</h3>
<h2>The loaf</h2>
<template><img src="/copied.png"><h6></h6></template>
<noscript><img src="/pixel.png"></noscript>
</body>
</html>"#;

/// The good page with one text in the place of another.
pub(super) fn with(text: &str, instead: &str) -> String {
    assert!(GOOD.contains(text), "{text} is not in the page");
    GOOD.replacen(text, instead, 1)
}
