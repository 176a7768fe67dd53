"""`yinling cards`: contact cards (居民联系卡) as PDF."""

from pathlib import Path
from uuid import UUID

from api.cards import contents, fonts, paper
from api.cards.contents import Card
from api.cards.paper import Print
from core import database
from core.clock import SystemClock
from core.settings import Settings
from yinling.commands.records import audit, database_url


def write(
    settings: Settings, path: Path, place_id: UUID | None, senior_id: UUID | None
) -> int:
    """Print the cards of a place, or one senior's, into a file; how many.

    Raises
    ------
    NotFoundError
        If there is no such senior, or nobody lives there.
    UnavailableError
        If no font with Chinese is installed.
    """
    now = SystemClock().now()
    how = Print(
        fonts.find(settings.font), settings.service_phone, now.astimezone(settings.zone)
    )
    with database.connect(database_url(settings), "cards") as connection:
        cards: list[Card] = []
        if senior_id is not None:
            cards = [contents.card_of(connection, senior_id, settings.reached_at)]
        elif place_id is not None:
            cards = contents.cards_at(connection, place_id, settings.reached_at)
        for card in cards:
            shown = str(card.senior_id)
            audit(connection, now, "senior.print_card", shown, card.senior_id)
    if senior_id is not None:
        content = paper.single(cards[0], how)
    else:
        content = paper.building_sheets(contents.sheets(cards), how)
    path.write_bytes(content)
    return len(cards)
