"""Telling people of what happened to a ward's year, on the caller's transaction."""

from criteria.models import Assessment, Evaluation


def notify_assigned(assessment: Assessment) -> None:
    """Tell a criterion's units that it was given to them."""
    return


def notify_returned(evaluation: Evaluation) -> None:
    """Tell the ward which criteria the province returned, and until when."""
    return


def notify_submitted(evaluation: Evaluation) -> None:
    """Tell the province that a ward submitted."""
    return


def notify_concluded(evaluation: Evaluation) -> None:
    """Tell the ward what was decided on its year."""
    return
