"""SQL that somebody would write by hand for what the program answers; the floors of `reading`."""

from smsreport_tui.rules.segment_tree import AllOf, Happened, Happening, HasTag

GROUP_BY = """
SELECT outcome, count(*), sum(clicks), sum(machine_clicks), sum(clicks > 0), sum(clicks + machine_clicks > 0),
       sum(unsubscribed_at IS NOT NULL), sum(credits), sum(retry_credits)
FROM recipient WHERE activity_id = ? GROUP BY outcome
"""

FIND = "SELECT gateway_id, name, msisdn FROM profile WHERE name_folded LIKE ? OR msisdn LIKE ?"


IN_TAB = """
SELECT gateway_id FROM recipient JOIN profile USING (profile_id) WHERE activity_id = ? AND sent_at IS NOT NULL
"""
NEVER_CAME = "SELECT gateway_id FROM profile WHERE known = 0"


def segment(activity: str) -> AllOf:
    """Delivered in this activity, clicked in any, bounced in none, and a tag."""
    return AllOf(
        (
            Happened(Happening.DELIVERED, activity=activity),
            Happened(Happening.CLICKED),
            Happened(Happening.BOUNCED, did=False),
            HasTag("newsletter"),
        )
    )


# By CROSS JOIN the order of the tables is ours: every large index begins with the activity.
_CLICKED = """
SELECT r.profile_id FROM activity a CROSS JOIN recipient r
WHERE r.activity_id = a.activity_id AND r.last_click_at IS NOT NULL
"""
_BOUNCED = """
SELECT b.profile_id FROM activity a CROSS JOIN recipient b
WHERE b.activity_id = a.activity_id AND b.bounced_at IS NOT NULL
"""
_OTHERS = """
p.known = 1 AND p.erased = 0 AND EXISTS (SELECT 1 FROM json_each(p.tags_folded) WHERE value = 'newsletter')
AND EXISTS (
  SELECT 1 FROM recipient d WHERE d.activity_id = (SELECT activity_id FROM activity WHERE gateway_id = ?)
  AND d.profile_id = p.profile_id AND d.tab_delivered_at IS NOT NULL
)
"""
SEGMENT_SQL = (
    f"SELECT count(*) FROM profile p WHERE p.profile_id IN ({_CLICKED} EXCEPT {_BOUNCED}) AND {_OTHERS}",
    f"SELECT count(*) FROM profile p WHERE p.profile_id IN ({_CLICKED})"
    f" AND p.profile_id NOT IN ({_BOUNCED}) AND {_OTHERS}",
)
"""The segment's people counted, two ways."""
