"""Judges compose.yaml and kubernetes.yaml in a folder by their schemas, and prints the environment of each server."""

import json
import re
import sys
from pathlib import Path

import compose_spec
import kubernetes_validate
import yaml

GIVEN = "given-by-the-operator"
VARIABLE = re.compile(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}")

folder = Path(sys.argv[1])
environments = {}

compose = VARIABLE.sub(lambda variable: variable[1] or GIVEN, (folder / "compose.yaml").read_text())
read = compose_spec.PyCompose.from_yaml(compose)
read.validate()
read.to_spec()
for name, service in yaml.safe_load(compose)["services"].items():
    if name.startswith("headshot"):
        environments[name] = service["environment"]

for document in yaml.safe_load_all((folder / "kubernetes.yaml").read_text()):
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    if document["kind"] == "Deployment":
        (container,) = document["spec"]["template"]["spec"]["containers"]
        secrets = {"database-url": "postgres://user:password@db.example.test/headshot"}
        environments[container["name"]] = {
            one["name"]: one.get("value") or secrets.get(one["valueFrom"]["secretKeyRef"]["key"], GIVEN)
            for one in container["env"]
        }

print(json.dumps(environments))
