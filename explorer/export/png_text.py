"""Texts in a PNG file, as its standard has them; Qt joins several lines into one and splits at empty ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import BinaryIO

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = len(_SIGNATURE) + 25
"""Where the chunk IHDR, which comes first, ends."""
_KIND = b"iTXt"


def with_texts(png: bytes, texts: Mapping[str, str]) -> bytes:
    """The file with `texts` (keyword of 1 to 79 Latin letters: text) right behind its header; empty ones left out."""
    chunks = [_chunk(_beginning(keyword) + _encoded(text)) for keyword, text in texts.items() if text]
    return png[:_HEADER] + b"".join(chunks) + png[_HEADER:]


def text_in(file: BinaryIO, keyword: str, largest: int) -> str:
    """The text that `with_texts` put there under `keyword`, of `largest` bytes at most; empty where there is none."""
    if file.read(len(_SIGNATURE)) != _SIGNATURE:
        return ""
    begin = _beginning(keyword)
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IDAT" or length > largest + len(begin):
            return ""
        body, check = file.read(length), file.read(4)
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            return ""
        if kind == _KIND and body.startswith(begin):
            return body[len(begin) :].decode("utf-8", "replace")
    return ""


def _beginning(keyword: str) -> bytes:
    """Keyword, not compressed, in no told language, with no translated keyword."""
    return keyword.encode("latin-1") + b"\0\0\0\0\0"


def _chunk(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + _KIND + body + struct.pack(">I", zlib.crc32(_KIND + body))


def _encoded(text: str) -> bytes:
    return text.replace("\0", "").encode("utf-8", "replace")
