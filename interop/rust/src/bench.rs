//! Calls in a closed loop: each that ends is followed by another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Instant;

use anyhow::ensure;

use crate::address::Address;
use crate::bindings::greeter::client::bench::calls::greeter::greet;

/// Prints the calls per second as `{"value":…}`, as all contestants of the project's benchmarks do.
pub async fn bench(to: Address, calls: usize, warmup: usize, in_flight: usize) -> anyhow::Result<()> {
    run(&to, warmup, in_flight).await?;
    let started = Instant::now();
    run(&to, calls, in_flight).await?;
    println!("{}", serde_json::json!({ "value": calls as f64 / started.elapsed().as_secs_f64() }));
    Ok(())
}

async fn run(to: &Address, calls: usize, in_flight: usize) -> anyhow::Result<()> {
    let begun = Arc::new(AtomicUsize::new(0));
    let loops = (0..in_flight).map(|_| {
        let (to, begun) = (to.clone(), begun.clone());
        tokio::spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < calls {
                let answer = greet(&to, (), "test").await?;
                ensure!(answer == "Hello, test", "the answer was {answer:?}");
            }
            Ok(())
        })
    });
    for ended in futures::future::join_all(loops).await {
        ended??;
    }
    Ok(())
}
