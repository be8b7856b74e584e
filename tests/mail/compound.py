"""Outlook's containers, written for the tests: compound files (.msg) and winmail.dat."""

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 512


def compound(tree: Tree) -> bytes:
    """A compound file of streams and storages (MS-CFB); streams under 4,096 bytes stand in the one for small ones."""
    entries: list[list] = []
    streams: list[bytes] = []
    _enter("Root Entry", tree, 5, entries, streams)
    small, small_chain, starts = b"", list[int](), list[int]()
    for stream in streams:
        starts.append(len(small_chain))
        pieces = -(-len(stream) // 64)
        small += stream.ljust(pieces * 64, b"\0")
        small_chain += [*range(len(small_chain) + 1, len(small_chain) + pieces), _END][:pieces]
    entries[0][4] = len(streams)
    sectors, chain, places = list[bytes](), list[int](), list[int]()
    directory = b"".join(bytes(128) for _ in entries)
    for content in (small, struct.pack(f"<{len(small_chain)}I", *small_chain), directory):
        places.append(len(sectors))
        pieces = -(-len(content) // _SECTOR)
        sectors += [content[number * _SECTOR : (number + 1) * _SECTOR].ljust(_SECTOR, b"\xff") for number in range(pieces)]
        chain += [*range(len(chain) + 1, len(chain) + pieces), _END]
    starts.append(places[0])
    directory = b"".join(_entry(each, starts, [*streams, small]) for each in entries)
    for number in range(0, len(directory), _SECTOR):
        sectors[places[2] + number // _SECTOR] = directory[number : number + _SECTOR].ljust(_SECTOR, b"\0")
    count = -(-(len(chain) + 16) // 128)
    table = [*chain, *[_FAT] * count]
    fat = struct.pack(f"<{count * 128}I", *table, *[_FREE] * (count * 128 - len(table)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, count)
    head += struct.pack("<IIIIIII", places[2], 0, 4096, places[1], places[2] - places[1], _END, 0)
    located = [len(chain) + number for number in range(count)]
    head += struct.pack("<109I", *located, *[_FREE] * (109 - count))
    return head + b"".join(sectors) + fat


def _enter(name: str, what: "bytes | Tree", kind: int, entries: list, streams: list[bytes]) -> int:
    number = len(entries)
    entry: list[int | str] = [name, kind, _FREE, _FREE, -1]
    entries.append(entry)
    if isinstance(what, bytes):
        entry[1], entry[4] = 2, len(streams)
        streams.append(what)
        return number
    children = [_enter(each, inside, 1, entries, streams) for each, inside in what.items()]
    for child, following in zip(children, [*children[1:], _FREE], strict=False):
        entries[child][2] = following
    entry[3] = children[0] if children else _FREE
    return number


def _entry(entry: list, places: list[int], streams: list[bytes]) -> bytes:
    name, kind, right, child, stream = entry
    label = name.encode("utf-16-le")[:62]
    start, size = (places[stream], len(streams[stream])) if stream >= 0 else (0 if kind == 1 else _END, 0)
    return (
        label.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(label) + 2, kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def stored(values: Mapping[tuple[int, int], bytes | int], header: int) -> dict[str, bytes]:
    """The streams of a storage's properties (MS-OXMSG): numbers within the list, the others in streams of their own."""
    listed, streams = bytes(header), dict[str, bytes]()
    for (number, kind), value in values.items():
        if isinstance(value, int):
            listed += struct.pack("<HHIII", kind, number, 6, value, 0)
        else:
            listed += struct.pack("<HHIII", kind, number, 6, len(value) + (2 if kind == 0x1F else 0), 0)
            streams[f"__substg1.0_{number:04X}{kind:04X}"] = value
    return {"__properties_version1.0": listed, **streams}


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    """A winmail.dat of attributes."""
    whole = b"\x78\x9f\x3e\x22\x01\x00"
    for name, value in attributes:
        whole += struct.pack("<BII", 1, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return whole


def listed(*values: tuple[int, int, bytes]) -> bytes:
    """A list of properties as winmail.dat holds it: (number, kind, value)."""
    whole = struct.pack("<I", len(values))
    for number, kind, value in values:
        whole += struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
    return whole
