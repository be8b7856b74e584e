"""A person who works here."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Edited, UtcDateTime, choice
from outreach.journal import Actor, Role


class Account(Edited, Base):
    """One of the office: a unique name, a role, and whether they still act."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def actor(self) -> Actor:
        """This person as the journal names them."""
        return Actor(self.name, self.role)
