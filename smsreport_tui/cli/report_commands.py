"""Reading: activities, a report, the rows of a tab, a profile."""

import click

from smsreport_tui.cli.command import Command, json_option, machine_clicks_option, surroundings, tab_argument
from smsreport_tui.cli.output import print_document, print_view
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.columns import Tab


@click.command(cls=Command)
@json_option
@surroundings
def activities(about: Surroundings, as_json: bool) -> None:
    """List the activities, newest first."""
    with about.reports() as reports:
        found = reports.activities()
    if as_json:
        from smsreport_tui.cli.documents import activities_document

        print_document(activities_document(found))
        return
    from smsreport_tui.cli.list_view import activities_view

    print_view(lambda console: activities_view(console, found))


@click.command(cls=Command)
@click.argument("activity")
@machine_clicks_option
@json_option
@surroundings
def report(about: Surroundings, activity: str, machine_clicks: bool, as_json: bool) -> None:
    """Show the report of ACTIVITY."""
    with about.reports() as reports:
        found = reports.report(activity, machine_clicks=machine_clicks)
    if as_json:
        from smsreport_tui.cli.documents import report_document

        print_document(report_document(found))
        return
    from smsreport_tui.cli.report_view import report_view

    now = about.clock.now()
    print_view(lambda console: report_view(console, found, now, machine_clicks=machine_clicks))


@click.command(cls=Command)
@click.argument("activity")
@machine_clicks_option
@json_option
@surroundings
def curve(about: Surroundings, activity: str, machine_clicks: bool, as_json: bool) -> None:
    """Show when the people of ACTIVITY were reached and first clicked, by hour since the sending."""
    with about.reports() as reports:
        found = reports.curves(activity, machine_clicks=machine_clicks)
    if as_json:
        from smsreport_tui.cli.documents import curve_document

        print_document(curve_document(activity, found))
        return
    from smsreport_tui.cli.curve_view import curve_view

    print_view(lambda console: curve_view(console, found))


@click.command("list", cls=Command)
@click.argument("activity")
@tab_argument
@click.option("--find", metavar="TEXT", help="Only rows with this in name, number, code or the like.")
@click.option("--link", metavar="ID", help="On clicks: only people who clicked this link.")
@machine_clicks_option
@json_option
@surroundings
def list_rows(
    about: Surroundings,
    *,
    activity: str,
    tab: str,
    find: str | None,
    link: str | None,
    machine_clicks: bool,
    as_json: bool,
) -> None:
    """List the newest rows of a tab, at most 25.

    TAB is one of sent, delivered, clicks, links, bounces, unsubscribe.
    """
    chosen = Tab(tab)
    if link is not None and chosen is not Tab.CLICKS:
        raise click.UsageError("--link goes with the tab clicks only.")
    with about.reports() as reports:
        page = reports.tab(activity, chosen, find=find, link=link, machine_clicks=machine_clicks)
        zone = None if as_json else reports.report(activity).activity.timezone
    if as_json:
        from smsreport_tui.cli.documents import list_document

        print_document(list_document(page))
        return
    from smsreport_tui.cli.list_view import page_view

    print_view(lambda console: page_view(console, page, zone))


@click.command(cls=Command)
@click.argument("profile")
@json_option
@surroundings
def profile(about: Surroundings, profile: str, as_json: bool) -> None:
    """Show PROFILE, with its whole timeline."""
    with about.reports() as reports:
        found = reports.profile(profile)
    if as_json:
        from smsreport_tui.cli.documents import profile_document

        print_document(profile_document(found))
        return
    from smsreport_tui.cli.profile_view import profile_view

    zone = about.time_zone
    print_view(lambda console: profile_view(console, found, zone))
