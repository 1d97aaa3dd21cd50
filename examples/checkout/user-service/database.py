"""The shop's database, as far as it is about people."""

import os

from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

SCHEMA = "throughline_shop"
CONNECTIONS = 6


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    region: Mapped[str]

    def to_dict(self):
        return {"id": self.id, "name": self.name, "email": self.email, "region": self.region}


class Address(Base):
    __tablename__ = "addresses"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    street: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]

    def to_dict(self):
        return {"street": self.street, "city": self.city, "country": self.country}


url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+pg8000")
engine = create_engine(
    url,
    pool_size=CONNECTIONS,
    max_overflow=CONNECTIONS,
    pool_pre_ping=True,
    connect_args={"startup_params": {"search_path": SCHEMA}},
)
SQLAlchemyInstrumentor().instrument(engine=engine)


def session():
    return Session(engine)
