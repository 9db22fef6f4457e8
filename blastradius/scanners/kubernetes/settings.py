"""Moved: `blastradius.scanners.settings`."""

from blastradius.scanners.settings import Alternatives as Alternatives
from blastradius.scanners.settings import Doubt as Doubt
from blastradius.scanners.settings import Found as Found
from blastradius.scanners.settings import Known as Known
from blastradius.scanners.settings import Setting as Setting
from blastradius.scanners.settings import found_in as found_in
