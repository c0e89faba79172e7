"""What the worker is handed: the number of a job."""

from django_tasks import task


@task()
def work_on(job_id: int) -> None:
    """Do a job, or go on with it."""
    from wardsecurity.jobs.services import fail_job, run_job

    try:
        run_job(job_id)
    except Exception:
        fail_job(job_id)
        raise
