"""`/exports/{token}`: the file of an export, for whoever has its link."""

from __future__ import annotations

from rejoinder.core.exports.asking import open_download
from rejoinder.kernel.attachment import attachment
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply


def fetch(call: Call) -> Reply:
    """The file, in pieces. Raises NotFound for a link that is not whole and for a file that is gone."""
    export, pieces = open_download(call.unit.session, call.params["token"], call.now)
    return attachment(export.file_name, pieces)
