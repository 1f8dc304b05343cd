"""The vendors' dialects that are served. A further one costs a folder and a line here."""

from __future__ import annotations

from rejoinder.dialects.cxi.dialect import CXI
from rejoinder.dialects.forsta.dialect import FORSTA
from rejoinder.dialects.goodbridge.dialect import GOODBRIDGE
from rejoinder.dialects.surveykiwi.dialect import SURVEYKIWI
from rejoinder.dialects.webankieta.dialect import WEBANKIETA
from rejoinder.kernel.endpoint import Dialect

VENDORS: tuple[Dialect, ...] = (FORSTA, GOODBRIDGE, SURVEYKIWI, WEBANKIETA, CXI)
