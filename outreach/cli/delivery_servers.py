"""`outreach delivery check` and `sign-in`: whether the mail servers let us in, and signing in to them without a password."""

import time

import rich_click as click

from outreach.cli.main import Partly
from outreach.cli.showing import pass_office
from outreach.errors import Refused
from outreach.journal import Role
from outreach.mail import oauth
from outreach.mail.landing import Landing
from outreach.mail.oauth import Application, Grant
from outreach.mail.token_store import TokenStore
from outreach.office import Office

# As long as a person may take at the provider's pages.
BROWSER_SECONDS = 300


@click.command()
@pass_office
def check(office: Office) -> None:
    """Connect to the mail server and the mailbox and sign in, as sending would; nothing is sent or placed.

    Example: outreach delivery check
    """
    mail = office.settings.mail
    if mail.smtp is None and mail.imap is None:
        click.echo(
            f"The outbox is {office.settings.outbox}; no mail server is named in outreach.toml ([mail.smtp], [mail.imap])."
        )
        return
    checked = list(office.ways.check())
    for one in checked:
        if one.well:
            click.echo(one.said)
    if mail.redirect_all_to:
        click.echo(f"Everything goes to {mail.redirect_all_to} alone, as a rehearsal (redirect_all_to).")
    if wrong := [one.said for one in checked if not one.well]:
        raise Partly("\n".join(wrong))


@click.command("sign-in")
@click.option("--paste", is_flag=True, help="The browser is on another machine: paste the address that it ends at.")
@click.option("--forget", is_flag=True, help="Forget the sign-in that is kept here.")
@pass_office
def sign_in(office: Office, paste: bool, forget: bool) -> None:
    """Sign in to the mail servers without a password, where the settings say so (sign_in = "oauth").

    At Microsoft you type a code on any device; at Google a browser on this machine is needed, or --paste. What is kept lies in
    the keyring, or in a file of yours outside the office folder, and renews itself.

    Example: outreach delivery sign-in
    """
    office.actor.must_be(Role.APPROVER, "sign in to the mail servers")
    applications = office.ways.applications()
    if not applications:
        click.echo('Nothing signs in by OAuth 2.0: no server in outreach.toml says sign_in = "oauth".')
    store = TokenStore.of()
    for one in applications:
        if forget:
            said = "Forgotten" if store.forget(one.entry) else "Nothing was kept of"
            click.echo(f"{said}: {one.username} at {one.provider.name}.")
            continue
        grant = _by_code(one) if one.provider.device_url else _by_browser(one, paste)
        click.echo(f"{one.username} is signed in at {one.provider.name}; kept in {store.keep(one.entry, grant.lasting)}.")


def _by_code(application: Application) -> Grant:
    code = oauth.begin(application)
    click.echo(f"Open {code.address} on any device and type {code.typed}, as {application.username}.")
    return oauth.await_person(application, code, time.sleep)


def _by_browser(application: Application, paste: bool) -> Grant:
    with Landing() as landing:
        visit = oauth.visit(application, landing.address)
        click.echo(f"Open this address in a browser, as {application.username}:\n{visit.address}")
        came = click.prompt("The address that it ended at") if paste else landing.wait(BROWSER_SECONDS)
    if not came:
        raise Refused("No browser came back in time; begin again, or sign in on another machine with --paste.")
    return oauth.redeem(application, visit, came)


COMMANDS = (check, sign_in)
