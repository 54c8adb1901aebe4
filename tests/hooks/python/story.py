"""Whether a delivery tells that it failed twice with 500, once without an answer, and then arrived."""

import json
import sys

story = json.load(sys.stdin)["data"]
attempts = story["attempts"]
for attempt in attempts:
    print("  {number}: {response_code} {response_body} {error}".format_map(attempt))
assert (story["status"], story["attempt"], story["response_code"]) == ("success", 4, 204), story
assert story["delivered_at"] and story["payload"]["id"] == story["event_id"], story
assert [attempt["number"] for attempt in attempts] == [1, 2, 3, 4]
assert [attempt["response_code"] for attempt in attempts] == [500, 500, None, 204]
assert [attempt["response_body"] for attempt in attempts] == ["on fire", "on fire", None, None]
assert [bool(attempt["error"]) for attempt in attempts] == [True, True, True, False]
starts = [attempt["started_at"] for attempt in attempts]
assert starts == sorted(starts)
