//! A peer for the interoperability suite, on wRPC's own crates: it serves the worlds of `interop/wit`, or calls them.

mod bench;
mod bindings;
mod call;
mod hello;
mod quic;
mod scripts;
mod serve;
mod tls;
mod values;

// The transports, and the traits in front of them, are those of one release of wRPC. Without the feature it is 0.17.
#[cfg_attr(feature = "wrpc-0-18", path = "wrpc_0_18/address.rs")]
mod address;
#[cfg_attr(feature = "wrpc-0-18", path = "wrpc_0_18/door.rs")]
mod door;
#[cfg(not(feature = "wrpc-0-18"))]
mod nats;
#[cfg(not(feature = "wrpc-0-18"))]
mod streams;

use anyhow::bail;

const USAGE: &str = "usage:
  serve <address>                    serves until stdin closes
  call <address> <rows.json>         calls every row, a line of JSON for each
  hello <address> [<calls>]          calls the server of examples/hello
  bench <address> <calls> <warmup> <in flight>   measures calls per second

An address is tcp://host:port, unix:///path or quic://host:port. With wRPC 0.17 it can be nats://host:port/prefix?group=name,
with wRPC 0.18 ws://, wss://, http://, https://, h2c:// or h2://host:port, or to serve webtransport://host:port.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["serve", address] => serve::serve(&address.parse()?).await,
        ["call", address, rows] => call::call(address.parse()?, rows).await,
        ["hello", address] => hello::hello(address.parse()?, 1).await,
        ["hello", address, calls] => hello::hello(address.parse()?, calls.parse()?).await,
        ["bench", address, calls, warmup, in_flight] => {
            bench::bench(address.parse()?, calls.parse()?, warmup.parse()?, in_flight.parse()?).await
        }
        _ => bail!("{USAGE}"),
    }
}
