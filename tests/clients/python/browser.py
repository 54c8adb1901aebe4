"""A person at a browser: it keeps cookies, goes where it is sent, and fills in the forms it is shown. No script runs."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

MOST_STEPS = 12


class Browser:
    """Of somebody with this email and password."""

    def __init__(self, email, password):
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html"
        self.person = {"email": email, "password": password}

    def visit(self, address):
        """Goes to an address as far as this site leads: gives the address elsewhere that it ends at, if it does."""
        home, form = urlsplit(address).netloc, None
        for _ in range(MOST_STEPS):
            if urlsplit(address).netloc != home:
                return address
            page = self.send(address, form)
            looks = Page(page.text)
            onward, form = page.headers.get("Location") or looks.onward, None
            if onward is None:
                found = looks.way_on()
                if found is None:
                    return None
                onward, form = found["action"], self.filled(found["fields"])
            address = urljoin(address, onward)
        raise RuntimeError(f"{address} leads round in circles")

    def send(self, address, form):
        method = "GET" if form is None else "POST"
        page = self.session.request(method, address, data=form, allow_redirects=False, timeout=30)
        page.raise_for_status()
        return page

    def filled(self, fields):
        return fields | self.person if "password" in fields else fields


class Page(HTMLParser):
    """Where a page leads by itself, and its forms."""

    def __init__(self, text):
        super().__init__()
        self.onward, self.forms = None, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "meta" and told.get("http-equiv") == "refresh":
            self.onward = told["content"].removeprefix("0;url=")
        elif tag == "form":
            self.forms.append({"action": told["action"], "fields": {}})
        elif tag in ("input", "button") and told.get("name") and self.forms:
            self.forms[-1]["fields"][told["name"]] = told.get("value", "")

    def way_on(self):
        """The form that leads on: a login, a yes to an application, or a yes to logging out."""

        def leads_on(form):
            fields = form["fields"]
            is_logout = form["action"].startswith("/oauth/logout")
            return "password" in fields or fields.get("answer") == "allow" or is_logout

        return next(filter(leads_on, self.forms), None)
