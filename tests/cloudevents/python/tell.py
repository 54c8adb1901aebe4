"""Tells of usage as CloudEvents, in every mode, with the SDK of those who wrote the specification. Its address is in BASE, the
key in KEY."""

import http.client
import json
import os
from datetime import datetime, timezone
from urllib.parse import urlencode, urlsplit

from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

USAGE = "/api/v1/entitlements/usage"
# What must be encoded in a header: a space, a quotation mark, a percent sign, and what ASCII has not.
SUBJECT = 'Ada "the 1%" Łovelace 😀'


def ask(method, path, message, due=200):
    connection = http.client.HTTPConnection(urlsplit(os.environ["BASE"]).netloc)
    headers = {**message.headers, "Authorization": f"Bearer {os.environ['KEY']}"}
    connection.request(method, path, message.body, headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    assert answer.status == due, (answer.status, body)
    return body


def event(id, data=None, **attributes):
    due = {"type": "posts", "source": "/blog/eu-1", "id": id, "subject": SUBJECT, "datacontenttype": "application/json"}
    due["time"] = datetime.now(timezone.utc)
    due.update(attributes)
    return CloudEvent({name: value for name, value in due.items() if value is not None}, data)


def batch(events):
    body = b"[" + b",".join(JSONFormat().write(event) for event in events) + b"]"
    return HTTPMessage({"content-type": "application/cloudevents-batch+json"}, body)


def used(message, due, repeated=False):
    recorded = ask("POST", USAGE, message)
    print("  ", message.headers.get("content-type"), recorded)
    assert recorded["recorded"] and recorded["feature"] == "posts", recorded
    assert (recorded["current_usage"], recorded.get("duplicate", False)) == (due, repeated), recorded


data = {"quantity": 3, "endpoint": "/posts"}
used(to_structured_event(event("1", data)), 3)
used(to_binary_event(event("2", data)), 6)
# The same source and id are the same event, in whichever mode it comes.
used(to_binary_event(event("1", data)), 6, repeated=True)
used(to_structured_event(event("2", data)), 6, repeated=True)
# Without data, it is one; without a type the data is JSON; and bytes come as Base64.
used(to_structured_event(event("3")), 7)
used(to_binary_event(event("4")), 8)
used(to_binary_event(event("5", data, datacontenttype=None, time=None)), 11)
used(to_structured_event(event("6", json.dumps(data).encode(), extension="ignored")), 14)

told = ask("POST", f"{USAGE}/batch", batch([event("1", data), event("7", data), event("8", {}, subject="Grace")]))
print("  ", told)
assert [use["current_usage"] for use in told["data"]] == [14, 17, 18], told
assert [use.get("duplicate", False) for use in told["data"]] == [True, False, False], told

for wrong, field in [
    (to_structured_event(event("9", data, type="nothing")), "type"),
    (to_binary_event(event("9", {"quantity": 0})), "data.quantity"),
    (to_structured_event(event("9", "a text", datacontenttype="text/plain")), "data"),
    (to_binary_event(event("9", data, time=datetime(2020, 1, 1, tzinfo=timezone.utc), type="api_calls")), "time"),
]:
    refused = ask("POST", USAGE, wrong, due=422)
    assert list(refused["errors"]) == [field], refused
wrong = batch([event("9", data), event("10", {"quantity": "many"})])
assert list(ask("POST", f"{USAGE}/batch", wrong, due=422)["errors"]) == ["1.data.quantity"]

# What was told is there, and by whom it was used.
query = urlencode({"feature": "posts", "interval": "hour", "group_by": "metadata.subject"})
series = ask("GET", f"{USAGE}?{query}", HTTPMessage({}, b""))["data"]
groups = {group["group"]: (group["total"], group["records"]) for group in series["groups"]}
print("  ", groups)
assert groups == {SUBJECT: (17, 7), "Grace": (1, 1)}, groups
assert (series["total"], series["records"], len(series["series"])) == (18, 8, 720)
assert sum(point["value"] for point in series["series"]) == 18
