//! A peer for the interoperability suite, on wRPC's own crates: it serves the worlds of `interop/wit`, or calls them.

mod address;
mod bench;
mod bindings;
mod call;
mod hello;
mod nats;
mod scripts;
mod serve;
mod streams;
mod values;

use anyhow::bail;

const USAGE: &str = "usage:
  serve <address>                    serves until stdin closes
  call <address> <rows.json>         calls every row, a line of JSON for each
  hello <address>                    calls the server of examples/hello
  bench <address> <calls> <warmup> <in flight>   measures calls per second

An address is tcp://host:port, unix:///path or nats://host:port/prefix?group=name.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["serve", address] => serve::serve(&address.parse()?).await,
        ["call", address, rows] => call::call(address.parse()?, rows).await,
        ["hello", address] => hello::hello(address.parse()?).await,
        ["bench", address, calls, warmup, in_flight] => {
            bench::bench(address.parse()?, calls.parse()?, warmup.parse()?, in_flight.parse()?).await
        }
        _ => bail!("{USAGE}"),
    }
}
