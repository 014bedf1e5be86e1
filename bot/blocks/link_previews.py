"""Who said what below a link that somebody posted, and where admins choose for which domains."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.lookup import cite_verified, source_markup
from bot.blocks.statement import headline_elements, statement_elements
from bot.blocks.story import ALL_STATEMENTS
from bot.model import Block, StoredArticle
from bot.stories.citations import cite_headline

# The button in App Home, and the form that it opens: its callback_id, and its field's two ids.
EDIT_LINK_DOMAINS = "link_domains"
LINK_DOMAINS = "link_domains_form"
DOMAINS, FIELD = "domains", "value"

_MAX_STATEMENTS = 2
_MAX_STATEMENT_CHARS = 300
MAX_INPUT_CHARS = 600


def preview_blocks(stored: StoredArticle, now: datetime) -> list[Block]:
    """Show an article's headline, its two best statements and its source; [] without statements."""
    statements = stored.analysis.statements[:_MAX_STATEMENTS]
    if not statements:
        return []
    quotes = [cite_verified(statement, stored) for statement in statements]
    headline = headline_elements(cite_headline(stored), stored.article.url, bold=True)
    words = kit.rich_list(statement_elements(quote, _MAX_STATEMENT_CHARS) for quote in quotes)
    button = kit.button("all_statements", ALL_STATEMENTS, str(stored.story))
    return [
        kit.rich_block(kit.rich_section(*headline), words),
        kit.context(source_markup(stored, now)),
        kit.actions(button),
    ]


def home_blocks(domains: Sequence[str], *, admin: bool) -> list[Block]:
    """Say in App Home which links are previewed, with a button for admins; [] if none are."""
    text = messages.text("links_off")
    if domains:
        text = messages.text("links_on", domains=", ".join(map(kit.escape, domains)))
    if not admin:
        return [kit.context(text)] if domains else []
    return [kit.section(text, kit.button("choose_sites", EDIT_LINK_DOMAINS, EDIT_LINK_DOMAINS))]


def domains_modal(domains: Sequence[str]) -> dict[str, Any]:
    """Return the form in which an admin names the domains, filled in."""
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "multiline": True,
        "max_length": MAX_INPUT_CHARS,
    }
    if domains:
        element["initial_value"] = "\n".join(domains)
    field = kit.input_field("field_link_domains", DOMAINS, element, optional=True)
    return kit.modal(
        "links_title",
        [kit.section(messages.text("links_form")), field],
        close="cancel",
        submit=kit.plain_text(messages.text("save")),
        callback_id=LINK_DOMAINS,
    )
