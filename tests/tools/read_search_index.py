"""Reads a search index that Recto wrote, and prints the addresses of the pages that have all of the given terms:

    python3 read_search_index.py public/search harbour 東京 $'\\x01y:2021'

Terms are as the index has them: lower case, no accents. See "The search index" in Recto's manual."""
import sys
import zlib
from pathlib import Path

class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        assert self.at <= len(self.data), "the file is damaged"
        return self.data[self.at - count : self.at]

    def number(self):
        byte = self.take(1)[0]
        return byte if byte < 128 else byte - 128 + 128 * self.number()

    def unpacked(self):
        return Bytes(zlib.decompress(self.take(self.number()), -15))

    def terms(self, count, letters=None):
        """Yields terms, each of which is stored without what it shares with the one before."""
        term = b""
        for _ in range(count):
            shared = self.number()
            term = term[:shared] + (letters or self).take(self.number())
            yield term

def body(path, kind):
    """Returns what follows the head of a file, and its sum."""
    data = path.read_bytes()
    value, total = 0x811C9DC5, 0
    for byte in data[13:]:
        value = (value ^ byte) * 0x01000193 % 2**32
        total += value >> 24
    sums = value.to_bytes(4, "little") + bytes([total % 256])
    assert data[:13] == b"RS" + kind + b"1" + sums + (len(data) - 13).to_bytes(4, "little"), f"{path} is damaged"
    return data[13:], sums

def items(bits, low, high, count):
    """Yields numbers from `low` to below `high`: the middle one is stored first, then both halves."""
    if count:
        before = count // 2
        least = low + before
        choices = high - (count - 1 - before) - least
        width = (choices - 1).bit_length()
        value = int("0" + "".join(next(bits) for _ in range(width - 1)), 2)
        if width and value >= 2**width - choices:
            value = 2 * value + int(next(bits)) - (2**width - choices)
        yield from items(bits, low, least + value, before)
        yield least + value
        yield from items(bits, least + value + 1, high, count - before - 1)

def find(piece, wanted):
    """Returns the items of a piece that have a term, counted from the start of its tier."""
    count, size = piece.number(), piece.number()
    heads, letters, _links, counts, lengths = (piece.unpacked() for _ in range(5))
    lists = Bytes(zlib.decompress(piece.data[piece.at :], -15))
    for term in heads.terms(count, letters):
        frequency, length = counts.number(), lengths.number()
        bits = (bit for byte in lists.take(length) for bit in f"{byte:08b}")
        if term == wanted:
            next(bits), next(bits)  # in which texts
            return set(items(bits, 0, size, frequency))
    return set()

def main(folder, *words):
    entry = Bytes(body(folder / "entry.bin", b"e")[0])
    count, base_end, middle_end = entry.number(), entry.number(), entry.number()
    entry.take(entry.number())  # the language
    entry.take(5 * entry.number())  # the sum of words.bin, if there is one
    list(entry.terms(entry.number()))  # frequent terms
    tables = []
    for kind, start in ((b"b", 0), (b"m", base_end)):
        pieces = entry.number()
        tables.append((kind, start, list(entry.unpacked().terms(pieces)), entry.take(5 * pieces)))
    entry.take(5 * entry.number())  # the sums of the files of items
    fresh = entry.take(entry.number())
    files = [body(folder / f"d/{at}.bin", b"d")[0] for at in range((middle_end + 511) // 512)]
    lines = b"".join(zlib.decompress(packed, -15) for packed in files) + entry.unpacked().data
    found = set(range(count))
    for word in (word.encode() for word in words):
        have = {middle_end + item for item in find(Bytes(fresh), word)}
        for kind, start, firsts, sums in tables:
            at = sum(first <= word for first in firsts) - 1
            if at >= 0:
                data, read = body(folder / kind.decode() / f"{firsts[at].hex()}.bin", kind)
                assert read == sums[5 * at : 5 * at + 5], "the file is of another build"
                have |= {start + item for item in find(Bytes(data), word)}
        found &= have
    addresses = [line.split("\t")[0] for line in lines.decode().split("\n")]
    print("\n".join(addresses[item] for item in sorted(found)))

main(Path(sys.argv[1]), *sys.argv[2:])
