"""Moved: `blastradius.scanners.naming`."""

from blastradius.scanners.naming import TECHNOLOGY as TECHNOLOGY
from blastradius.scanners.naming import Sense as Sense
from blastradius.scanners.naming import is_called as is_called
from blastradius.scanners.naming import is_list as is_list
from blastradius.scanners.naming import sense as sense
from blastradius.scanners.naming import words as words
