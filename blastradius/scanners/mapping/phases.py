"""When a workload needs what it is made with: one table for all scanners that read declarations.

Sources: Amazon ECS developer guide, "Amazon ECS clusters", "Pass sensitive data to an Amazon ECS container"; AWS App
Runner developer guide, "Referencing environment variables"; Cloud Run documentation, "Configure secrets for services"
(an environment variable takes the secret's value when an instance starts).
"""

from __future__ import annotations

from typing import Final

from blastradius.model import Phase

#: Tasks are placed by their cluster; those that run go on.
CLUSTER: Final[Phase] = "startup"
CLUSTER_REASON: Final = "tasks are placed by their cluster; those that run go on"
#: A secret that a variable takes is read when a container starts, and what runs has its value.
WITH_VARIABLES: Final[Phase] = "startup"
