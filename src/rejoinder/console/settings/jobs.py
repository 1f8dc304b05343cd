"""Background jobs of the workspace: watch them, let them run again, cancel them."""

from __future__ import annotations

from rejoinder.console.doing_details import counted
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.bulk import KINDS as BULK_KINDS
from rejoinder.core.exports.asking import find_export
from rejoinder.core.jobs import cancel_job, retry_job, workspace_jobs
from rejoinder.kernel.reply import Reply
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.problems import NotFound

PAGE = 50
_OPEN = (JobStatus.RUNNING, JobStatus.WAITING)


def jobs(visit: Visit) -> Reply:
    """What runs in the background."""
    return visit.page("settings/jobs.html", **_jobs(visit))


def jobs_part(visit: Visit) -> Reply:
    """The list alone, for the page that watches it."""
    return visit.fragment("settings/jobs_part.html", **_jobs(visit))


def _jobs(visit: Visit) -> dict[str, object]:
    status = visit.asked("status")
    chosen = JobStatus(status) if status in {one.value for one in JobStatus} else None
    before = visit.asked_number("before")
    found = workspace_jobs(visit.unit, chosen, before=before, limit=PAGE + 1)
    return {
        "jobs": found[:PAGE],
        "more": found[PAGE - 1].id if len(found) > PAGE else None,
        "first": before is None,
        "status": status if chosen else "",
        "lively": any(one.status in _OPEN and one.run_at <= visit.now for one in found),
        "titles": job_titles(),
        "watched": {one.id: path for one in found[:PAGE] if (path := _watched(visit, one))},
        "whole": {
            one.id: why for one in found[:PAGE] if one.status == JobStatus.RUNNING and (why := _whole(one))
        },
        "outcomes": {one.id: _outcome(one.outcome) for one in found[:PAGE] if one.outcome},
    }


def _watched(visit: Visit, job: Job) -> str:
    """The page that shows how far an open job is and how long it takes, and where it can be cancelled."""
    if job.status not in _OPEN:
        return ""
    if job.kind == "import":
        return f"/surveys/imports/{job.arguments.get('incoming')}"
    if job.kind == "export":
        try:
            survey = find_export(visit.unit, int(job.arguments.get("export", 0))).wanted.survey
        except NotFound:
            return ""
        return f"/surveys/{survey}/exports" if survey else ""
    if job.kind in BULK_KINDS and not job.arguments.get("drop"):
        return f"/surveys/{job.arguments.get('survey')}/respondents/bulk/{job.id}"
    if job.kind == "send_mail":
        return "/panel/mailings"
    return "/feedback" if job.kind.endswith("_feedback") else ""


def _whole(job: Job) -> str:
    """Why a job that runs cannot be cancelled; empty where it can, or ends at once."""
    if job.arguments.get("drop"):
        return _("It runs to its end: the survey is deleted with all its respondents.")
    return {
        "update_respondents": _("It runs to its end, so that all of a list is kept, and not a part."),
        "index_variable": _("It runs to its end: half an index would find only some respondents."),
        "retag_feedback": _("It runs to its end; otherwise some responses would miss their tags."),
    }.get(job.kind, "")


def job_titles() -> dict[str, str]:
    """What kinds of jobs are called."""
    return {
        "send_mail": _("Send mail"),
        "export": _("Write an export"),
        "erase_respondents": _("Erase respondents"),
        "anonymise": _("Anonymise respondents"),
        "update_respondents": _("Update respondents"),
        "index_variable": _("Index a variable"),
        "retention": _("Keep retention"),
        "purge": _("Forget what is old"),
        "scrub": _("Clean up after erasing"),
        "import": _("Import answers"),
        "tally_results": _("Counting the answers"),
        "index_feedback": _("Looking for texts in surveys"),
        "analyse_feedback": _("Reading new texts"),
        "retag_feedback": _("Looking for changed tags in all texts"),
        "reanalyse_feedback": _("Reading texts again"),
        "train_feedback": _("Learning from corrections"),
    }


def _outcome(outcome: dict[str, object]) -> str:
    """Counts of a job, in a line."""
    return " · ".join(counted(outcome)) or _("There was nothing to do.")


def retry(visit: Visit) -> Reply:
    """Let a failed or cancelled job run again."""
    retry_job(visit.unit.session, f"{visit.unit.workspace_id}/{visit.number('job')}", visit.now)
    return visit.go("/settings/jobs", _("The job will run again."))


def cancel(visit: Visit) -> Reply:
    """Let a waiting job never run."""
    cancel_job(visit.unit, visit.number("job"))
    return visit.go("/settings/jobs", _("The job is cancelled."))
