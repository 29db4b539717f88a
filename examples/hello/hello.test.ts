import { typeScriptGuests, watGuests } from "./guests.ts";
import { testPairs } from "./pairs.ts";

await testPairs(await Promise.all([typeScriptGuests(), watGuests()]));
