import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAddress, type IpAddress, isUnicast, parseAddress, standsForIpv4 } from "./ip-address.ts";

const parsed = (text: string): IpAddress => parseAddress(text) as IpAddress;

describe("an IP address", () => {
  for (const text of [
    "0.0.0.0",
    "192.0.2.255",
    "::",
    "::1",
    "2001:db8::ff00:42:8329",
    "1:2:3:4:5:6:7:8",
    "fe80::1",
    "1::",
  ]) {
    it(`${text} survives the way into numbers and back`, () => assert.equal(formatAddress(parsed(text)), text));
  }

  it("is read in all its forms", () => {
    assert.deepEqual(parsed("::ffff:1.2.3.4").val, [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]);
    assert.deepEqual(parsed("64:ff9b::192.0.2.33").val, [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x221]);
    assert.deepEqual(parsed("FE80::A%lo").val, [0xfe80, 0, 0, 0, 0, 0, 0, 10]);
    for (const text of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::g", "1:2:3", "localhost"]) {
      assert.equal(parseAddress(text), undefined);
    }
  });

  it("is unicast or not", () => {
    const unicast = ["10.0.0.1", "223.255.255.255", "240.0.0.1", "::", "fe80::1"];
    const others = ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"];
    assert.deepEqual(
      unicast.map((text) => isUnicast(parsed(text))),
      unicast.map(() => true),
    );
    assert.deepEqual(
      others.map((text) => isUnicast(parsed(text))),
      others.map(() => false),
    );
  });

  it("may stand for one of IPv4", () => {
    for (const text of ["::ffff:127.0.0.1", "::127.0.0.1"]) assert.equal(standsForIpv4(parsed(text)), true);
    for (const text of ["::", "::1", "127.0.0.1", "1::ffff:0:1"]) assert.equal(standsForIpv4(parsed(text)), false);
  });
});
