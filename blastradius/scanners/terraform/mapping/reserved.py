"""Reserved addresses: a record that names one leads to whatever holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blastradius.scanners.terraform.mapping.values import at, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block

_ADDRESSES = frozenset({"aws_eip", "google_compute_address", "google_compute_global_address", "azurerm_public_ip"})
#: Attributes by which the holders of addresses name them.
_HELD = {
    "aws_lb": ("subnet_mapping.allocation_id",),
    "aws_alb": ("subnet_mapping.allocation_id",),
    "google_compute_global_forwarding_rule": ("ip_address",),
    "google_compute_forwarding_rule": ("ip_address",),
    "google_compute_instance": ("network_interface.access_config.nat_ip",),
    "azurerm_lb": ("frontend_ip_configuration.public_ip_address_id",),
    "azurerm_application_gateway": ("frontend_ip_configuration.public_ip_address_id",),
    "azurerm_linux_virtual_machine": ("network_interface_ids",),
    "azurerm_windows_virtual_machine": ("network_interface_ids",),
    "azurerm_virtual_machine": ("network_interface_ids",),
}
_INTERFACE = "azurerm_network_interface"


def _holder(world: World, block: Block) -> None:
    """The addresses that a resource holds stand for it."""
    for path in _HELD[block.type]:
        for one in _named(world, at(block.values, path)):
            inner = (
                [*_named(world, at(one.values, "ip_configuration.public_ip_address_id"))]
                if one.type == _INTERFACE
                else [one]
            )
            for address in inner:
                if address.type in _ADDRESSES:
                    world.behind[address.address].append(world.id_of(block))


def _named(world: World, values: list[Any]) -> Iterator[Block]:
    for value in values:
        for ref in refs(value):
            yield from world.found(ref)


LATE = dict.fromkeys(_HELD, _holder)
