"""Machines and groups of machines of AWS."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from blastradius.scanners.terraform.mapping.idle import sized
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.values import at, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Expr

_TEMPLATES = ("aws_launch_template", "aws_launch_configuration")


def user_data(world: World, block: Block, id: str) -> None:
    """Addresses in the script that a machine starts with."""
    for key in ("user_data", "user_data_base64", "custom_data", "metadata_startup_script"):
        value = block.values.get(key)
        if value is not None:
            settings(world, id, [_plain(value)], world.evidence(block, key), via="user_data")


def _plain(value: Any) -> Any:
    text = value.value if isinstance(value, Expr) else value
    if not isinstance(text, str) or " " in text or len(text) < 16:
        return value
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return value


def _group(world: World, block: Block, id: str) -> None:
    wanted, least = number(block.values.get("desired_capacity")), number(block.values.get("min_size"))
    unknown = wanted is None and block.values.get("desired_capacity") is not None
    sized(world, block, id, wanted or least or (None if unknown or least is None else 0))
    for path in ("launch_template", "launch_configuration", "mixed_instances_policy"):
        for value in at(block.values, path):
            for ref in refs(value):
                for one in world.found(ref):
                    if one.type in _TEMPLATES:
                        user_data(world, one, id)


ROWS = {
    "aws_instance": Row("service", "ec2", ("tags.Name",), hosts=("private_dns", "public_dns", "private_ip", "public_ip"), zones=("subnet_id", "availability_zone"), more=user_data),
    "aws_spot_instance_request": Row("service", "ec2", ("tags.Name",), zones=("subnet_id", "availability_zone"), more=user_data),
    "aws_autoscaling_group": Row("service", "ec2", zones=("vpc_zone_identifier", "availability_zones"), more=_group),
    "aws_spot_fleet_request": Row("service", "ec2", ("tags.Name",)),
    "aws_ec2_fleet": Row("service", "ec2", ("tags.Name",)),
    "aws_lightsail_instance": Row("service", "lightsail", zones=("availability_zone",)),
    "aws_elastic_beanstalk_environment": Row("service", "elasticbeanstalk", hosts=("cname", "endpoint_url"), needs=(Need("setting", settings=True),)),
    "aws_batch_compute_environment": Row("cluster", "batch", ("compute_environment_name", "name"), zones=("compute_resources.subnets",)),
    "aws_emr_cluster": Row("cluster", "emr", zones=("ec2_attributes.subnet_id",)),
    "aws_sagemaker_endpoint": Row("service", "sagemaker"),
    "aws_workspaces_directory": Row("identity", "workspaces", ("directory_id",)),
}  # fmt: skip

STANDS = {
    "aws_eip": ("instance",),
    "aws_eip_association": ("instance_id",),
    "aws_network_interface": ("attachment.instance",),
    "aws_volume_attachment": ("instance_id",),
}
QUIET = {
    "aws_launch_template", "aws_launch_configuration", "aws_key_pair", "aws_ami", "aws_ebs_volume", "aws_placement_group",
    "aws_autoscaling_policy", "aws_autoscaling_schedule", "aws_autoscaling_lifecycle_hook", "aws_autoscaling_attachment",
    "aws_autoscaling_group_tag", "aws_appautoscaling_*", "aws_ebs_encryption_by_default", "aws_ec2_tag",
    "aws_elastic_beanstalk_application", "aws_elastic_beanstalk_application_version", "aws_autoscaling_notification",
    "aws_ec2_capacity_reservation", "aws_ec2_instance_state", "aws_lightsail_key_pair",
}  # fmt: skip
