"""Published outages as cited data, and how files of that kind are read."""

from blastradius.catalog.incidents.checking import problems
from blastradius.catalog.incidents.model import Affected, Incident, IncidentPhase, written
from blastradius.catalog.incidents.reading import Read, chosen, folder, incident, names, read, shipped

__all__ = [
    "Affected",
    "Incident",
    "IncidentPhase",
    "Read",
    "chosen",
    "folder",
    "incident",
    "names",
    "problems",
    "read",
    "shipped",
    "written",
]
