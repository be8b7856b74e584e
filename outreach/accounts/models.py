"""A person who works here."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Edited, UtcDateTime, choice
from outreach.journal import Actor, Role


class Account(Edited, Base):
    """One of the office: a unique name, a role, and whether they still act.

    `password_hash` is argon2id's own string, empty for somebody who does not use the desk; signed-in sessions begun before
    `sessions_since` have ended.
    """

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    sessions_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def actor(self) -> Actor:
        """This person as the journal names them."""
        return Actor(self.name, self.role)
