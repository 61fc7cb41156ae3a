"""Add a key that will sign receipts: the four steps in which Secrets Manager rotates a secret.

Each may be repeated, and be cut off anywhere: Secrets Manager begins again with the first one under
the same version. What is written for a version stays; if so much time was lost that its key would
begin before every container knows it, the version is given up and the next attempt writes another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.comments.key_secret import CURRENT, PENDING, KeySecret
from services.comments.model.key_schedule import KeyDocument

Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


class RotationRefused(Exception):
    """What is to come may not be put in force; another rotation must write it anew."""


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """One step of one rotation.

    Attributes
    ----------
    version : str
        Id of the secret's version that is to come.
    seed : str
        Random text for the new key, should it be needed.
    at : datetime
        Present instant.
    """

    secret: KeySecret
    step: Step
    version: str
    seed: str
    at: datetime


def rotate(rotation: Rotation) -> None:
    """Take a step; one of a rotation that is over changes nothing.

    Raises
    ------
    RotationRefused
        If what is to come lacks a key that is in force, or has one that would begin too soon.
    """
    labels = rotation.secret.labels()
    own = labels.get(rotation.version, frozenset())
    if CURRENT in own:
        if rotation.step == "finishSecret" and PENDING in own:
            rotation.secret.no_longer_pending(rotation.version)
        return
    written = rotation.secret.to_come(rotation.version) if PENDING in own else None
    if rotation.step == "createSecret":
        _create(rotation, written)
    elif rotation.step == "testSecret":
        _test(rotation, written)
    elif rotation.step == "finishSecret":
        _test(rotation, written)
        _finish(rotation, instead_of=next(v for v in labels if CURRENT in labels[v]))


def _create(rotation: Rotation, written: str | None) -> None:
    secret, standing = rotation.secret, _standing(rotation)
    if written is None:
        document = standing.followed(seed=rotation.seed, at=rotation.at)
        secret.write_pending(rotation.version, document.text())
    elif not _read(written).may_follow(standing, at=rotation.at):
        secret.no_longer_pending(rotation.version)
        raise RotationRefused("what was written for this version has come too late")


def _test(rotation: Rotation, written: str | None) -> None:
    if written is None:
        raise RotationRefused("nothing was written for this version")
    if not _read(written).may_follow(_standing(rotation), at=rotation.at):
        raise RotationRefused("a key is missing, or the new one would begin too soon")


def _finish(rotation: Rotation, *, instead_of: str) -> None:
    rotation.secret.put_in_force(rotation.version, instead_of=instead_of)
    rotation.secret.no_longer_pending(rotation.version)


def _standing(rotation: Rotation) -> KeyDocument:
    return _read(rotation.secret.in_force())


def _read(text: str) -> KeyDocument:
    return KeyDocument.model_validate_json(text)
