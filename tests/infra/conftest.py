from pathlib import Path

import pytest

from tests.infra.assembly import REQUIRED, REQUIRED_AT_THE_EDGE, Assembly, synthesize


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(tmp_path_factory.mktemp("dev"), stage="dev", **REQUIRED)


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(
        tmp_path_factory.mktemp("prod"),
        stage="prod",
        oidc_issuer="https://id.example.gov",
        oidc_audience="consultations",
        oidc_jwks_url="https://id.example.gov/keys",
        **REQUIRED,
        **REQUIRED_AT_THE_EDGE,
    )


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(Path(tmp_path_factory.mktemp("local")), stage="local")
