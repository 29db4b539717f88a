import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostPattern } from "./host-pattern.ts";
import { type IpAddress, parseAddress } from "./ip-address.ts";

function matchesAddress(pattern: string, address: string, port = 80): boolean {
  const parsed = new HostPattern(pattern);
  return parsed.matchesPort(port) && parsed.matchesAddress(parseAddress(address) as IpAddress);
}

describe("a pattern of hosts", () => {
  const addresses: readonly (readonly [pattern: string, address: string, matches: boolean])[] = [
    ["*:*", "192.0.2.1", true],
    ["*:80", "2001:db8::1", true],
    ["*:81", "192.0.2.1", false],
    ["*", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.1", true],
    ["[::1]", "::1", true],
    ["[::1]", "::2", false],
    ["127.0.0.1:*", "127.0.0.1", true],
    ["127.0.0.1:*", "127.0.0.2", false],
    ["127.0.0.1:79-81", "127.0.0.1", true],
    ["127.0.0.1:81-90", "127.0.0.1", false],
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.16.0.0/12:80", "10.31.255.255", true],
    ["10.16.0.0/12:80", "10.32.0.0", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "::1", false],
    ["[::1]:80", "::1", true],
    ["[::1]:80", "127.0.0.1", false],
    ["fd00::/8", "fdff::1", true],
    ["[fd00::/8]:80", "fe00::1", false],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["example.com:80", "192.0.2.1", false],
  ];
  for (const [pattern, address, matches] of addresses) {
    it(`${pattern} ${matches ? "matches" : "does not match"} ${address} port 80`, () => {
      assert.equal(matchesAddress(pattern, address), matches);
    });
  }

  it("matches names whole, or everything below one", () => {
    const names = ["example.com", "a.example.com", "b.a.example.com", "badexample.com", "com"];
    const matching = (pattern: string): string[] => names.filter((name) => new HostPattern(pattern).matchesName(name));
    assert.deepEqual(matching("Example.COM.:1"), ["example.com"]);
    assert.deepEqual(matching("*.example.com:1"), ["a.example.com", "b.a.example.com"]);
    assert.deepEqual(matching("*:1"), names);
    assert.deepEqual(matching("10.0.0.0/8"), []);
  });

  const wrong = ["", "::1", "::1:80", "example.com:", "example.com:http", "1.2.3.4/33:1", "1.2.3/8"];
  const more = ["a b:1", "http://a:1", "a:65536", "a:9-8", "a:1-", "*a.com:1", "a.*.com:1", "1.2.3.300:1", "[::1:80"];
  for (const text of [...wrong, ...more]) {
    it(`refuses "${text}"`, () => assert.throws(() => new HostPattern(text), TypeError));
  }
});
