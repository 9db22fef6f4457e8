"""Real manifests, compared with what is known of them."""

from __future__ import annotations

import pytest
from scanning import Scan, corpus, short

from blastradius.scanners import scan

pytestmark = pytest.mark.corpus


def test_a_folder_of_old_and_odd_examples_scans_and_names_what_it_cannot_read():
    found = Scan(scan([corpus("inputs", "kubernetes-examples")]))
    assert len(found.components) > 90
    (files,) = [c for c in found.result.coverage.scanners if c.scanner == "files"]
    unread = {gap.scope for gap in found.gaps if gap.reason.startswith("could not be read")}
    assert len(unread) == files.failed == 5


def test_policies_show_what_images_hide():
    base = ("inputs", "sock-shop", "deploy", "kubernetes")
    found = Scan(scan([corpus(*base, "manifests"), corpus(*base, "manifests-policy")]))
    edges = {
        line.replace("sock-shop/Deployment/", "") for line in (x.replace("k8s:kubernetes/", "") for x in found.lines())
    }
    assert edges == {
        "front-end -> catalogue", "front-end -> orders", "front-end -> user", "orders -> payment", "orders -> shipping", "orders -> user",
        "orders -> orders-db", "catalogue -> catalogue-db", "user -> user-db", "shipping -> rabbitmq", "queue-master -> rabbitmq",
        "shipping -> (zipkin.jaeger.svc.cluster.local)",
    }  # fmt: skip
    assert sorted({gap.scope.rsplit("/", 1)[-1] for gap in found.gaps}) == ["cart-access", "carts-db-access"]


def test_variables_show_every_call_of_a_boutique():
    found = Scan(scan([corpus("inputs", "online-boutique", "kubernetes-manifests")]))
    lines = [line for line in found.lines() if "[" not in line]
    assert len([line for line in lines if "(" not in line]) == 16
    assert [short(line) for line in lines if "(" in line] == [
        "k8s:kubernetes-manifests/default/Deployment/frontend -> (shoppingassistantservice)"
    ]
    assert found.gaps == []
