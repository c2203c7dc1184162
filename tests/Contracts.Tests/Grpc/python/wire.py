"""The few fields of conformance.proto, marshalled by hand: number = 1, text = 2, payload = 3, count = 4, size = 5."""

SERVICE = "kdcluster.conformance.Probe"


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def pack(number=0, text="", payload=b"", count=0, size=0):
    out = b""
    for field, value in ((1, number), (4, count), (5, size)):
        if value:
            out += varint(field << 3) + varint(value)
    for field, value in ((2, text.encode()), (3, payload)):
        if value:
            out += varint(field << 3 | 2) + varint(len(value)) + value
    return out


def unpack(data):
    """(number, text, payload, count, size)"""
    fields, at = {}, 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = read()
        value = read()
        if key & 7 == 2:
            fields[key >> 3] = data[at : at + value]
            at += value
        else:
            fields[key >> 3] = value
    return fields.get(1, 0), fields.get(2, b"").decode(), fields.get(3, b""), fields.get(4, 0), fields.get(5, 0)
