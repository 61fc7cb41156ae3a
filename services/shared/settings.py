"""Settings: one frozen model per service, read from the environment once per container."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of the services' settings; field ``topics_table_name`` reads ``TOPICS_TABLE_NAME``.

    Notes
    -----
    This module and the services' `settings` modules are the only readers of the environment; a test
    walks the code for others. Without `origin_secret_arn` no edge stands in front of the functions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    event_bus_name: str
    exports_bucket_name: str
    service_key_secret_arn: str
    oidc_issuer: str
    oidc_audience: str
    oidc_jwks_url: str
    public_base_url: str
    origin_secret_arn: str = ""
    parked_bucket_name: str = ""
    """Only reconciliation knows it, and by ``…_mapping_id`` and ``…_function_name`` the readers."""

    @classmethod
    def load(cls) -> Self:
        """Read the settings from the environment.

        Raises
        ------
        pydantic.ValidationError
            If a variable is missing or does not fit; the function must not start half configured.
        """
        names = {name: name.upper() for name in cls.model_fields}
        return cls.model_validate(
            {field: os.environ[name] for field, name in names.items() if name in os.environ}
        )
