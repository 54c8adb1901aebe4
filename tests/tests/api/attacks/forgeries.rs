//! On tokens that somebody else made (RFC 8725).

use crate::oauth_app::App;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mainstay_testkit::gateway::{Actor as _, Gateway, Person, on_each_gateway};
use serde_json::{Value, json};

/// The header or the claims of a token.
fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

fn packed(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// That a token which says what a good one says opens nothing, as an access token or as a hint.
async fn opens_nothing(gateway: &Gateway, app: &App, ada: &Person, forged: &str) {
    let _ = app.userinfo(forged).await.is(401);
    let told = app.ask("/oauth/introspect", &json!({ "token": forged })).await.is(200);
    assert_eq!(told.json(), json!({ "active": false }), "{forged}");
    for path in ["/auth/me", "/api/v1/me", "/api/auth/me/"] {
        let _ = gateway.nobody().with_credential(forged).get(path).await.is(401);
    }
    // As a hint it names nobody.
    let _ = app.code(ada, &format!("&id_token_hint={forged}")).await;
}

/// Every way in which the published key can be written down.
async fn published(gateway: &Gateway, kid: &Value) -> Vec<Vec<u8>> {
    let set = gateway.nobody().get("/.well-known/jwks.json").await.is(200).json();
    let key = set["keys"].as_array().expect("keys").iter().find(|key| &key["kid"] == kid).expect("the key").clone();
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().expect("a number")).expect("base64url");
    let (raw, der) = if key["kty"] == "EC" {
        let point = [vec![4], number("x"), number("y")].concat();
        // SubjectPublicKeyInfo of a point on P-256 (RFC 5480).
        let prefix = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA";
        let spki = STANDARD.decode(format!("{prefix}E")).expect("base64");
        let der = [&spki[..spki.len() - 1], &point].concat();
        (point, der)
    } else {
        let modulus = number("n");
        // SubjectPublicKeyInfo of 2048 bits and the exponent 65537 (RFC 8017), whose modulus begins with a one.
        let prefix = STANDARD.decode("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA").expect("base64");
        let der = [&prefix, &modulus, [2, 3, 1, 0, 1].as_slice()].concat();
        (modulus, der)
    };
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    vec![
        key.to_string().into_bytes(),
        raw,
        der,
        pem.clone().into_bytes(),
        pem.trim_end().as_bytes().to_vec(),
        Vec::new(),
    ]
}

#[test]
fn the_public_key_is_no_secret_to_sign_with() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "&scope=openid").await;
        for name in ["/access_token", "/id_token"] {
            let token = tokens.text(name);
            let (header, claims) = (part(&token, 0), part(&token, 1));
            for secret in published(gateway, &header["kid"]).await {
                for algorithm in [Algorithm::HS256, Algorithm::HS384] {
                    let mut forged = Header::new(algorithm);
                    forged.typ = header["typ"].as_str().map(str::to_owned);
                    forged.kid = header["kid"].as_str().map(str::to_owned);
                    let forged = encode(&forged, &claims, &EncodingKey::from_secret(&secret)).expect("a token");
                    opens_nothing(gateway, &app, &ada, &forged).await;
                }
            }
        }
    });
}

#[test]
fn a_token_without_a_signature_is_none() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let token = app.tokens(&ada, "&scope=openid").await.text("/access_token");
        let (header, claims) = (part(&token, 0), packed(&part(&token, 1)));
        let signature = token.rsplit('.').next().expect("a signature");
        for algorithm in ["none", "None", "NONE", "nOnE", ""] {
            let mut unsigned = header.clone();
            unsigned["alg"] = json!(algorithm);
            for end in ["", ".", &format!(".{signature}")] {
                opens_nothing(gateway, &app, &ada, &format!("{}.{claims}{end}", packed(&unsigned))).await;
            }
        }
        let stripped = token.trim_end_matches(signature);
        opens_nothing(gateway, &app, &ada, stripped).await;
        let mut other = part(&token, 1);
        other["sub"] = json!("00000000-0000-4000-8000-000000000000");
        opens_nothing(gateway, &app, &ada, &format!("{}.{}.{signature}", packed(&header), packed(&other))).await;
    });
}

/// RFC 8725 section 3.10: `jwk`, `jku` and `x5u` in a header are the sender's word, and so are names of keys.
#[test]
fn a_key_that_a_token_brings_along_opens_nothing() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let token = app.tokens(&ada, "&scope=openid").await.text("/access_token");
        let claims = part(&token, 1);
        let own = rcgen::KeyPair::generate().expect("a key on P-256");
        let key = EncodingKey::from_ec_der(&own.serialize_der());
        let raw = own.public_key_raw().to_vec();
        let at = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&raw[range]);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": at(1..33), "y": at(33..65), "alg": "ES256", "use": "sig" });
        let known = part(&token, 0)["kid"].clone();
        for kid in [known, json!("../../../dev/null"), json!("' or 1=1 --"), json!(""), Value::Null] {
            let mut header: Header =
                serde_json::from_value(json!({ "alg": "ES256", "typ": "at+jwt", "kid": kid, "jwk": jwk }))
                    .expect("a header");
            header.jku = Some("http://127.0.0.1:9/keys".to_owned());
            let forged = encode(&header, &claims, &key).expect("a token");
            opens_nothing(gateway, &app, &ada, &forged).await;
        }
    });
}

/// RFC 8725 section 3.1: each key has one algorithm, which is not the token's to choose.
#[test]
fn a_token_by_one_algorithm_does_not_pass_for_the_other() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "&scope=openid").await;
        let (access, id) = (tokens.text("/access_token"), tokens.text("/id_token"));
        let (of_access, of_id) = (part(&access, 0), part(&id, 0));
        assert_eq!((&of_access["alg"], &of_id["alg"]), (&json!("ES256"), &json!("RS256")));
        for (token, header, other) in [(&access, &of_access, &of_id), (&id, &of_id, &of_access)] {
            let rest = token.split_once('.').expect("a header").1;
            for (algorithm, kid) in [("alg", "kid"), ("alg", ""), ("", "kid")] {
                let mut swapped = header.clone();
                for name in [algorithm, kid].into_iter().filter(|name| !name.is_empty()) {
                    swapped[name] = other[name].clone();
                }
                opens_nothing(gateway, &app, &ada, &format!("{}.{rest}", packed(&swapped))).await;
            }
        }
    });
}
