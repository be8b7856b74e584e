"""Files of the archive that an erasure takes away."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base


class ErasedFile(Base):
    """A file that an erasure takes away. It is `removed` after the erasure was committed: a file cannot be brought back."""

    __tablename__ = "erased_files"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_on: Mapped[date]
    removed: Mapped[bool] = mapped_column(default=False, index=True)
