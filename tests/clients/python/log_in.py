"""What an application does with `authlib`: log a person in, know them, stay in touch, and let go."""

import os
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.base_client import BaseApp, OAuthError
from authlib.integrations.base_client.sync_app import OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.base import OAuth2Error
from joserfc.errors import JoseError

from browser import Browser

ISSUER, CALLBACK, EMAIL = (os.environ[name] for name in ("ISSUER", "CALLBACK", "EMAIL"))
REFUSALS = (OAuthError, OAuth2Error, JoseError, requests.HTTPError)


class Application(OAuth2Mixin, OpenIDMixin, BaseApp):
    """As authlib's integrations for web frameworks put it together, without one of them."""

    client_cls = OAuth2Session


def tell(what):
    print(f"  authlib: {what}")


def refused(work, *errors):
    """That a call fails as the provider or the library says no, and not by chance."""
    try:
        work()
    except errors or REFUSALS as error:
        return error
    raise AssertionError("this should have been refused")


def query(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def application(client_id, secret, method):
    kwargs = {"scope": "openid profile email", "code_challenge_method": "S256", "token_endpoint_auth_method": method}
    metadata = f"{ISSUER}/.well-known/openid-configuration"
    return Application(
        None, client_id=client_id, client_secret=secret, server_metadata_url=metadata, client_kwargs=kwargs
    )


def come_back(app, browser, **more):
    """Sends a person off to log in, and takes them back."""
    asked = app.create_authorization_url(CALLBACK, **more)
    left = browser.visit(asked["url"])
    assert left and left.startswith(CALLBACK), left
    told = query(left)
    # RFC 9207: the library leaves it to the application to look whose answer this is.
    assert told["iss"] == app.load_server_metadata()["issuer"] == ISSUER
    assert told["state"] == asked["state"]
    return asked, told


def trade(app, asked, told, **other):
    proof = {"code": told["code"], "code_verifier": asked["code_verifier"], "redirect_uri": CALLBACK}
    return app.fetch_access_token(**proof | other)


def log_in(app, browser):
    asked, told = come_back(app, browser)
    tokens = trade(app, asked, told)
    claims = app.parse_id_token(tokens, nonce=asked["nonce"])
    known = app.userinfo(token=tokens)
    assert claims["sub"] == known["sub"] and known["email"] == EMAIL
    refused(lambda: app.parse_id_token(tokens, nonce="another"), JoseError)
    head, body, signature = tokens["id_token"].split(".")
    forged = dict(tokens, id_token=f"{head}.{body[:-4]}AAAA.{signature}")
    refused(lambda: app.parse_id_token(forged, nonce=asked["nonce"]), JoseError, ValueError)
    error = refused(lambda: trade(app, asked, told))
    assert error.error == "invalid_grant", error
    asked, told = come_back(app, browser)
    error = refused(lambda: trade(app, asked, told, code_verifier="x" * 43))
    assert error.error == "invalid_grant", error
    return trade(app, *come_back(app, browser))


def session(app):
    return OAuth2Session(app.client_id, app.client_secret, **app.client_kwargs)


def stay_in_touch(app, tokens):
    endpoint = app.load_server_metadata()["token_endpoint"]
    again = session(app).refresh_token(endpoint, refresh_token=tokens["refresh_token"])
    assert app.userinfo(token=again)["email"] == EMAIL
    return again


def let_go(app, tokens):
    metadata, own = app.load_server_metadata(), session(app)
    inspect = lambda: own.introspect_token(metadata["introspection_endpoint"], token=tokens["access_token"]).json()
    assert inspect()["active"] and inspect()["client_id"] == app.client_id
    own.revoke_token(metadata["revocation_endpoint"], token=tokens["refresh_token"]).raise_for_status()
    assert inspect() == {"active": False}
    refused(lambda: app.userinfo(token=tokens), requests.HTTPError)
    refused(lambda: stay_in_touch(app, tokens), OAuthError, OAuth2Error)


def speak_for_itself(app):
    method = app.client_kwargs["token_endpoint_auth_method"]
    own = OAuth2Session(app.client_id, app.client_secret, token_endpoint_auth_method=method)
    token = own.fetch_token(app.load_server_metadata()["token_endpoint"], grant_type="client_credentials")
    assert token["token_type"] == "Bearer" and "refresh_token" not in token


def log_out(app, browser, tokens):
    if "end_session_endpoint" not in app.load_server_metadata():
        return tell("there is no logout to try")
    browser.visit(app.create_logout_url(id_token_hint=tokens["id_token"])["url"])
    _, told = come_back(app, browser, prompt="none")
    assert told["error"] == "login_required", told
    tell("the person is logged out")


for method in ("client_secret_basic", "client_secret_post"):
    app = application(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], method)
    browser = Browser(EMAIL, os.environ["PASSWORD"])
    tokens = log_in(app, browser)
    let_go(app, stay_in_touch(app, tokens))
    speak_for_itself(app)
    log_out(app, browser, tokens)
    tell(f"login, userinfo, refresh, introspection, revocation and an own token, by {method}")

phone = application(os.environ["PUBLIC_CLIENT_ID"], None, "none")
stay_in_touch(phone, log_in(phone, Browser(EMAIL, os.environ["PASSWORD"])))
tell("a public client, which has its verifier and nothing else")
