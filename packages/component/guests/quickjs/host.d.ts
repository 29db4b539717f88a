/** What `library.wit` gives to the guest, as componentize-qjs shows it to JavaScript. */
declare module "guests:library/host" {
  export class Shelf {
    constructor(label: string);
    label(): string;
    /** Throws the error of the result. */
    put(title: string): number;
    static all(): string[];
  }
  const host: {
    readonly Shelf: typeof Shelf;
    split(shelf: Shelf): Shelf[];
    /** Throws the error of the result. */
    fetch(title: string): Uint8Array;
    fail(): void;
    /** 64-bit integers are numbers or BigInts here, as they come. */
    now(): bigint;
  };
  export default host;
}
