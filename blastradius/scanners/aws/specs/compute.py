"""Machines, groups of machines, and environments that the provider runs them in."""

from __future__ import annotations

from blastradius.scanners.aws.answers import Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.settings import variables
from blastradius.scanners.aws.spec import Call
from blastradius.scanners.aws.tying import settings

_GONE = ("terminated", "shutting-down")


def _options(item: dict[str, object]) -> dict[str, object]:
    """Environment variables of Elastic Beanstalk, as what they name."""
    listed = item.get("OptionSettings")
    told = {
        str(one.get("OptionName")): one.get("Value")
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and one.get("Namespace") == "aws:elasticbeanstalk:application:environment"
    }
    return {"found": variables(told)}


CALLS = (
    Call("ec2", "DescribeInstances", "Reservations[].Instances[]", (
        "InstanceId!", "State: State.Name", "Zone: Placement.AvailabilityZone", "SubnetId", "PrivateIpAddress",
        "PrivateDnsName", "PublicDnsName", "PublicIpAddress", "Tags",
    ), kind="service", hides="instances"),
    Call("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups", (
        "AutoScalingGroupName!", "AutoScalingGroupARN!", "AvailabilityZones", "DesiredCapacity", "TargetGroupARNs",
        "LoadBalancerNames", "Instances: Instances[].InstanceId", "Traffic: TrafficSources[].Identifier", "Tags",
    ), kind="service", hides="groups of instances"),
    Call("elasticbeanstalk", "DescribeEnvironments", "Environments", (
        "EnvironmentArn!", "EnvironmentName!", "EnvironmentId", "ApplicationName", "CNAME", "EndpointURL", "Status",
    ), kind="service", hides="Elastic Beanstalk environments"),
    Call("elasticbeanstalk", "DescribeConfigurationSettings", "ConfigurationSettings", ("found",),
         each="elasticbeanstalk:DescribeEnvironments", take={"ApplicationName": "ApplicationName", "EnvironmentName": "EnvironmentName"},
         of="EnvironmentArn", reduce=_options, hides="settings of Elastic Beanstalk environments",
         leaves=("AWS::ElasticBeanstalk::Environment",)),
)  # fmt: skip


def index(estate: Estate) -> None:
    """Groups first: their instances are parts of them."""
    for item in estate.items("autoscaling:DescribeAutoScalingGroups"):
        _group(estate, item)
    for item in estate.items("ec2:DescribeInstances"):
        data = item.data
        if data.get("State") in _GONE or estate.find(item, "instance", data["InstanceId"]):
            continue
        id = estate.arn(item, "ec2", f"instance/{data['InstanceId']}")
        named = next((one.get("Value") for one in data.get("Tags", ()) if one.get("Key") == "Name"), None)
        estate.add(
            item, "service", "ec2", "AWS::EC2::Instance", id, named or data["InstanceId"],
            zone=estate.zone(item, data.get("Zone")), hosts=(data.get("PublicDnsName"), data.get("PublicIpAddress")),
            aliases=(data["InstanceId"], data.get("PrivateDnsName"), data.get("PrivateIpAddress")), tags=data.get("Tags"),
        )  # fmt: skip
        estate.know(item, "instance", data["InstanceId"], id)
        estate.know(item, "address", data.get("PrivateIpAddress"), id)
    for item in estate.items("elasticbeanstalk:DescribeEnvironments"):
        data = item.data
        if data.get("Status") != "Terminated":
            estate.add(
                item, "service", "elasticbeanstalk", "AWS::ElasticBeanstalk::Environment", data["EnvironmentArn"],
                data["EnvironmentName"], hosts=(data.get("CNAME"), data.get("EndpointURL")),
                attributes={"entry": f"Elastic Beanstalk {data['EnvironmentName']}"} if data.get("CNAME") else {},
            )  # fmt: skip


def _group(estate: Estate, item: Item) -> None:
    data = item.data
    name = data["AutoScalingGroupName"]
    id = estate.find(item, "node group", name) or data["AutoScalingGroupARN"]
    if id not in estate.components:
        size = data.get("DesiredCapacity")
        estate.add(
            item, "service", "ec2", "AWS::AutoScaling::AutoScalingGroup", id, name, aliases=(name,),
            attributes={"replicas": str(size)} if size is not None else {}, tags=data.get("Tags"),
        )  # fmt: skip
    estate.know(item, "group", name, id)
    for one in data.get("Instances", ()):
        estate.know(item, "instance", one, id)
    for arn in (*data.get("TargetGroupARNs", ()), *data.get("Traffic", ())):
        estate.groups[arn][id] = None


def translate(estate: Estate) -> None:
    """Zones of groups; what environments name."""
    for item in estate.items("autoscaling:DescribeAutoScalingGroups"):
        data = item.data
        id = data["AutoScalingGroupARN"]
        if estate.find(item, "group", data["AutoScalingGroupName"]) == id:
            zones = [zone for one in data.get("AvailabilityZones", ()) if (zone := estate.zone(item, one))]
            estate.spread(id, zones, data.get("DesiredCapacity"), item, "AvailabilityZones")
    for item in estate.items("elasticbeanstalk:DescribeConfigurationSettings"):
        settings(estate, item.of, item.data.get("found"), item, "OptionSettings")
