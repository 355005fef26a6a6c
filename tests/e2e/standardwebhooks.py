"""Reads deliveries as JSON, and prints whether the official library accepts each."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError


def is_accepted(case):
    try:
        Webhook(case["secret"]).verify(case["body"], case["headers"])
    except WebhookVerificationError:
        return False
    return True


print(json.dumps([is_accepted(case) for case in json.load(sys.stdin)]))
