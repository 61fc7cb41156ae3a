"""An address of ours stays one in whichever way it is written; no name is asked for anywhere."""

import pytest
from pydantic_core import PydanticCustomError

from services.outreach.model.webhook import taken_url
from services.outreach.poster import NotPublic, public_addresses

INSIDE = [
    *("127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "0x0", "localhost", "LocalHost"),
    *("2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f.1"),
    *("169.254.169.254", "2852039166", "0xA9FEA9FE", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376"),
    *("169.254.43518", "169.16689662", "10.1", "0xa000001", "192.168.257", "172.16.1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:169.254.169.254]"),
    *("[64:ff9b::169.254.169.254]", "[fd00:ec2::254]", "[fe80::1]", "[2002:7f00:1::]"),
    *(
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "１６９．２５４．１６９．２５４",
    ),
]


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_in_any_notation(host: str, port: str) -> None:
    try:
        url = taken_url(f"https://{host}{port}/hook")
    except PydanticCustomError:
        return  # no address at all, as far as we are concerned
    with pytest.raises(NotPublic):
        public_addresses(url)


def test_the_same_notations_of_a_public_address_are_taken() -> None:
    for host in ("134744072", "0x08080808", "010.8.8.8", "8.8.2056", "８.８.８.８"):
        assert public_addresses(taken_url(f"https://{host}/")) == ["8.8.8.8"]
