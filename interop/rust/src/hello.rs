//! The client of `examples/hello`.

use std::collections::BTreeSet;

use crate::address::Address;
use crate::bindings::hello::client::wrpc_examples::hello::handler::hello as call;

/// Calls a server as often as asked, all at once, and prints the answers that differ.
pub async fn hello(to: Address, calls: usize) -> anyhow::Result<()> {
    let answers = futures::future::try_join_all((0..calls).map(|_| call(&to, ()))).await?;
    for answer in BTreeSet::from_iter(answers) {
        println!("{answer}");
    }
    Ok(())
}
