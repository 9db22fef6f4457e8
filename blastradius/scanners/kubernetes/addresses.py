"""Moved: `blastradius.scanners.addresses`."""

from blastradius.scanners.addresses import LOCAL as LOCAL
from blastradius.scanners.addresses import MAX_TEXT as MAX_TEXT
from blastradius.scanners.addresses import Address as Address
from blastradius.scanners.addresses import host_port as host_port
from blastradius.scanners.addresses import name as name
from blastradius.scanners.addresses import placeholder as placeholder
from blastradius.scanners.addresses import tokens as tokens
from blastradius.scanners.addresses import urls as urls
from blastradius.scanners.addresses import valid_host as valid_host
