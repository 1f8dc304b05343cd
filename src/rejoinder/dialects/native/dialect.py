"""Our own API: what no vendor offers, and what belongs to the server itself."""

from __future__ import annotations

from rejoinder.core.collecting.files import DEFAULT_MAX_UPLOAD
from rejoinder.dialects.native import collecting, exports, templates, tokens
from rejoinder.dialects.native.errors import ErrorBody, problem
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.oauth import bearer
from rejoinder.model.problems import Invalid, NotFound

_TEMPLATES = "/rejoinder/v1/surveys/{survey}/templates"

ENDPOINTS = (
    tokens.TOKEN,
    Endpoint(
        method="GET",
        path=_TEMPLATES,
        handler=templates.read_templates,
        summary="The variable templates of a survey",
        reply=templates.TemplateList,
        errors=(NotFound,),
        source="design, Templates",
    ),
    Endpoint(
        method="POST",
        path=_TEMPLATES,
        handler=templates.add_template,
        where=Where.WRITER,
        scope="write",
        summary="Make a variable template",
        body=templates.NewTemplate,
        reply=templates.ShownTemplate,
        status=201,
        errors=(NotFound, Invalid),
        source="design, Templates",
    ),
    *collecting.ENDPOINTS,
    *exports.ENDPOINTS,
)


def native(extra: tuple[Endpoint, ...] = (), max_upload: int = DEFAULT_MAX_UPLOAD) -> Dialect:
    """Our own dialect, with endpoints that only the server can make (health, metrics, OpenAPI).

    Parameters: `max_upload` — bytes of a file that a respondent sends.
    """
    return Dialect(
        name="native",
        title="Rejoinder",
        endpoints=(*ENDPOINTS, *collecting.file_endpoints(max_upload), *extra),
        credentials=bearer,
        problem=problem,
        problem_type=ErrorBody,
        token_path=tokens.PATH,
    )
