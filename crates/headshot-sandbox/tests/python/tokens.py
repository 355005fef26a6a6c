"""Reads a secret and tokens as JSON, and prints what PyJWT says about each."""

import json
import sys

import jwt

given = json.load(sys.stdin)
verdicts, claims = [], []
for token in given["tokens"]:
    try:
        claims.append(jwt.decode(token, given["secret"], algorithms=[given["algorithm"]]))
        verdicts.append("ok")
    except jwt.PyJWTError as error:
        verdicts.append(type(error).__name__)
print(json.dumps({"verdicts": verdicts, "claims": claims}))
