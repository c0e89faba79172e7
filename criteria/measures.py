"""What a criterion may take from the ward's own records.

The facts behind these names come with the commitments; a set may already name them.
"""

KNOWN_SOURCES = (
    "documents.resolution",
    "documents.plan_and_regulation",
    "committee.established",
    "funding.allocated_share",
    "meetings.quarters_with_session",
    "meetings.launch_conferences",
    "pledges.units_signed",
    "good_models.running",
    "good_models.replicated",
)
