import socket
from pathlib import Path

import pytest

from local import serve, synth, token
from local.assembly import Assembly
from local.http import PortTaken
from local.stack import LocalStack
from tests.local import little


@pytest.fixture
def taken_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_said_in_one_sentence(
    taken_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "assembly", little.assembly)
    assert serve.main(["--port", str(taken_port)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(taken_port) in said
    assert "--port" in said


def test_a_token_without_a_stack_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert token.main(["--role", "officer", "--port", str(port)]) == 1
    assert "python -m local.serve" in capsys.readouterr().err


def test_a_token_is_printed_alone(stack: LocalStack, capsys: pytest.CaptureFixture[str]) -> None:
    port = stack.url.rpartition(":")[2]
    assert token.main(["--role", "officer", "--agency", "health", "--port", port]) == 0
    assert capsys.readouterr().out.count(".") == 2


def test_a_second_stack_in_one_process_is_refused(stack: LocalStack) -> None:
    with pytest.raises(RuntimeError, match="already"):
        LocalStack(little.assembly()).start()


def test_the_server_listens_on_this_machine_alone(stack: LocalStack) -> None:
    assert stack.url.startswith("http://127.0.0.1:")
    assert stack._server._server.server_address[0] == "127.0.0.1"


def test_the_assembly_is_read_in_the_order_of_the_dependencies(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(
        """{"artifacts": {
        "A-Services": {"type": "aws:cloudformation:stack", "dependencies": ["B-State", "A.assets"],
                       "properties": {"templateFile": "a.json"}},
        "A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}},
        "B-State": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "b.json"}}
        }}"""
    )
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text('{"Resources": {}}')
    (tmp_path / "a.assets.json").write_text(
        """{"files": {"x": {"source": {"path": "asset.x.json"},
        "destinations": {"d": {"objectKey": "x.json"}}}}}"""
    )
    assembly = Assembly.read(tmp_path)
    assert list(assembly.templates) == ["B-State", "A-Services"]
    assert assembly.assets == {"x.json": tmp_path / "asset.x.json"}


def test_synthesis_is_repeated_only_if_its_sources_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "app.py").write_text(
        "import os, pathlib\n"
        "out = pathlib.Path(os.environ['CDK_OUTDIR'])\n"
        "out.mkdir(parents=True, exist_ok=True)\n"
        "(out / 'manifest.json').write_text('{\"artifacts\": {}}')\n"
        "log = pathlib.Path('log')\n"
        "log.write_text((log.read_text() if log.exists() else '') + os.environ['TASHAWUR_STAGE'])\n"
    )
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "_CACHE", tmp_path / "cdk.out" / "local")
    synth.assembly()
    synth.assembly()
    assert (tmp_path / "log").read_text() == "local"
    (tmp_path / "uv.lock").write_text("changed")
    synth.assembly()
    assert (tmp_path / "log").read_text() == "locallocal"


def test_a_failing_synthesis_says_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "app.py").write_text("raise SystemExit('no such stage')")
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "_CACHE", tmp_path / "cdk.out" / "local")
    with pytest.raises(synth.SynthesisFailed, match="no such stage"):
        synth.assembly()


def test_a_port_that_is_taken_later_is_refused_too(taken_port: int) -> None:
    with pytest.raises(PortTaken):
        LocalStack(little.assembly(), port=taken_port)
