"""What a reading gives: values that do not change, and one JSON document of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

# as the record and the engine write it, with an offset
Moment = Annotated[dt.datetime, PlainSerializer(dt.datetime.isoformat, when_used="json")]


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return self.model_dump(mode="json", by_alias=True)


class Named(Shown):
    """A user, by id and full name."""

    id: str
    name: str
